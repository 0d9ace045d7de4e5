package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.TaskState;
import org.millrace.store.sqlite.PageToken.Order;
import org.millrace.testkit.TaskSteps;
import org.millrace.testkit.store.Asking;

/** What a page costs does not depend on how much is stored. Counted in steps of SQLite. */
final class ListCostTest {
  private static final int FEW = 1_000;
  private static final int MANY = 60_000;

  @AutoClose private final Session session;

  ListCostTest(@TempDir Path folder) throws SQLException {
    try (SqliteStore store = TestFolder.withTables(folder).open()) {
      store.ports().heartbeats().announce(NORTH, at(3600));
      var steps = new TaskSteps(store.ports(), NORTH);
      steps.ended(
          aTask("done").of("ada").named("count words").tagged("project", "demo"), completed());
      steps.running(aTask("runs").of("bob").named("sort lines").tagged("project", "live"));
      steps.submit(
          aTask("rare").of("eve").named("rare one").tagged("rarely", "seen").through("native"));
    }
    session = new TestFolder(folder).writing();
    Crowd.copy(session, "rare", 20);
  }

  @Test
  void a_page_of_many_stored_tasks_costs_what_a_page_of_few_costs() throws SQLException {
    store(FEW);
    costs(); // preparing the statements has its steps too
    Map<String, Long> few = costs();
    store(MANY);
    Map<String, Long> many = costs();

    Map<String, Double> ratios =
        few.keySet().stream()
            .collect(
                Collectors.toMap(
                    list -> list,
                    list -> (double) many.getOrDefault(list, 0L) / few.getOrDefault(list, 1L)));
    assertThat(ratios).allSatisfy((_, ratio) -> assertThat(ratio).isBetween(0.1, 1.2));
  }

  @Test
  void what_fits_nothing_is_looked_for_within_bounds() throws SQLException {
    store(MANY);
    Asking contradiction = all().shownAs(TaskState.RUNNING).tagged("project", "demo");

    TaskList.Lines page = TaskList.find(session, contradiction.query());
    long cost = cost(contradiction);

    assertThat(page.lines()).isEmpty();
    assertThat(page.next()).as("there is more to look at").isPresent();
    assertThat(cost / TaskList.Reach.USUAL.most()).as("steps for each row").isLessThan(50);
  }

  @Test
  void deep_in_a_list_of_equal_names_a_page_costs_what_the_first_one_costs() throws SQLException {
    store(MANY);
    Asking named = all().named("count words");
    Asking deep = named.from(new PageToken(Order.NAME, seqOf("done-" + (MANY / 3))).text());

    assertThat((double) cost(deep) / cost(named)).isLessThan(1.2);
  }

  private void store(int tasks) throws SQLException {
    TestFolder.run(session, "UPDATE task SET id = 'old-' || seq WHERE id LIKE '%-%'");
    Crowd.copy(session, "done", tasks / 2);
    Crowd.copy(session, "runs", tasks / 2);
  }

  private Map<String, Long> costs() throws SQLException {
    var lists = new LinkedHashMap<String, Asking>();
    lists.put("all", all());
    lists.put("owner", all().of("ada"));
    lists.put("rare owner", all().of("eve"));
    lists.put("dialect", all().through("tes"));
    lists.put("rare dialect", all().through("native"));
    lists.put("state", all().shownAs(TaskState.COMPLETE));
    lists.put("rare state", all().shownAs(TaskState.QUEUED));
    lists.put("absent state", all().shownAs(TaskState.CANCELED));
    lists.put("tag", all().tagged("project", "demo"));
    lists.put("rare tag", all().tagged("rarely", "seen"));
    lists.put("absent tag", all().tagged("project", "none"));
    lists.put("key", all().tagged("project"));
    lists.put("rare key", all().tagged("rarely"));
    lists.put("absent key", all().tagged("never"));
    lists.put("name", all().named("count"));
    lists.put("rare name", all().named("rare"));
    lists.put("absent name", all().named("zzz"));
    lists.put("state and tag", all().shownAs(TaskState.COMPLETE).tagged("project", "demo"));
    lists.put("state and tag far off", all().shownAs(TaskState.RUNNING).tagged("project", "live"));
    lists.put("state and rare tag", all().shownAs(TaskState.QUEUED).tagged("rarely", "seen"));
    lists.put("rare state and key", all().shownAs(TaskState.QUEUED).tagged("rarely"));
    lists.put(
        "owner, dialect, rare state", all().of("eve").through("native").shownAs(TaskState.QUEUED));
    var costs = new LinkedHashMap<String, Long>();
    for (Map.Entry<String, Asking> list : lists.entrySet()) {
      costs.put(list.getKey(), cost(list.getValue()));
    }
    return costs;
  }

  private long cost(Asking asked) throws SQLException {
    return StepCount.of(session, same -> TaskList.find(same, asked.query()));
  }

  private long seqOf(String id) throws SQLException {
    return Long.parseLong(
        TestFolder.column(session, 1, "SELECT seq FROM task WHERE id = '" + id + "'").getFirst());
  }

  private static Asking all() {
    return Asking.forAll().onPagesOf(256);
  }
}
