package org.millrace.dane;

import java.util.LinkedHashMap;
import java.util.Map;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AssignedTask;

/**
 * Documents and tasks as DANE's library writes them, in messages to workers and in the list of
 * unfinished tasks ({@code contracts/dane.md 2.1, 2.2, 3.4}): states are numbers, and no key but
 * those that the library knows, for any other stops every worker.
 */
final class LibraryForm {
  private LibraryForm() {}

  /** A task, as it stands. */
  static Value.Fields task(AssignedTask task) {
    return task(task.entry(), task.entry().face(), task.spec().priority(), task.arguments());
  }

  /** A task, with this told of its state; arguments only where there are any. */
  static Value.Fields task(TaskEntry entry, FaceState told, int priority, Value.Fields arguments) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("key", new Value.Text(entry.key()));
    fields.put("_id", new Value.Text(entry.id().text()));
    fields.put("state", number(told.number()));
    fields.put("msg", new Value.Text(told.message()));
    fields.put("created_at", Times.of(entry.createdAt()));
    fields.put("updated_at", Times.of(entry.updatedAt()));
    fields.put("priority", number(priority));
    if (!arguments.values().isEmpty()) {
      fields.put("args", arguments);
    }
    return new Value.Fields(fields);
  }

  /** A document: target and creator whole, keys that nobody knows included. */
  static Value.Fields document(Document document) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("target", document.target());
    fields.put("creator", document.creator());
    fields.put("created_at", Times.of(document.createdAt()));
    fields.put("updated_at", Times.of(document.updatedAt()));
    fields.put("_id", new Value.Text(document.id().text()));
    return new Value.Fields(fields);
  }

  static Value.Numeral number(long number) {
    return new Value.Numeral(Long.toString(number));
  }
}
