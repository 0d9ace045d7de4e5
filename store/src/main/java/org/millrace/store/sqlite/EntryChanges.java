package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition.Changed;
import org.millrace.domain.value.Value;
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
   * @param completions of its document up to now
   */
  private record Entry(long document, long completions, Told told) {
    static Entry read(Row row) throws SQLException {
      return new Entry(row.number64("document"), row.number64("completions"), Told.read(row));
    }
  }

  /**
   * What may change of it.
   *
   * @param seen completions when its last attempt began
   * @param marks how often it was marked
   */
  private record Told(
      FaceState face, Instant updatedAt, boolean waiting, long seen, long marks, boolean marked) {
    static Told read(Row row) throws SQLException {
      Value.Fields also = row.json("also").as(Value.Fields.class);
      return new Told(
          new FaceState(row.number32("number"), row.text("message"), also),
          row.time("updated_at"),
          row.flag("waiting"),
          row.number64("seen"),
          row.number64("marks"),
          row.flag("marked"));
    }
  }

  private EntryChanges() {}

  /** Follows a change that is about to be stored; does nothing for a task that is not assigned. */
  static void follow(
      Session session,
      Task before,
      Changed changed,
      Change change,
      Optional<AttemptReport> report,
      long seq)
      throws SQLException {
    if (!changed.task().assigned()) {
      return;
    }
    Optional<Entry> found = session.on(Sql.ENTRY_FIND).set("task", seq).first(Entry::read);
    if (found.isPresent()) {
      follow(session, found.get(), before, changed, change, report, seq);
    }
  }

  private static void follow(
      Session session,
      Entry entry,
      Task before,
      Changed changed,
      Change change,
      Optional<AttemptReport> report,
      long seq)
      throws SQLException {
    Told after = after(entry, before, changed, change, report);
    if (!after.equals(entry.told())) {
      save(session, after, seq);
    }
    if (changed.task().state() == TaskState.COMPLETE) {
      complete(session, entry.document(), changed.task().attempt(), seq);
    }
  }

  private static Told after(
      Entry entry, Task was, Changed changed, Change change, Optional<AttemptReport> report) {
    Told before = entry.told();
    FaceState face = change.face().after(before.face(), changed, report);
    boolean marked = changed.isToBeLookedAt(entry.completions() - before.seen());
    return new Told(
        face,
        face.equals(before.face()) ? before.updatedAt() : change.at(),
        changed.task().waitsForSiblings(was, before.waiting()),
        changed.kind() == Kind.ATTEMPT_BEGUN ? entry.completions() : before.seen(),
        before.marks() + (marked ? 1 : 0),
        marked || before.marked());
  }

  private static void save(Session session, Told told, long seq) throws SQLException {
    session
        .on(Sql.ENTRY_SAVE)
        .set("task", seq)
        .set("number", told.face().number())
        .set("message", told.face().message())
        .set("also", StoredJson.write(told.face().also()))
        .set("updated_at", told.updatedAt())
        .set("waiting", told.waiting())
        .set("seen", told.seen())
        .set("marks", told.marks())
        .set("marked", told.marked())
        .update();
  }

  private static void complete(Session session, long document, int attempt, long task)
      throws SQLException {
    session.on(Sql.DOCUMENT_COMPLETE).set("seq", document).update();
    session.on(Sql.ENTRIES_MARK).set("document", document).set("task", task).update();
    session.on(Sql.RESULTS_OVERTAKE).set("task", task).set("attempt", attempt).update();
  }
}
