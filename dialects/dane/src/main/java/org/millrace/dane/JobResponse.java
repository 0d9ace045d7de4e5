package org.millrace.dane;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.value.Value;

/**
 * What the tasks of a job have found out, for later workers ({@code contracts/dane.md 2.7}). A
 * function of the tasks as they stand: what a task answers takes the place of what it answered
 * before. Tasks of the same key share an entry, in their order. Pure.
 */
final class JobResponse {
  /** The task that finds out what kind of file it is. */
  static final String DOWNLOAD = "DOWNLOAD";

  /** Where the folders of the job are; the server alone says so. */
  static final String SHARED = "SHARED";

  static final String FILE_TYPE = "file_type";

  private static final int LONGEST_TYPE = 50; // bytes: it is a word of a routing key

  private JobResponse() {}

  /** With what was known from the beginning. */
  static Value.Fields of(Value.Fields beginning, List<JobTask> tasks) {
    Map<String, Value> response = new LinkedHashMap<>(beginning.values());
    tasks.forEach(task -> add(task, response));
    return new Value.Fields(response);
  }

  /** Adds what one task has found out to what those before it have. */
  static void add(JobTask task, Map<String, Value> response) {
    if (task.answered() instanceof Value.Fields found) {
      response.merge(task.key(), found, JobResponse::merged);
    }
  }

  /** What kind of file it is, in lower case, if that is known and can be a word of a route. */
  static Optional<String> fileType(Value.Fields response) {
    return response.values().get(DOWNLOAD) instanceof Value.Fields(Map<String, Value> found)
            && found.get(FILE_TYPE) instanceof Value.Text(String type)
            && !type.isBlank()
            && type.getBytes(StandardCharsets.UTF_8).length <= LONGEST_TYPE
        ? Optional.of(type.toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  /** As the original's database does it, but for what routing needs: there the later one counts. */
  private static Value merged(Value one, Value other) {
    if (one.equals(other)) {
      return one;
    }
    if (one instanceof Value.Fields(Map<String, Value> left)
        && other instanceof Value.Fields(Map<String, Value> right)) {
      Map<String, Value> both = new LinkedHashMap<>(left);
      right.forEach((name, value) ->
          both.merge(
              name, value, (old, late) -> name.equals(FILE_TYPE) ? late : merged(old, late)));
      return new Value.Fields(both);
    }
    List<Value> all = new ArrayList<>(items(one));
    all.addAll(items(other));
    return new Value.Items(all);
  }

  private static List<Value> items(Value value) {
    return value instanceof Value.Items(List<Value> items) ? items : List.of(value);
  }
}
