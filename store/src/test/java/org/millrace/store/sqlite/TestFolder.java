package org.millrace.store.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A data folder whose database a test opens by itself, beside or without a store. */
record TestFolder(Path path) {

  private static final byte[] TABLES = tables();

  /** With all tables, and nothing in them; made once and copied, for the sake of many tests. */
  static TestFolder withTables(Path path) {
    try {
      Files.write(SqliteConfig.of(path).file(), TABLES);
      return new TestFolder(path);
    } catch (IOException unwritten) {
      throw new UncheckedIOException(unwritten);
    }
  }

  private static byte[] tables() {
    try {
      Path folder = Files.createTempDirectory("tables");
      SqliteConfig config = SqliteConfig.of(folder);
      Schema.migrate(config);
      byte[] tables = Files.readAllBytes(config.file());
      Files.delete(config.file());
      Files.delete(folder);
      return tables;
    } catch (IOException unmade) {
      throw new UncheckedIOException(unmade);
    }
  }

  SqliteStore open() {
    return SqliteStore.open(SqliteConfig.of(path).withBallast(0)); // many are opened
  }

  Session writing() throws SQLException {
    return new Database(SqliteConfig.of(path)).writing();
  }

  /** Runs statements of the test's own. */
  static void run(Session session, String... statements) throws SQLException {
    try (Statement statement = session.connection().createStatement()) {
      for (String sql : statements) {
        statement.executeUpdate(sql);
      }
    }
  }

  /** A column of what a query of the test's own finds. */
  static List<String> column(Session session, int column, String query) throws SQLException {
    try (Statement statement = session.connection().createStatement();
        ResultSet results = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (results.next()) {
        values.add(results.getString(column));
      }
      return values;
    }
  }
}
