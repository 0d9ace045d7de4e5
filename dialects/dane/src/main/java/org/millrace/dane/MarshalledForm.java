package org.millrace.dane;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AssignedTask;

/**
 * Documents, tasks and results as the API answers them ({@code contracts/dane.md 2.4}): every field
 * of the model and no other, {@code null} where there is nothing; the state of a task and all ids
 * are texts; an object without fields is {@code {"*": null}}.
 */
final class MarshalledForm {
  private static final Value.Fields NO_FIELDS = new Value.Fields(Map.of("*", Value.NOTHING));
  private static final List<String> TARGET = List.of("id", "url", "type");
  private static final List<String> CREATOR = List.of("id", "type");
  private static final List<String> GENERATOR = List.of("id", "name", "homepage", "type");

  private static final Value.Fields EMPTY = new Value.Fields(Map.of());

  /** Of one that was not understood. */
  static final Value.Fields NO_DOCUMENT =
      document(Value.NOTHING, EMPTY, EMPTY, Value.NOTHING, Value.NOTHING);

  private MarshalledForm() {}

  static Value.Fields document(Document document) {
    return document(
        new Value.Text(document.id().text()),
        document.target(),
        document.creator(),
        Times.of(document.createdAt()),
        Times.of(document.updatedAt()));
  }

  private static Value.Fields document(
      Value id, Value.Fields target, Value.Fields creator, Value createdAt, Value updatedAt) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("_id", id);
    fields.put("target", texts(target, TARGET));
    fields.put("creator", texts(creator, CREATOR));
    fields.put("created_at", createdAt);
    fields.put("updated_at", updatedAt);
    return new Value.Fields(fields);
  }

  /** A task, as it stands. */
  static Value.Fields task(AssignedTask task) {
    return task(task.entry(), task.entry().face(), task.spec().priority(), task.arguments());
  }

  /** A task, with this told of its state. */
  static Value.Fields task(TaskEntry entry, FaceState told, int priority, Value.Fields arguments) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("_id", new Value.Text(entry.id().text()));
    fields.put("key", new Value.Text(entry.key()));
    fields.put("state", new Value.Text(Integer.toString(told.number())));
    fields.put("msg", new Value.Text(told.message()));
    fields.put("priority", LibraryForm.number(priority));
    fields.put("created_at", Times.of(entry.createdAt()));
    fields.put("updated_at", Times.of(entry.updatedAt()));
    fields.put("args", free(arguments));
    return new Value.Fields(fields);
  }

  /** A result; the original never tells when it was saved. */
  static Value.Fields result(Result result) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("_id", new Value.Text(result.id().text()));
    fields.put("generator", texts(result.finding().generator(), GENERATOR));
    fields.put("payload", free(result.finding().payload()));
    fields.put("created_at", Value.NOTHING);
    fields.put("updated_at", Value.NOTHING);
    return new Value.Fields(fields);
  }

  /** An item of a batch that was not taken, and why. */
  static Value.Fields failed(Value.Fields document, Value.Fields invalid, String error) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("document", document);
    fields.put("invalid", free(invalid));
    fields.put("error", new Value.Text(error));
    return new Value.Fields(fields);
  }

  private static Value.Fields free(Value.Fields fields) {
    return fields.values().isEmpty() ? NO_FIELDS : fields;
  }

  /** These fields alone, as texts. */
  private static Value.Fields texts(Value.Fields object, List<String> names) {
    Map<String, Value> fields = new LinkedHashMap<>();
    for (String name : names) {
      Value value = object.values().getOrDefault(name, Value.NOTHING);
      fields.put(
          name, value instanceof Value.Nothing ? value : new Value.Text(PythonText.str(value)));
    }
    return new Value.Fields(fields);
  }
}
