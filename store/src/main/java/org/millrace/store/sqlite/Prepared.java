package org.millrace.store.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * The driver's prepared statement, but for one thing: it asks SQLite for the names of its columns
 * the first time that it is run, and not each time. They are the same as long as a session lives.
 */
final class Prepared extends JDBC4PreparedStatement {
  private String @Nullable [] columns;

  Prepared(SQLiteConnection connection, String sql) throws SQLException {
    super(connection, sql);
  }

  /** Whether the driver has closed it, as it does after most failures of a run. */
  boolean isGivenUp() {
    return pointer.isClosed();
  }

  @Override
  public @Nullable ResultSet getResultSet() throws SQLException {
    rs.colsMeta = columns; // which the driver forgets as it closes a result, and asks for if none
    ResultSet results = super.getResultSet();
    columns = rs.colsMeta;
    return results;
  }
}
