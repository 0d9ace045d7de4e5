package org.millrace.store.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.dispatch.ClaimStore;
import org.millrace.store.json.StoredJson;
import org.millrace.store.sqlite.SqliteConfig;
import org.millrace.store.sqlite.SqliteStore;

/**
 * What SQLite itself can do: one thread that inserts the rows of a submission (task, spec, event,
 * tags, with all their indexes) and commits every hundred. Same tables, same pragmas, ids that
 * grow; no queue, no savepoints, JSON made once.
 */
public final class BareInsertLoop {
  private static final int GROUP = 100;

  private BareInsertLoop() {}

  /**
   * Inserts so many tasks into a store, which is made if absent and must not be open.
   *
   * @param sample gives each task its spec, lane and times; its id is replaced, its external id and
   *     deliveries do not count
   * @return tasks per second
   * @throws SQLException when the disk is full or fails
   */
  public static double run(SqliteConfig config, Task sample, TaskSpec spec, int tasks)
      throws SQLException {
    SqliteStore.open(config).close(); // makes the tables
    try (Connection connection = config.connect()) {
      tell(connection, config);
      long start = System.nanoTime();
      insert(connection, sample, spec, tasks);
      return tasks * 1e9 / (System.nanoTime() - start);
    }
  }

  private static void tell(Connection connection, SqliteConfig config) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String pragma : config.writerPragmas()) {
        statement.execute(pragma);
      }
    }
  }

  private static void insert(Connection connection, Task sample, TaskSpec spec, int tasks)
      throws SQLException {
    try (var begin = connection.prepareStatement("BEGIN IMMEDIATE");
        var commit = connection.prepareStatement("COMMIT");
        var row = new Rows(connection, sample, spec)) {
      for (int number = 0; number < tasks; number++) {
        if (number % GROUP == 0) {
          begin.execute();
        }
        row.insert(number);
        if (number % GROUP == GROUP - 1 || number == tasks - 1) {
          commit.execute();
        }
      }
    }
  }

  /** The statements, prepared once. */
  private static final class Rows implements AutoCloseable {
    private final PreparedStatement insertTask;
    private final PreparedStatement insertSpec;
    private final PreparedStatement insertTag;
    private final PreparedStatement insertEvent;
    private final String prefix =
        Long.toString(System.nanoTime(), 32) + "-"; // differs from run to run
    private final Task sample;
    private final TaskSpec spec;
    private final String json;
    private long seq;

    Rows(Connection connection, Task sample, TaskSpec spec) throws SQLException {
      this.sample = sample;
      this.spec = spec;
      json = StoredJson.write(spec);
      seq = lastSeq(connection);
      insertTask =
          connection.prepareStatement(
              """
              INSERT INTO task (id, owner, dialect, name, lane, priority, retry_attempts, retry_first, retry_most,
                retry_after_start, limit_queue, limit_run, limit_total, state, shown, attempt, lease_no, created_at,
                due_at, waits_until, ready, rank)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'QUEUED', 'QUEUED', 0, 0, ?, ?, ?, 1, ?)
              """);
      insertSpec = connection.prepareStatement("INSERT INTO spec (task, json) VALUES (?, ?)");
      insertTag =
          connection.prepareStatement("INSERT INTO tag (key, value, task) VALUES (?, ?, ?)");
      insertEvent =
          connection.prepareStatement(
              """
              INSERT INTO event (task, owner, at, kind, state, attempt)
              VALUES (?, ?, ?, 'SUBMITTED', 'QUEUED', 0)
              """);
    }

    private static long lastSeq(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          var results = statement.executeQuery("SELECT coalesce(max(seq), 0) FROM task")) {
        return results.getLong(1);
      }
    }

    void insert(int number) throws SQLException {
      seq++;
      insertTask(new TaskId(prefix + "%010d".formatted(number)));
      insertSpec.setLong(1, seq);
      insertSpec.setString(2, json);
      insertSpec.executeUpdate();
      for (Map.Entry<String, String> tag : spec.tags().entrySet()) {
        insertTag.setString(1, tag.getKey());
        insertTag.setString(2, tag.getValue());
        insertTag.setLong(3, seq);
        insertTag.executeUpdate();
      }
      insertEvent.setLong(1, seq);
      insertEvent.setString(2, sample.owner().name());
      insertEvent.setLong(3, nanos(sample.createdAt()));
      insertEvent.executeUpdate();
    }

    private void insertTask(TaskId id) throws SQLException {
      int column = 1;
      insertTask.setString(column++, id.text());
      insertTask.setString(column++, sample.owner().name());
      insertTask.setString(column++, spec.dialect());
      insertTask.setString(column++, spec.name().orElse(null));
      insertTask.setString(column++, sample.lane().name());
      insertTask.setInt(column++, spec.priority());
      insertTask.setInt(column++, sample.retry().attempts());
      insertTask.setLong(column++, sample.retry().first().toNanos());
      insertTask.setLong(column++, sample.retry().most().toNanos());
      insertTask.setBoolean(column++, sample.retry().afterStart());
      insertTask.setObject(column++, sample.limits().queue().map(Duration::toNanos).orElse(null));
      insertTask.setObject(column++, sample.limits().run().map(Duration::toNanos).orElse(null));
      insertTask.setObject(column++, sample.limits().total().map(Duration::toNanos).orElse(null));
      insertTask.setLong(column++, nanos(sample.createdAt()));
      insertTask.setLong(column++, nanos(sample.dueAt()));
      insertTask.setObject(column++, sample.waitsUntil().map(Rows::nanos).orElse(null));
      insertTask.setLong(
          column, nanos(sample.dueAt().minus(ClaimStore.AGEING.multipliedBy(spec.priority()))));
      insertTask.executeUpdate();
    }

    private static long nanos(Instant time) {
      return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }

    @Override
    public void close() throws SQLException {
      insertTask.close();
      insertSpec.close();
      insertTag.close();
      insertEvent.close();
    }
  }
}
