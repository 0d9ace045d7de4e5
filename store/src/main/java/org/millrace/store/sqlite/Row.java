package org.millrace.store.sqlite;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The row a statement stands on; columns by name. Valid until the statement moves on. */
final class Row {
  private final Map<String, Integer> columns = new HashMap<>();
  private ResultSet results;

  /** Learns the columns, which are the same whenever the statement runs. */
  Row(ResultSet results) throws SQLException {
    this.results = results;
    ResultSetMetaData shape = results.getMetaData();
    for (int column = 1; column <= shape.getColumnCount(); column++) {
      columns.putIfAbsent(shape.getColumnName(column), column);
    }
  }

  Row over(ResultSet other) {
    results = other;
    return this;
  }

  String text(String column) throws SQLException {
    String value = results.getString(number(column));
    if (value == null) {
      throw new IllegalStateException(column + " is absent");
    }
    return value;
  }

  Optional<String> maybeText(String column) throws SQLException {
    return Optional.ofNullable(results.getString(number(column)));
  }

  byte[] bytes(String column) throws SQLException {
    byte[] value = results.getBytes(number(column));
    return value == null ? new byte[0] : value; // the driver's word for no bytes
  }

  UnreadJson json(String column) throws SQLException {
    return maybeJson(column).orElseThrow(() -> new IllegalStateException(column + " is absent"));
  }

  Optional<UnreadJson> maybeJson(String column) throws SQLException {
    return Optional.ofNullable(results.getBytes(number(column))).map(UnreadJson::new);
  }

  long number64(String column) throws SQLException {
    return results.getLong(number(column));
  }

  int number32(String column) throws SQLException {
    return results.getInt(number(column));
  }

  OptionalInt maybeNumber32(String column) throws SQLException {
    int number = number32(column);
    return results.wasNull() ? OptionalInt.empty() : OptionalInt.of(number);
  }

  boolean flag(String column) throws SQLException {
    return results.getInt(number(column)) != 0;
  }

  Instant time(String column) throws SQLException {
    return Nanos.instant(number64(column));
  }

  Duration duration(String column) throws SQLException {
    return Nanos.duration(number64(column));
  }

  Optional<Instant> maybeTime(String column) throws SQLException {
    long nanos = number64(column);
    return results.wasNull() ? Optional.empty() : Optional.of(Nanos.instant(nanos));
  }

  Optional<Duration> maybeDuration(String column) throws SQLException {
    long nanos = number64(column);
    return results.wasNull() ? Optional.empty() : Optional.of(Nanos.duration(nanos));
  }

  private int number(String column) {
    Integer number = columns.get(column);
    if (number == null) {
      throw new IllegalArgumentException("no column " + column + " among " + columns.keySet());
    }
    return number;
  }
}
