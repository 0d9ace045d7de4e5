package org.millrace.store.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * A connection that keeps its prepared statements: the driver prepares each anew otherwise. Used by
 * one thread at a time. After any failure other than one of a single statement ({@link
 * Faults#isOfStatement}) it is closed, and another opened.
 */
final class Session implements AutoCloseable {

  /** What is done with a session; waits for nothing. */
  @FunctionalInterface
  interface Unit<T extends @Nullable Object> {
    T run(Session session) throws SQLException;
  }

  private final SQLiteConnection connection;
  private final Map<Sql, KeptStatement> kept = new EnumMap<>(Sql.class);

  Session(SQLiteConnection connection) {
    this.connection = connection;
  }

  /** The statement with none of its parameters set; another one if a failure closed the last. */
  KeptStatement on(Sql sql) throws SQLException {
    KeptStatement statement = kept.get(sql);
    if (statement == null || statement.isClosed()) {
      statement = new KeptStatement(sql, new Prepared(connection, sql.text()));
      kept.put(sql, statement);
    }
    return statement.anew();
  }

  /** Sees one state of the database throughout, whatever is committed meanwhile. */
  <T extends @Nullable Object> T inSnapshot(Unit<T> unit) throws SQLException {
    on(Sql.BEGIN_READ).run();
    T found = unit.run(this); // a failure closes the session, and the snapshot with it
    on(Sql.COMMIT).run();
    return found;
  }

  /** How many rows were changed since it was opened, with those whose change was undone. */
  long changes() throws SQLException {
    return connection.getDatabase().total_changes();
  }

  /** What it stands for, for tests that ask how it does its work. */
  Connection connection() {
    return connection;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
