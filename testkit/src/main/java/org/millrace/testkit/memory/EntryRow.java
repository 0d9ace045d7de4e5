package org.millrace.testkit.memory;

import java.time.Instant;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.TaskEntry;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.SiblingStore.Marked;

/** An assigned task as it is now. Touched under the lock of {@link Tables} alone. */
final class EntryRow {
  private final DocumentRow document;
  private final TaskRow task;
  private TaskEntry entry;
  private long seen;
  private long marks;
  private boolean marked;
  private boolean waiting;

  EntryRow(DocumentRow document, TaskRow task, TaskEntry entry) {
    this.document = document;
    this.task = task;
    this.entry = entry;
  }

  DocumentRow document() {
    return document;
  }

  TaskRow task() {
    return task;
  }

  TaskEntry entry() {
    return entry;
  }

  long sequence() {
    return task.sequence();
  }

  void tell(FaceState face, Instant at) {
    entry = entry.now(face, at);
  }

  /** An attempt begins: its worker sees all that completed before. */
  void see() {
    seen = document.completions();
  }

  /** Completions since its last attempt began. */
  long unseen() {
    return document.completions() - seen;
  }

  /** Whether others of its document wake it. */
  void waiting(boolean forOthers) {
    waiting = forOthers;
  }

  boolean waits() {
    return waiting;
  }

  void mark() {
    marks++;
    marked = true;
  }

  boolean unmark(long mark) {
    boolean isThat = marked && marks == mark;
    marked &= !isThat;
    return isThat;
  }

  boolean isMarked() {
    return marked;
  }

  Marked asMarked() {
    return new Marked(sequence(), entry, task.task().state(), seen, document.completions(), marks);
  }

  AssignedTask view() {
    return new AssignedTask(
        sequence(), entry, task.spec(), task.task().state(), task.task().attempt());
  }
}
