package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.HERE;
import static org.millrace.testkit.Fixtures.LANE;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent.Answered;
import org.millrace.domain.task.TaskEvent.HandedOver;
import org.millrace.domain.task.TaskEvent.LeaseEnded;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.views.TaskGlance;
import org.millrace.testkit.TaskFixture;
import org.millrace.testkit.TaskSteps;

/** Tasks whose stored form means nothing to this program: damaged, or written by a newer one. */
final class UnreadableTest {
  private final Path folder;
  @AutoClose private final SqliteStore store;
  private final TaskSteps steps;

  UnreadableTest(@TempDir Path folder) {
    this.folder = folder;
    store = TestFolder.withTables(folder).open();
    store.ports().heartbeats().announce(NORTH, at(3600));
    steps = new TaskSteps(store.ports(), NORTH);
  }

  @Test
  void one_that_cannot_be_read_ends_and_the_others_of_its_turn_are_granted() throws SQLException {
    TaskFixture bad = aTask("bad");
    steps.submit(aTask("first"), bad, aTask("last"));
    spoil("UPDATE spec SET json = '{\"work\":{\"kind\":\"telepathy\"}}' WHERE task = 2");

    List<Claimed> granted = steps.claimAll(LANE, NOON);

    assertThat(granted)
        .extracting(claimed -> claimed.task().id().text())
        .containsExactly("first", "last");
    assertThat(stateOf(bad.id())).isEqualTo(TaskState.SYSTEM_ERROR);
    assertThat(column("SELECT outcome FROM task WHERE id = 'bad'").getFirst())
        .contains("unreadable", "cannot be read");
    assertThat(steps.claimAll(LANE, at(60))).isEmpty();
  }

  @Test
  void one_under_way_whose_report_cannot_be_read_ends_too() throws SQLException {
    Task bad = steps.running(aTask("bad"));
    Task good = steps.running(aTask("good"));
    for (Task task : List.of(bad, good)) {
      steps.apply(task, new LeaseEnded(TaskSteps.leaseOf(task), NOON));
    }
    spoil("UPDATE attempt SET report = '[]' WHERE task = 1");

    List<Claimed> taken = store.ports().claims().takeUp(Set.of(HERE), NORTH, NOON, 10);

    assertThat(taken).extracting(claimed -> claimed.task().id()).containsExactly(good.id());
    assertThat(stateOf(bad.id())).isEqualTo(TaskState.SYSTEM_ERROR);
  }

  @Test
  void the_answer_of_one_whose_report_cannot_be_read_counts() throws SQLException {
    Task bad = steps.running(aTask("bad"));
    steps.apply(bad, new HandedOver(TaskSteps.leaseOf(bad), at(100), NOON));
    spoil("UPDATE attempt SET report = '[]' WHERE task = 1");

    steps.apply(
        bad.id(),
        new Answered(1, completed(), 0, at(1)),
        new AttemptNews.Said(new Value.Text("well")));

    assertThat(stateOf(bad.id())).isEqualTo(TaskState.COMPLETE);
    assertThat(column("SELECT report FROM attempt").getFirst()).contains("well");
  }

  @Test
  void one_that_has_ended_is_forgotten_like_the_others() throws SQLException {
    Task bad = steps.end(steps.running(aTask("bad").tagged("k", "v")), completed(), at(10));
    Task good = steps.end(steps.running(aTask("good").tagged("k", "v")), completed(), at(10));
    spoil("UPDATE spec SET json = 'nonsense' WHERE task = 1");

    assertThat(store.ports().retention().remove(List.of(bad.id(), good.id()))).isEqualTo(2);

    for (String table : List.of("task", "spec", "tag", "attempt", "event")) {
      assertThat(column("SELECT count(*) FROM " + table)).as(table).containsExactly("0");
    }
  }

  private TaskState stateOf(TaskId id) {
    return store.ports().views().glance(id).map(TaskGlance::state).orElseThrow();
  }

  private void spoil(String sql) throws SQLException {
    try (Session session = new TestFolder(folder).writing()) {
      TestFolder.run(session, sql);
    }
  }

  private List<String> column(String query) throws SQLException {
    try (Session session = new TestFolder(folder).writing()) {
      return TestFolder.column(session, 1, query);
    }
  }
}
