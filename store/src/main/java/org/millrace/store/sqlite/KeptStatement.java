package org.millrace.store.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One prepared statement: set every parameter by name, then run it. Rows are read whole before
 * anything else runs.
 */
final class KeptStatement {

  /** Makes a value of a row. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Row row) throws SQLException;
  }

  /** Takes what it wants of a row. */
  @FunctionalInterface
  interface Visitor {
    void visit(Row row) throws SQLException;
  }

  private final Sql sql;
  private final Prepared statement;
  private final long all; // a bit for each parameter
  private long unset;
  private @Nullable Row row;

  KeptStatement(Sql sql, Prepared statement) {
    this.sql = sql;
    this.statement = statement;
    this.all = (1L << sql.parameters().size()) - 1;
  }

  KeptStatement anew() {
    unset = all;
    return this;
  }

  boolean isClosed() {
    return statement.isGivenUp();
  }

  /** Whether it has a parameter of that name. */
  boolean names(String name) {
    return sql.parameters().containsKey(name);
  }

  KeptStatement set(String name, @Nullable String value) throws SQLException {
    statement.setString(number(name), value);
    return this;
  }

  KeptStatement set(String name, long value) throws SQLException {
    statement.setLong(number(name), value);
    return this;
  }

  KeptStatement set(String name, boolean value) throws SQLException {
    return set(name, value ? 1 : 0);
  }

  KeptStatement set(String name, Instant value) throws SQLException {
    return set(name, Nanos.of(value));
  }

  KeptStatement set(String name, byte[] value) throws SQLException {
    statement.setBytes(number(name), value);
    return this;
  }

  KeptStatement setNull(String name) throws SQLException {
    statement.setObject(number(name), null);
    return this;
  }

  KeptStatement setNumber(String name, @Nullable Long value) throws SQLException {
    return value == null ? setNull(name) : set(name, value.longValue());
  }

  KeptStatement setTime(String name, Optional<Instant> value) throws SQLException {
    return setNumber(name, value.map(Nanos::of).orElse(null));
  }

  KeptStatement setDuration(String name, Optional<Duration> value) throws SQLException {
    return setNumber(name, value.map(Nanos::of).orElse(null));
  }

  private int number(String name) {
    Integer number = sql.parameters().get(name);
    if (number == null) {
      throw new IllegalArgumentException(sql + " has no parameter :" + name);
    }
    unset &= ~(1L << (number - 1));
    return number;
  }

  /** Runs it; for statements that neither count nor return. */
  void run() throws SQLException {
    checkAllSet();
    statement.execute();
  }

  /** Runs it, and tells how many rows it changed. */
  int update() throws SQLException {
    checkAllSet();
    return statement.executeUpdate();
  }

  <T> Optional<T> first(Reader<T> reader) throws SQLException {
    checkAllSet();
    try (ResultSet results = statement.executeQuery()) {
      return results.next() ? Optional.of(reader.read(row(results))) : Optional.empty();
    }
  }

  /** Of a statement that always has one row. */
  <T> T one(Reader<T> reader) throws SQLException {
    return first(reader).orElseThrow(() -> new IllegalStateException(sql + " returned no row"));
  }

  <T> List<T> list(Reader<T> reader) throws SQLException {
    var found = new ArrayList<T>();
    each(row -> found.add(reader.read(row)));
    return found;
  }

  /** Gives every row to somebody, so that it need not be kept. */
  void each(Visitor visitor) throws SQLException {
    checkAllSet();
    try (ResultSet results = statement.executeQuery()) {
      while (results.next()) {
        visitor.visit(row(results));
      }
    }
  }

  private Row row(ResultSet results) throws SQLException {
    if (row == null) {
      row = new Row(results);
    }
    return row.over(results);
  }

  private void checkAllSet() {
    if (unset != 0) {
      throw new IllegalStateException(sql + " has parameters that are not set: " + unsetNames());
    }
  }

  private List<String> unsetNames() {
    return sql.parameters().entrySet().stream()
        .filter(parameter -> (unset & 1L << (parameter.getValue() - 1)) != 0)
        .map(parameter -> ":" + parameter.getKey())
        .sorted()
        .toList();
  }
}
