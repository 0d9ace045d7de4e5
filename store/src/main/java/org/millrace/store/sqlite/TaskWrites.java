package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Task;
import org.millrace.engine.delivery.Delivery;

/** What goes with a change of a task, whoever makes it. */
final class TaskWrites {
  private static final List<Sql> ROWS =
      List.of(
          Sql.TAG_DELETE,
          Sql.EXTERNAL_ID_DELETE,
          Sql.EVENT_DELETE,
          Sql.ATTEMPT_DELETE,
          Sql.SPEC_DELETE,
          Sql.TASK_DELETE);

  private TaskWrites() {}

  /** Removes a task with all rows that are nobody else's. */
  static void remove(Session session, long seq) throws SQLException {
    for (Sql rows : ROWS) {
      session.on(rows).set("task", seq).update();
    }
  }

  /** Adds a line of history. */
  static void record(
      Session session, long seq, Task task, Instant at, Kind kind, Optional<String> detail)
      throws SQLException {
    session
        .on(Sql.EVENT_INSERT)
        .set("task", seq)
        .set("owner", task.owner().name())
        .set("at", at)
        .set("kind", kind.name())
        .set("state", task.state().name())
        .set("attempt", task.attempt())
        .set("detail", detail.orElse(null))
        .update();
  }

  /** Puts into the outbox what peers are to be told. */
  static void post(Session session, List<Delivery.Draft> drafts, Instant dueAt)
      throws SQLException {
    for (Delivery.Draft draft : drafts) {
      session
          .on(Sql.DELIVERY_INSERT)
          .set("channel", draft.channel())
          .set("key", draft.key())
          .set("target", draft.target())
          .set("body", draft.body())
          .set("due_at", dueAt)
          .update();
    }
  }
}
