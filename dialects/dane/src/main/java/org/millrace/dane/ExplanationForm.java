package org.millrace.dane;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.views.Explanation;

/**
 * Why a task is where it is, beside what this face tells of it; {@code task} is its id in the other
 * faces of the server. The original has nothing like it.
 */
final class ExplanationForm {
  private ExplanationForm() {}

  static Value.Fields of(AssignedTask task, Explanation explanation) {
    TaskEntry entry = task.entry();
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("_id", text(entry.id().text()));
    fields.put("key", text(key(task)));
    fields.put("state", text(Integer.toString(entry.face().number())));
    fields.put("msg", text(entry.face().message()));
    fields.put("task", text(explanation.task().text()));
    fields.put("since", Times.of(explanation.since()));
    fields.put("summary", text(explanation.summary()));
    fields.put(
        "causes",
        new Value.Items(explanation.causes().stream().map(ExplanationForm::cause).toList()));
    fields.put("next", explanation.next().<Value>map(Times::of).orElse(Value.NOTHING));
    fields.put("earlier", texts(explanation.earlier()));
    return new Value.Fields(fields);
  }

  /** What is to be done; tasks of a job have it with a number in their document. */
  private static String key(AssignedTask task) {
    return task.spec().work() instanceof WorkerWork work ? work.key() : task.entry().key();
  }

  private static Value cause(Cause cause) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("code", text(cause.code()));
    fields.put("message", text(cause.message()));
    fields.put("help", cause.help().isEmpty() ? Value.NOTHING : text(cause.help()));
    return new Value.Fields(fields);
  }

  private static Value texts(List<String> lines) {
    return new Value.Items(lines.stream().map(ExplanationForm::text).toList());
  }

  private static Value text(String text) {
    return new Value.Text(text);
  }
}
