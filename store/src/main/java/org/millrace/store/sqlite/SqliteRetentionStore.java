package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.retention.RetentionStore;

/** What can be forgotten. */
final class SqliteRetentionStore implements RetentionStore {
  private final Writer writer;
  private final Reads byKey;
  private final Reads scans;

  SqliteRetentionStore(Writer writer, Reads byKey, Reads scans) {
    this.writer = writer;
    this.byKey = byKey;
    this.scans = scans;
  }

  @Override
  public List<TaskId> endedBefore(TaskState state, Instant then, int most) {
    return scans.read(session ->
        session
            .on(Sql.ENDED_BEFORE)
            .set("state", state.name())
            .set("then", then)
            .set("most", most)
            .list(row -> new TaskId(row.text("id"))));
  }

  @Override
  public int remove(List<TaskId> tasks) {
    return writer.write(session -> {
      int removed = 0;
      for (TaskId task : tasks) {
        removed += remove(session, task);
      }
      return removed;
    });
  }

  private static int remove(Session session, TaskId task) throws SQLException {
    Optional<Long> found =
        session.on(Sql.ENDED_FIND).set("id", task.text()).first(row -> row.number64("seq"));
    if (found.isEmpty()) {
      return 0;
    }
    for (Sql belonging :
        List.of(
            Sql.TAG_DELETE,
            Sql.EXTERNAL_ID_DELETE,
            Sql.EVENT_DELETE,
            Sql.ATTEMPT_DELETE,
            Sql.SPEC_DELETE,
            Sql.TASK_DELETE)) {
      session.on(belonging).set("task", found.get()).update();
    }
    return 1;
  }

  @Override
  public int removeGivenUp(Instant then, int most) {
    return writer.write(
        session -> session.on(Sql.DELIVERIES_DELETE).set("then", then).set("most", most).update());
  }

  @Override
  public Optional<Standing> standing(TaskId task) {
    return byKey.read(session ->
        session
            .on(Sql.STANDING)
            .set("id", task.text())
            .first(row ->
                new Standing(TaskState.valueOf(row.text("state")), row.maybeTime("ended_at"))));
  }
}
