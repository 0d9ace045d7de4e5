package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.run.RunState;
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
  public List<Ended> endedBefore(TaskState state, Instant then, Optional<Ended> after, int most) {
    return scans.read(session ->
        session
            .on(Sql.ENDED_BEFORE)
            .set("state", state.name())
            .set("then", then)
            .set("ended_at", after.map(Ended::endedAt).orElse(Instant.MIN))
            .set("seq", after.map(Ended::sequence).orElse(0L))
            .set("most", most)
            .list(row ->
                new Ended(
                    new TaskId(row.text("id")),
                    row.time("ended_at"),
                    row.number64("seq"),
                    row.flag("kept"))));
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
    TaskWrites.remove(session, found.get());
    return 1;
  }

  @Override
  public int removeRuns(RunState state, Instant then, int most) {
    return writer.write(session -> {
      Optional<Long> run = leavingRun(session, state, then);
      return run.isEmpty() ? 0 : RunRemoval.piece(session, run.get(), most);
    });
  }

  /** One whose removal was begun goes first; else the one that ended first begins to go. */
  private static Optional<Long> leavingRun(Session session, RunState state, Instant then)
      throws SQLException {
    Optional<Long> begun =
        session.on(Sql.RUNS_GONE).set("state", state.name()).first(row -> row.number64("seq"));
    if (begun.isPresent()) {
      return begun;
    }
    Optional<Long> ended =
        session
            .on(Sql.RUNS_ENDED_BEFORE)
            .set("state", state.name())
            .set("then", then)
            .first(row -> row.number64("seq"));
    if (ended.isPresent()) {
      session.on(Sql.RUN_LEAVE).set("seq", ended.get()).update();
    }
    return ended;
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
