package org.millrace.store.sqlite;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Opens sessions on the one database of a data folder. Thread-safe. */
final class Database {
  private final SqliteConfig config;

  Database(SqliteConfig config) {
    this.config = config;
  }

  SqliteConfig config() {
    return config;
  }

  /** For the one thread that writes. */
  Session writing() throws SQLException {
    return open(config.writerPragmas());
  }

  Session reading() throws SQLException {
    return open(config.readerPragmas());
  }

  private Session open(List<String> pragmas) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + config.file());
    try (Statement statement = connection.createStatement()) {
      for (String pragma : pragmas) {
        statement.execute(pragma);
      }
      return new Session(connection);
    } catch (SQLException failure) {
      connection.close();
      throw failure;
    }
  }
}
