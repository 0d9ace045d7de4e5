package org.millrace.domain.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;

/**
 * What a node leaves for those after it ({@code docs/graphs.md} has the table).
 *
 * <p>Of every task: {@code task}, its id, and {@code state}. Of executors: {@code exit_codes}, and
 * {@code outputs}, a list of {@code url}, {@code path}, {@code size} and {@code sha256}. What else
 * there is its kind of work says itself: {@code files} that were read, {@code steps} and their
 * replies, the {@code result} of a handler.
 */
public final class NodeValues {
  /** Under which a node that was spread leaves what its items left. */
  public static final String ITEMS = "items";

  private NodeValues() {}

  /** Those of a task that ended. */
  public static Value of(TaskId task, TaskState state, AttemptReport last) {
    Map<String, Value> values = new LinkedHashMap<>();
    values.put("task", new Value.Text(task.text()));
    values.put("state", new Value.Text(state.name()));
    if (!last.executors().isEmpty()) {
      values.put("exit_codes", exitCodes(last.executors()));
      values.put("outputs", outputs(last.outputs()));
    }
    last.value()
        .ifPresent(left -> {
          if (left instanceof Value.Fields(Map<String, Value> fields)) {
            values.putAll(fields);
          } else {
            values.put("result", left);
          }
        });
    return new Value.Fields(values);
  }

  /** Those of a node that was spread: {@code items}, what each of its items left, in order. */
  public static Value ofItems(List<Value> items) {
    return new Value.Fields(Map.of(ITEMS, new Value.Items(items)));
  }

  /** Those of a node that has no work. */
  public static Value none() {
    return new Value.Fields(Map.of());
  }

  private static Value exitCodes(List<ExecutorResult> executors) {
    List<Value> codes = new ArrayList<>();
    for (ExecutorResult executor : executors) {
      codes.add(new Value.Numeral(String.valueOf(executor.exitCode())));
    }
    return new Value.Items(codes);
  }

  private static Value outputs(List<StoredFile> outputs) {
    List<Value> files = new ArrayList<>();
    for (StoredFile output : outputs) {
      Map<String, Value> file = new LinkedHashMap<>();
      file.put("url", new Value.Text(output.url()));
      file.put("path", new Value.Text(output.path()));
      file.put("size", new Value.Numeral(String.valueOf(output.size())));
      output.sha256().ifPresent(digest -> file.put("sha256", new Value.Text(digest)));
      files.add(new Value.Fields(file));
    }
    return new Value.Items(files);
  }
}
