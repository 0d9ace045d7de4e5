package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.Optional;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition.Changed;
import org.millrace.engine.transition.TransitionStore.Change;
import org.millrace.store.json.StoredJson;

/**
 * What goes with a change of an assigned task: what its face tells, the completions of its
 * document, marks of it and its siblings, and whether its results are still those in force.
 */
final class EntryChanges {

  /**
   * An assigned task when its core task changes.
   *
   * @param document in which row it stands
   * @param seen completions when its last attempt began
   * @param completions of its document up to now
   */
  private record Entry(
      EntryRow row, long document, long seen, long completions, long marks, boolean marked) {
    static Entry read(Row row) throws SQLException {
      return new Entry(
          EntryRow.read(row),
          row.number64("document"),
          row.number64("seen"),
          row.number64("completions"),
          row.number64("marks"),
          row.flag("marked"));
    }
  }

  private EntryChanges() {}

  /** Follows a change that is about to be stored; does nothing for a task that is not assigned. */
  static void follow(Session session, Changed changed, Change change, long seq)
      throws SQLException {
    if (!changed.task().assigned()) {
      return;
    }
    Optional<Entry> found = session.on(Sql.ENTRY_FIND).set("task", seq).first(Entry::read);
    if (found.isPresent()) {
      follow(session, found.get(), changed, change);
    }
  }

  private static void follow(Session session, Entry entry, Changed changed, Change change)
      throws SQLException {
    Task task = changed.task();
    TaskEntry before = entry.row().entry(task.id());
    FaceState face = change.face().after(before.face(), changed, change.report());
    TaskEntry after = before.now(face, change.at());
    boolean deferred = changed.kind() == Kind.DEFERRED;
    session
        .on(Sql.ENTRY_SAVE)
        .set("task", entry.row().seq())
        .set("number", face.number())
        .set("message", face.message())
        .set("also", StoredJson.write(face.also()))
        .set("updated_at", after.updatedAt())
        .set("waiting", task.state() == TaskState.WAITING && !task.isUnasked())
        .set("seen", changed.kind() == Kind.ATTEMPT_BEGUN ? entry.completions() : entry.seen())
        .set("marks", entry.marks() + (deferred ? 1 : 0))
        .set("marked", deferred || entry.marked())
        .update();
    if (task.state() == TaskState.COMPLETE) {
      complete(session, entry, task.attempt());
    }
  }

  private static void complete(Session session, Entry entry, int attempt) throws SQLException {
    long task = entry.row().seq();
    session.on(Sql.DOCUMENT_COMPLETE).set("seq", entry.document()).update();
    session.on(Sql.ENTRIES_MARK).set("document", entry.document()).set("task", task).update();
    session.on(Sql.RESULTS_OVERTAKE).set("task", task).set("attempt", attempt).update();
  }
}
