package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.RunFixture.aRun;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the next step of a run costs does not depend on how large the run is: nodes that wait, are
 * ready, active, spread and to be told, edges in and out of each. Counted in steps of SQLite.
 */
final class RunCostTest {
  private static final int FEW = 1_000;
  private static final int MANY = 100_000;
  private static final int PAGE = 100;

  @AutoClose private final Session session;

  RunCostTest(@TempDir Path folder) throws SQLException {
    try (SqliteStore store = TestFolder.withTables(folder).open()) {
      aRun("run").submit(store.ports());
    }
    session = new TestFolder(folder).writing();
    TestFolder.run(
        session,
        "UPDATE run SET state = 'RUNNING', ended_at = NULL, open = 1000000, active = 100000");
  }

  @Test
  void each_question_costs_in_a_large_run_what_it_costs_in_a_small_one() throws SQLException {
    growTo(FEW);
    costs(); // preparing the statements has its steps too
    Map<Sql, Long> few = costs();
    growTo(MANY);
    Map<Sql, Long> many = costs();

    Map<Sql, Double> ratios =
        few.keySet().stream()
            .collect(
                Collectors.toMap(
                    sql -> sql,
                    sql -> (double) many.getOrDefault(sql, 0L) / few.getOrDefault(sql, 1L)));
    assertThat(ratios).allSatisfy((_, ratio) -> assertThat(ratio).isBetween(0.8, 1.2));
  }

  @Test
  void edges_that_have_a_mark_cost_nothing() throws SQLException {
    growTo(MANY);
    leaving();
    long all = leaving();
    TestFolder.run(
        session, "UPDATE run_edge SET mark = 'TAKEN' WHERE from_place = 0 AND to_place < 900");

    assertThat(leaving()).isLessThanOrEqualTo(all);
  }

  /**
   * Every fifth node is in the same state; the first one is before all others, the second one after
   * all, and each of the rest is before the next.
   */
  private void growTo(int nodes) throws SQLException {
    TestFolder.run(
        session,
        """
        INSERT INTO run_node (run, place, key, generation, state, leading, open, taken, barred, undecided,
                              ending, task, parent, telling, made)
        WITH RECURSIVE number (n) AS (SELECT (SELECT count(*) FROM run_node)
                                      UNION ALL SELECT n + 1 FROM number WHERE n + 1 < %d)
        SELECT 1, n, 'n' || n, 1,
               CASE n %% 5 WHEN 0 THEN 'WAITING' WHEN 1 THEN 'READY' WHEN 2 THEN 'ACTIVE' WHEN 3 THEN 'SPREAD'
                          ELSE 'ENDED' END,
               1, n %% 5 IN (0, 3), 0, 0, 0, iif(n %% 5 = 4, 'COMPLETED', NULL),
               iif(n %% 5 = 2, 't' || n, NULL), iif(n > 10, 3, NULL), n %% 5 = 4, 0
          FROM number
        """
            .formatted(nodes),
        "INSERT OR IGNORE INTO run_plan SELECT run, place, '{\"plan\":\"barrier\"}' FROM run_node",
        "INSERT OR IGNORE INTO run_edge (run, from_place, to_place, leads)"
            + " SELECT run, 0, place, 1 FROM run_node WHERE place > 0",
        "INSERT OR IGNORE INTO run_edge (run, from_place, to_place, leads)"
            + " SELECT run, place, 1, 1 FROM run_node WHERE place > 1",
        "INSERT OR IGNORE INTO run_edge (run, from_place, to_place, leads)"
            + " SELECT run, place, place + 1, 1 FROM run_node WHERE place > 1",
        "INSERT INTO run_event (run, at, place, node, state) SELECT run, 0, place, key, state"
            + " FROM run_node WHERE place > (SELECT count(*) FROM run_event)");
  }

  private Map<Sql, Long> costs() throws SQLException {
    Map<Sql, Long> costs = new LinkedHashMap<>();
    for (Sql sql : new Sql[] {Sql.RUN_READY, Sql.RUN_SPREADING, Sql.RUN_TO_TELL}) {
      costs.put(sql, cost(sql, of(sql)));
    }
    costs.put(
        Sql.RUNS_BUSY,
        cost(
            Sql.RUNS_BUSY,
            session.on(Sql.RUNS_BUSY).set("after", (String) null).set("most", PAGE)));
    costs.put(Sql.RUN_ACTIVE, cost(Sql.RUN_ACTIVE, of(Sql.RUN_ACTIVE).set("from", 3)));
    costs.put(Sql.RUN_LEAVING, leaving());
    costs.put(Sql.RUN_EDGES, cost(Sql.RUN_EDGES, of(Sql.RUN_EDGES).set("from", 3).set("to", 1)));
    costs.put(Sql.RUN_NODES, cost(Sql.RUN_NODES, of(Sql.RUN_NODES).set("from", 3)));
    costs.put(
        Sql.RUN_ITEMS, cost(Sql.RUN_ITEMS, of(Sql.RUN_ITEMS).set("parent", 3).set("from", 20)));
    costs.put(
        Sql.RUN_ENTERING,
        cost(Sql.RUN_ENTERING, of(Sql.RUN_ENTERING).set("first", 1).set("last", 1)));
    costs.put(Sql.RUN_HISTORY, cost(Sql.RUN_HISTORY, of(Sql.RUN_HISTORY).set("after", 3)));
    costs.put(
        Sql.RUN_NODES_ACTIVE_BY_TASK,
        cost(
            Sql.RUN_NODES_ACTIVE_BY_TASK,
            session.on(Sql.RUN_NODES_ACTIVE_BY_TASK).set("task", "t7")));
    costs.put(
        Sql.RUN_NODE_OF, cost(Sql.RUN_NODE_OF, session.on(Sql.RUN_NODE_OF).set("task", "t7")));
    return costs;
  }

  private KeptStatement of(Sql sql) throws SQLException {
    return session.on(sql).set("run", "run").set("most", PAGE);
  }

  private long leaving() throws SQLException {
    return cost(Sql.RUN_LEAVING, of(Sql.RUN_LEAVING).set("place", 0));
  }

  private long cost(Sql sql, KeptStatement asked) throws SQLException {
    return StepCount.of(
        session,
        _ -> {
          assertThat(asked.list(_ -> sql)).as("%s answers", sql).isNotEmpty();
          return sql;
        });
  }
}
