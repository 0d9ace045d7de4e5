package org.millrace.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.executorFailed;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.StorePorts;
import org.millrace.engine.retention.KeptLogs;
import org.millrace.engine.retention.Retention;
import org.millrace.engine.retention.RetentionRules;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.TaskSteps;

/** What is forgotten, and what never. */
final class RetentionTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final StorePorts store = new InMemoryStore().ports();
  private final TaskSteps north = new TaskSteps(store, NORTH);
  private final Shelf shelf = new Shelf();

  /** Logs that are numbers alone. */
  private static final class Shelf implements KeptLogs {
    final Map<TaskId, LogsOfTask> kept = new LinkedHashMap<>();

    void put(TaskId task, Instant written, long bytes) {
      kept.put(task, new LogsOfTask(task, written, bytes));
    }

    @Override
    public List<LogsOfTask> all() {
      return new ArrayList<>(kept.values());
    }

    @Override
    public void remove(TaskId task) {
      kept.remove(task);
    }
  }

  @BeforeEach
  void aliveForLong() {
    store.heartbeats().announce(NORTH, at(1_000_000));
  }

  private Task completed(String name, long second, long bytes) {
    Task task = north.end(north.running(aTask(name)), Fixtures.completed(), at(second));
    shelf.put(task.id(), at(second), bytes);
    return task;
  }

  private void turnAt(long second, RetentionRules rules) throws InterruptedException {
    new Retention(rules, store.retention(), store.views(), shelf, () -> at(second)).runOnce();
  }

  private boolean isKept(Task task) {
    return store.views().find(task.id()).isPresent();
  }

  @Test
  void ended_tasks_go_when_they_are_old_enough_with_their_logs() throws Exception {
    Task old = completed("old", 10, 1);
    Task young = completed("young", 4000, 1);
    Task failed = north.end(north.running(aTask("failed")), executorFailed(), at(10));
    Task running = north.running(aTask("running"));
    shelf.put(running.id(), at(0), 1);

    turnAt(
        3610, new RetentionRules(Map.of(TaskState.COMPLETE, HOUR), Map.of(), OptionalLong.empty()));

    assertThat(isKept(old)).isFalse();
    assertThat(List.of(young, failed, running)).allMatch(this::isKept);
    assertThat(shelf.kept).containsOnlyKeys(young.id(), running.id());
  }

  @Test
  void many_go_in_one_turn() throws Exception {
    for (int i = 0; i < 301; i++) {
      completed("task-" + i, 10, 1);
    }
    turnAt(
        10_000,
        new RetentionRules(Map.of(TaskState.COMPLETE, HOUR), Map.of(), OptionalLong.empty()));
    assertThat(shelf.kept).isEmpty();
    assertThat(store.retention().endedBefore(TaskState.COMPLETE, at(10_000), 9)).isEmpty();
  }

  @Test
  void logs_may_go_before_their_tasks() throws Exception {
    Task task = completed("task", 10, 1);
    Task running = north.running(aTask("running"));
    shelf.put(running.id(), at(10), 1);
    var rules =
        new RetentionRules(Map.of(), Map.of(TaskState.COMPLETE, HOUR), OptionalLong.empty());

    turnAt(3600, rules);
    assertThat(shelf.kept).containsOnlyKeys(task.id(), running.id());

    turnAt(3611, rules);
    assertThat(shelf.kept).containsOnlyKeys(running.id());
    assertThat(isKept(task)).isTrue();
  }

  @Test
  void above_the_total_the_oldest_go_but_none_that_still_runs() throws Exception {
    Task running = north.running(aTask("running"));
    shelf.put(running.id(), at(1), 500);
    Task oldest = completed("oldest", 10, 400);
    Task middle = completed("middle", 20, 300);
    Task newest = completed("newest", 30, 200);

    turnAt(40, new RetentionRules(Map.of(), Map.of(), OptionalLong.of(1000)));

    assertThat(shelf.kept).containsOnlyKeys(running.id(), middle.id(), newest.id());
    assertThat(isKept(oldest)).isTrue();
  }

  @Test
  void logs_of_nobody_go_after_an_hour() throws Exception {
    var nobody = new TaskId("nobody");
    shelf.put(nobody, at(0), 1);
    var rules = new RetentionRules(Map.of(), Map.of(), OptionalLong.of(1000));

    turnAt(3600, rules);
    assertThat(shelf.kept).containsOnlyKeys(nobody);
    turnAt(3601, rules);
    assertThat(shelf.kept).isEmpty();
  }
}
