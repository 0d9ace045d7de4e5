package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.retention.RetentionStore;

/** What can be forgotten. */
final class SqliteRetentionStore implements RetentionStore {
  private final Writer writer;
  private final Reads scans;

  SqliteRetentionStore(Writer writer, Reads scans) {
    this.writer = writer;
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

  /** Its tags have no index of their own by task: the spec tells their keys. */
  private record Ended(long seq, Set<String> tags) {}

  private static int remove(Session session, TaskId task) throws SQLException {
    Optional<Ended> found =
        session
            .on(Sql.ENDED_FIND)
            .set("id", task.text())
            .first(row ->
                new Ended(
                    row.number64("seq"), row.json("json").as(TaskSpec.class).tags().keySet()));
    if (found.isEmpty()) {
      return 0;
    }
    long seq = found.get().seq;
    for (String key : found.get().tags) {
      session.on(Sql.TAG_DELETE).set("key", key).set("task", seq).update();
    }
    for (Sql belonging :
        List.of(
            Sql.EXTERNAL_ID_DELETE,
            Sql.EVENT_DELETE,
            Sql.ATTEMPT_DELETE,
            Sql.SPEC_DELETE,
            Sql.TASK_DELETE)) {
      session.on(belonging).set("task", seq).update();
    }
    return 1;
  }
}
