package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.Detail;
import org.millrace.engine.views.TaskQuery.TagFilter;
import org.millrace.store.sqlite.PageToken.Order;
import org.millrace.testkit.TaskSteps;

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
    Asked contradiction = new Asked().shown(TaskState.RUNNING).tag("project", "demo");

    TaskList.Lines page = TaskList.find(session, contradiction.query());
    long cost = cost(contradiction);

    assertThat(page.lines()).isEmpty();
    assertThat(page.next()).as("there is more to look at").isPresent();
    assertThat(cost / TaskList.Reach.USUAL.most()).as("steps for each row").isLessThan(50);
  }

  @Test
  void deep_in_a_list_of_equal_names_a_page_costs_what_the_first_one_costs() throws SQLException {
    store(MANY);
    Asked named = new Asked().prefix("count words");
    Asked deep = named.after(new PageToken(Order.NAME, seqOf("done-" + (MANY / 3))));

    assertThat((double) cost(deep) / cost(named)).isLessThan(1.2);
  }

  private void store(int tasks) throws SQLException {
    TestFolder.run(session, "UPDATE task SET id = 'old-' || seq WHERE id LIKE '%-%'");
    Crowd.copy(session, "done", tasks / 2);
    Crowd.copy(session, "runs", tasks / 2);
  }

  private Map<String, Long> costs() throws SQLException {
    var lists = new LinkedHashMap<String, Asked>();
    lists.put("all", new Asked());
    lists.put("owner", new Asked().owner("ada"));
    lists.put("rare owner", new Asked().owner("eve"));
    lists.put("dialect", new Asked().dialect("tes"));
    lists.put("rare dialect", new Asked().dialect("native"));
    lists.put("state", new Asked().shown(TaskState.COMPLETE));
    lists.put("rare state", new Asked().shown(TaskState.QUEUED));
    lists.put("absent state", new Asked().shown(TaskState.CANCELED));
    lists.put("tag", new Asked().tag("project", "demo"));
    lists.put("rare tag", new Asked().tag("rarely", "seen"));
    lists.put("absent tag", new Asked().tag("project", "none"));
    lists.put("key", new Asked().key("project"));
    lists.put("rare key", new Asked().key("rarely"));
    lists.put("absent key", new Asked().key("never"));
    lists.put("name", new Asked().prefix("count"));
    lists.put("rare name", new Asked().prefix("rare"));
    lists.put("absent name", new Asked().prefix("zzz"));
    lists.put("state and tag", new Asked().shown(TaskState.COMPLETE).tag("project", "demo"));
    lists.put("state and tag far off", new Asked().shown(TaskState.RUNNING).tag("project", "live"));
    lists.put("state and rare tag", new Asked().shown(TaskState.QUEUED).tag("rarely", "seen"));
    lists.put("rare state and key", new Asked().shown(TaskState.QUEUED).key("rarely"));
    lists.put(
        "owner, dialect, rare state",
        new Asked().owner("eve").dialect("native").shown(TaskState.QUEUED));
    var costs = new LinkedHashMap<String, Long>();
    for (Map.Entry<String, Asked> list : lists.entrySet()) {
      costs.put(list.getKey(), cost(list.getValue()));
    }
    return costs;
  }

  private long cost(Asked asked) throws SQLException {
    return StepCount.of(session, same -> TaskList.find(same, asked.query()));
  }

  private long seqOf(String id) throws SQLException {
    return Long.parseLong(
        TestFolder.column(session, 1, "SELECT seq FROM task WHERE id = '" + id + "'").getFirst());
  }

  /** A query, condition by condition; immutable. */
  private record Asked(TaskQuery query) {
    Asked() {
      this(
          new TaskQuery(
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              List.of(),
              256,
              Optional.empty(),
              Detail.GLANCE));
    }

    Asked owner(String name) {
      return with(
          Optional.of(new Owner(name)),
          query.dialect(),
          query.namePrefix(),
          query.shown(),
          query.tags());
    }

    Asked dialect(String name) {
      return with(
          query.owner(), Optional.of(name), query.namePrefix(), query.shown(), query.tags());
    }

    Asked prefix(String text) {
      return with(query.owner(), query.dialect(), Optional.of(text), query.shown(), query.tags());
    }

    Asked shown(TaskState state) {
      return with(
          query.owner(), query.dialect(), query.namePrefix(), Optional.of(state), query.tags());
    }

    Asked key(String key) {
      return tagged(new TagFilter(key, Optional.empty()));
    }

    Asked tag(String key, String value) {
      return tagged(new TagFilter(key, Optional.of(value)));
    }

    private Asked tagged(TagFilter tag) {
      return with(query.owner(), query.dialect(), query.namePrefix(), query.shown(), List.of(tag));
    }

    Asked after(PageToken token) {
      return new Asked(
          new TaskQuery(
              query.owner(),
              query.dialect(),
              query.namePrefix(),
              query.shown(),
              query.tags(),
              query.size(),
              Optional.of(token.text()),
              query.detail()));
    }

    private Asked with(
        Optional<Owner> owner,
        Optional<String> dialect,
        Optional<String> namePrefix,
        Optional<TaskState> shown,
        List<TagFilter> tags) {
      return new Asked(
          new TaskQuery(
              owner,
              dialect,
              namePrefix,
              shown,
              tags,
              query.size(),
              query.token(),
              query.detail()));
    }
  }
}
