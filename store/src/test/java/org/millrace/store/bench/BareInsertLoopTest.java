package org.millrace.store.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.aTask;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.task.TimeLimits;
import org.millrace.store.sqlite.SqliteConfig;
import org.millrace.store.sqlite.SqliteStore;
import org.millrace.testkit.TaskFixture;

/** A limit that does less than the store is no limit: it must write the same rows. */
final class BareInsertLoopTest {
  private static final TaskFixture TASK =
      aTask()
          .named("count")
          .tagged("a", "1")
          .tagged("b", "2")
          .limited(
              new TimeLimits(
                  Optional.of(Duration.ofHours(1)),
                  Optional.empty(),
                  Optional.of(Duration.ofDays(1))));

  @TempDir Path bare;
  @TempDir Path stored;

  @ParameterizedTest
  @ValueSource(strings = {"task", "spec", "tag", "event"})
  void it_writes_the_rows_that_the_store_writes(String table) throws SQLException {
    BareInsertLoop.run(SqliteConfig.of(bare), TASK.task(), TASK.spec(), 1);
    try (SqliteStore store = SqliteStore.open(SqliteConfig.of(stored))) {
      store.ports().intake().insert(TASK.newTask());
    }

    assertThat(rows(bare, table)).isNotEmpty().isEqualTo(rows(stored, table));
  }

  @Test
  void it_writes_as_many_as_it_is_told_and_goes_on_where_it_was() throws SQLException {
    assertThat(BareInsertLoop.run(SqliteConfig.of(bare), TASK.task(), TASK.spec(), 250))
        .isPositive();
    assertThat(BareInsertLoop.run(SqliteConfig.of(bare), TASK.task(), TASK.spec(), 50))
        .isPositive();

    assertThat(rows(bare, "task")).hasSize(300);
    assertThat(rows(bare, "tag")).hasSize(600);
  }

  /** All rows, but for the ids, which differ. */
  private static List<List<Object>> rows(Path folder, String table) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + SqliteConfig.of(folder).file());
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery("SELECT * FROM " + table)) {
      var rows = new ArrayList<List<Object>>();
      while (results.next()) {
        var row = new ArrayList<Object>();
        for (int column = 1; column <= results.getMetaData().getColumnCount(); column++) {
          boolean id = results.getMetaData().getColumnName(column).equals("id");
          row.add(id ? "id" : String.valueOf(results.getObject(column)));
        }
        rows.add(row);
      }
      return rows;
    }
  }
}
