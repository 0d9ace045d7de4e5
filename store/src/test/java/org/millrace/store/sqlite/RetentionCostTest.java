package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.RunFixture.aRun;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.TaskId;
import org.millrace.testkit.TaskSteps;

/**
 * What looking for tasks to forget costs does not depend on how many of them runs keep. Counted in
 * steps of SQLite.
 */
final class RetentionCostTest {
  private static final int KEPT = 50_000;
  private static final int PAGE = 50;

  @AutoClose private final Session session;

  RetentionCostTest(@TempDir Path folder) throws SQLException {
    try (SqliteStore store = TestFolder.withTables(folder).open()) {
      store.ports().heartbeats().announce(NORTH, at(3600));
      var steps = new TaskSteps(store.ports(), NORTH);
      steps.ended(aTask("kept"), completed());
      steps.ended(aTask("goes"), completed());
      aRun("run").submit(store.ports());
    }
    session = new TestFolder(folder).writing();
  }

  @Test
  void a_page_of_tasks_that_a_run_keeps_costs_what_any_page_costs() throws SQLException {
    Crowd.copy(session, "kept", KEPT);
    Crowd.copy(session, "goes", PAGE);
    TestFolder.run(
        session,
        """
        INSERT INTO run_node (run, place, key, generation, state, leading, open, taken, barred, undecided,
                              ending, task, telling, made)
        SELECT 1, seq, id, 1, 'ENDED', 0, 0, 0, 0, 0, 'COMPLETED', id, 0, 0 FROM task WHERE id LIKE 'kept-%'
        """,
        "UPDATE task SET ended_at = seq"); // one after the other
    look(0); // preparing the statement has its steps too

    long atKept = StepCount.of(session, _ -> look(0));
    long afterThem = StepCount.of(session, _ -> look(KEPT + 2));

    assertThat(look(0)).contains(new TaskId("kept-1"));
    assertThat(look(KEPT + 2)).hasSize(PAGE).contains(new TaskId("goes-1"));
    assertThat((double) atKept / afterThem).isBetween(0.5, 2.0);
  }

  private List<TaskId> look(long after) throws SQLException {
    return session
        .on(Sql.ENDED_BEFORE)
        .set("state", "COMPLETE")
        .set("then", at(3600))
        .set("ended_at", after)
        .set("seq", after)
        .set("most", PAGE)
        .list(row -> new TaskId(row.text("id")));
  }
}
