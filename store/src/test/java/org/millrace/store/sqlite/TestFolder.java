package org.millrace.store.sqlite;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A data folder whose database a test opens by itself, beside or without a store. */
record TestFolder(Path path) {

  /** With all tables, and nothing in them. */
  static TestFolder withTables(Path path) {
    Schema.migrate(SqliteConfig.of(path));
    return new TestFolder(path);
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
