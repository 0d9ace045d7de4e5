package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.SiblingStore.Marked;

/** An assigned task as its face knows it, its JSON not read yet. */
record EntryRow(
    long seq,
    Space space,
    DocumentId document,
    EntryId id,
    String key,
    int number,
    String message,
    UnreadJson also,
    Instant createdAt,
    Instant updatedAt) {

  static EntryRow read(Row row) throws SQLException {
    return new EntryRow(
        row.number64("task"),
        new Space(row.text("space")),
        new DocumentId(row.text("document_id")),
        new EntryId(row.text("id")),
        row.text("key"),
        row.number32("number"),
        row.text("message"),
        row.json("also"),
        row.time("created_at"),
        row.time("updated_at"));
  }

  TaskEntry entry(TaskId task) {
    return new TaskEntry(
        id,
        space,
        document,
        key,
        task,
        new FaceState(number, message, also.as(Value.Fields.class)),
        createdAt,
        updatedAt);
  }

  /** With its document. */
  record WithDocument(EntryRow row, DocumentRow document) {
    static WithDocument read(Row row) throws SQLException {
      return new WithDocument(
          EntryRow.read(row),
          new DocumentRow(
              row.number64("document"),
              new Space(row.text("space")),
              new DocumentId(row.text("document_id")),
              row.text("target_id"),
              row.text("creator_id"),
              row.json("target"),
              row.json("creator"),
              row.time("document_created_at"),
              row.time("document_updated_at")));
    }

    DocumentViewStore.WithDocument view(TaskId task) {
      return new DocumentViewStore.WithDocument(row.entry(task), document.document());
    }
  }

  /** With what lists show of it. */
  record InList(EntryRow row, TaskId task, TaskState state, int attempt, UnreadJson spec) {
    static InList read(Row row) throws SQLException {
      return new InList(
          EntryRow.read(row),
          new TaskId(row.text("task_id")),
          TaskState.valueOf(row.text("state")),
          row.number32("attempt"),
          row.json("spec"));
    }

    AssignedTask view() {
      return new AssignedTask(row.seq(), row.entry(task), spec.as(TaskSpec.class), state, attempt);
    }
  }

  /** With what tells whether it is to be woken. */
  record ToLookAt(
      EntryRow row, TaskId task, TaskState state, long seen, long completions, long mark) {
    static ToLookAt read(Row row) throws SQLException {
      return new ToLookAt(
          EntryRow.read(row),
          new TaskId(row.text("task_id")),
          TaskState.valueOf(row.text("state")),
          row.number64("seen"),
          row.number64("completions"),
          row.number64("marks"));
    }

    Marked marked() {
      return new Marked(row.seq(), row.entry(task), state, seen, completions, mark);
    }
  }
}
