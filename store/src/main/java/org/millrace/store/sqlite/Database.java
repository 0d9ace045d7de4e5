package org.millrace.store.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/**
 * Opens sessions on the one database of a data folder. Thread-safe, but for {@link #keepLog} and
 * {@link #close}.
 */
final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private final SqliteConfig config;
  private @Nullable Session keeper;

  Database(SqliteConfig config) {
    this.config = config;
  }

  SqliteConfig config() {
    return config;
  }

  /**
   * From now on the log stays, and with it the room that it has on the disk, whoever else opens and
   * closes sessions: the last one that is closed removes it.
   */
  void keepLog() throws SQLException {
    if (keeper == null) {
      keeper = reading();
      try (Statement look = keeper.connection().createStatement()) {
        look.execute("PRAGMA schema_version"); // it is opened at the first look
      }
    }
  }

  @Override
  public void close() {
    try {
      if (keeper != null) {
        keeper.close();
      }
    } catch (SQLException unclosed) {
      LOG.warn("the connection that kept the log could not be closed; it is given up", unclosed);
    } finally {
      keeper = null;
    }
  }

  /** For the one thread that writes. */
  Session writing() throws SQLException {
    return open(config.writerPragmas());
  }

  Session reading() throws SQLException {
    return open(config.readerPragmas());
  }

  private Session open(List<String> pragmas) throws SQLException {
    Connection connection = config.connect();
    try (Statement statement = connection.createStatement()) {
      var driver = connection.unwrap(SQLiteConnection.class);
      leaveTransactionsAlone(driver);
      for (String pragma : pragmas) {
        statement.execute(pragma);
      }
      return new Session(driver);
    } catch (SQLException failure) {
      connection.close();
      throw failure;
    }
  }

  /**
   * Ours begin and end with statements. The driver, to which each statement is a transaction of its
   * own unless told otherwise, would run a BEGIN and perhaps a COMMIT after each to make sure; and
   * told otherwise by {@link Connection#setAutoCommit}, it would begin one by itself.
   */
  private static void leaveTransactionsAlone(SQLiteConnection driver) {
    driver.getConnectionConfig().setAutoCommit(false);
  }
}
