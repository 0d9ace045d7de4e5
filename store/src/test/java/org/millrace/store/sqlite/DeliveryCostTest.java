package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.aDraft;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;

import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.delivery.Delivery;

/** What a look into the outbox costs does not depend on how many deliveries wait there. */
final class DeliveryCostTest {
  private static final int MANY = 20_000;

  @AutoClose private final Session session;

  DeliveryCostTest(@TempDir Path folder) throws SQLException {
    try (SqliteStore store = TestFolder.withTables(folder).open()) {
      Delivery.Draft postponed = aDraft("one", "late").to("dead");
      store.ports().intake().insert(aTask("a").telling(postponed).newTask());
      store.ports().deliveries().postponed(due(store).getFirst(), at(600), "connection refused");
      store.ports().intake().insert(aTask("b").telling(aDraft("two", "b").to("live")).newTask());
    }
    session = new TestFolder(folder).writing();
  }

  private static java.util.List<Delivery> due(SqliteStore store) {
    return store.ports().deliveries().due(NOON, 9, 9);
  }

  @Test
  void those_that_were_postponed_are_not_walked_through() throws SQLException {
    cost(); // preparing the statements has its steps too
    long few = cost();
    TestFolder.run(
        session,
        """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
        INSERT INTO delivery (channel, key, target, body, tries, due_at, last_error, given_up, first)
        SELECT channel, key || i, target, body, tries, due_at, last_error, given_up, first
          FROM n CROSS JOIN delivery WHERE target = 'dead'
        """
            .formatted(MANY));

    assertThat(SqliteDeliveryStore.due(session, NOON, 4, 64)).hasSize(1);
    assertThat((double) cost() / few).isLessThan(1.2);
  }

  private long cost() throws SQLException {
    return StepCount.of(session, same -> SqliteDeliveryStore.due(same, NOON, 4, 64));
  }
}
