package org.millrace.domain.document;

import java.time.Instant;
import org.millrace.domain.task.TaskId;

/**
 * A task as the document knows it to which it is assigned.
 *
 * @param id the name its face gives it
 * @param key what is to be done; a document has at most one task for each
 * @param task the core task, one for its whole life
 * @param updatedAt when its face's state changed last
 */
public record TaskEntry(
    EntryId id,
    Space space,
    DocumentId document,
    String key,
    TaskId task,
    FaceState face,
    Instant createdAt,
    Instant updatedAt) {

  public TaskEntry {
    if (key.isBlank()) {
      throw new IllegalArgumentException("key: not empty");
    }
    if (!id.equals(EntryId.of(document, key))) {
      throw new IllegalArgumentException(
          "task " + id + ": the hash of its document and its key is another one");
    }
  }

  /** The same after a change of its task; touched only if its face tells something else now. */
  public TaskEntry now(FaceState after, Instant at) {
    return after.equals(face)
        ? this
        : new TaskEntry(id, space, document, key, task, after, createdAt, at);
  }
}
