package org.millrace.dane;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.millrace.domain.value.Value;

/**
 * A job as a client sends it ({@code contracts/dane.md 2.5}): a closed object, without an id.
 *
 * @param sourceUrl made uniform
 * @param sourceId fit to be the name of a folder
 * @param response what is known already, but for {@code SHARED}
 */
record GivenJob(
    String sourceUrl,
    String sourceId,
    JobTree tree,
    Value metadata,
    Value priority,
    Value.Fields response) {
  private static final Set<String> KEYS =
      Set.of(
          "source_url",
          "source_id",
          "source_set",
          "tasks",
          "job_id",
          "metadata",
          "priority",
          "response",
          "api");
  private static final Value.Fields NOTHING = new Value.Fields(Map.of());

  /** Most bytes that every worker of the job is told besides. */
  private static final int MOST_TOLD = GivenTask.MOST_ARGS;

  private static final int LONGEST_ID = 100;
  private static final int LONGEST_FOLDER = 255; // bytes
  private static final int LONGEST_URL = 8_000;
  private static final Pattern UNFIT = Pattern.compile("\\A\\.|\\.\\.|[/\\\\\\p{Cntrl}]");

  /**
   * Reads one.
   *
   * @throws JobRefused with the status of the row of J1 that it falls under
   */
  static GivenJob of(Value value) {
    if (!(value instanceof Value.Fields(Map<String, Value> fields))
        || !KEYS.containsAll(fields.keySet())
        || !fields.containsKey("source_url")
        || !fields.containsKey("source_id")
        || !fields.containsKey("tasks")) {
      throw JobRefused.format();
    }
    JobTree tree = JobTree.given(field(fields, "tasks"));
    String url = RequotedUrl.of(text(fields, "source_url"));
    String id = text(fields, "source_id");
    if (url.isEmpty() || id.isEmpty()) {
      throw JobRefused.unfit("Source url and id required");
    }
    checkName(id);
    if (url.length() > LONGEST_URL) {
      throw new JobRefused(400, "Invalid job format: source_url is too long");
    }
    Value priority = fields.getOrDefault("priority", new Value.Numeral("1"));
    if (PythonInt.clamped(priority, 0, 10).isEmpty()) {
      throw new JobRefused(400, "Invalid job format: priority is a number");
    }
    Value metadata = fields.getOrDefault("metadata", NOTHING);
    Value.Fields response =
        field(fields, "response") instanceof Value.Fields given ? withoutFolders(given) : NOTHING;
    if (PythonJson.length(metadata) + PythonJson.length(response) > MOST_TOLD) {
      throw new JobRefused(
          400,
          "Invalid job format: metadata and response have at most " + MOST_TOLD + " bytes as JSON");
    }
    if (!(field(fields, "job_id") instanceof Value.Nothing)) {
      throw JobRefused.unfit("Job already registered");
    }
    return new GivenJob(url, id, tree, metadata, priority, response);
  }

  /** Workers write to the folders that are named there: no client names them. */
  private static Value.Fields withoutFolders(Value.Fields given) {
    Map<String, Value> response = new LinkedHashMap<>(given.values());
    response.remove(JobResponse.SHARED);
    return new Value.Fields(response);
  }

  private static Value field(Map<String, Value> fields, String name) {
    return fields.getOrDefault(name, Value.NOTHING);
  }

  private static String text(Map<String, Value> fields, String name) {
    Value value = field(fields, name);
    return value instanceof Value.Nothing ? "" : PythonText.strip(PythonText.str(value));
  }

  /** It becomes the name of folders, and the original looks at nothing of it. */
  private static void checkName(String id) {
    if (id.codePointCount(0, id.length()) > LONGEST_ID
        || id.getBytes(StandardCharsets.UTF_8).length > LONGEST_FOLDER
        || UNFIT.matcher(id).find()) {
      throw new JobRefused(
          400,
          "Invalid job format: source_id names a folder; at most "
              + LONGEST_ID
              + " characters, without '/', '\\', '..' and control characters, not beginning with a"
              + " dot");
    }
  }
}
