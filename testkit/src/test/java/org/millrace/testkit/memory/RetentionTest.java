package org.millrace.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.executorFailed;
import static org.millrace.testkit.RunFixture.aRun;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.StorePorts;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.retention.KeptLogs;
import org.millrace.engine.retention.Retention;
import org.millrace.engine.retention.RetentionRules;
import org.millrace.engine.retention.RetentionStore;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.TaskSteps;
import org.millrace.testkit.store.Intercepted;

/** What is forgotten, and what never. */
final class RetentionTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final StorePorts store = new InMemoryStore().ports();
  private final TaskSteps north = new TaskSteps(store, NORTH);
  private final Shelf shelf = new Shelf();
  private final Unhurried threads = new Unhurried();
  private final Bell unfinished = threads.bell();

  private static RetentionRules tasks(TaskState state) {
    return new RetentionRules(
        Map.of(state, HOUR), Map.of(), OptionalLong.empty(), Optional.empty());
  }

  private static RetentionRules logs(TaskState state) {
    return new RetentionRules(
        Map.of(), Map.of(state, HOUR), OptionalLong.empty(), Optional.empty());
  }

  private static RetentionRules total(long bytes) {
    return new RetentionRules(Map.of(), Map.of(), OptionalLong.of(bytes), Optional.empty());
  }

  /** Sleeps in no time, and remembers how long. */
  private static final class Unhurried implements Threads {
    private final Threads real = new VirtualThreads();
    Duration slept = Duration.ZERO;

    @Override
    public Running start(String name, Runnable body) {
      return real.start(name, body);
    }

    @Override
    public void sleep(Duration duration) {
      slept = slept.plus(duration);
    }

    @Override
    public Bell bell() {
      return real.bell();
    }
  }

  /** Logs that are numbers alone. */
  private static final class Shelf implements KeptLogs {
    final Map<TaskId, LogsOfTask> kept = new LinkedHashMap<>();
    final Set<TaskId> stuck = new HashSet<>();
    final Set<TaskId> unreadable = new HashSet<>();

    void put(TaskId task, Instant written, long bytes) {
      kept.put(task, new LogsOfTask(task, written, bytes));
    }

    @Override
    public void visit(Visitor visitor) throws InterruptedException {
      for (LogsOfTask each : List.copyOf(kept.values())) {
        if (unreadable.contains(each.task())) {
          visitor.unreadable(each.task(), new IOException("is unreadable"));
        } else {
          visitor.logs(each);
        }
      }
    }

    @Override
    public void remove(TaskId task) throws IOException {
      if (stuck.contains(task)) {
        throw new IOException("is stuck");
      }
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
    retention(rules, () -> at(second)).runOnce();
  }

  private Retention retention(RetentionRules rules, InstantSource clock) {
    return new Retention(rules, store.retention(), shelf, threads, unfinished, clock);
  }

  private boolean isKept(Task task) {
    return store.views().find(task.id()).isPresent();
  }

  @Test
  void a_run_goes_by_the_rule_of_tasks_that_ended_like_it_and_its_tasks_with_it() throws Exception {
    var run = aRun("run").single("a");
    run.submit(store);
    var node = store.runViews().node(run.id(), 0).orElseThrow();
    var begun = NodeChange.of(run.id(), node, new NodeEvent.Begun(aTask().id()));
    store.runs().apply(List.of(begun.as(aTask().newTask())), at(0));
    store.heartbeats().announce(NORTH, at(3600));
    north.end(
        north.begin(north.claimAll(aTask().lane(), at(0)).getFirst().task()),
        Fixtures.completed(),
        at(0));

    turnAt(9999, tasks(TaskState.CANCELED));
    assertThat(store.runViews().find(run.id())).isPresent();
    turnAt(3599, tasks(TaskState.COMPLETE));
    assertThat(store.runViews().find(run.id())).isPresent();
    turnAt(3600, tasks(TaskState.COMPLETE));
    assertThat(store.runViews().find(run.id())).isEmpty();
    assertThat(store.views().find(aTask().id())).isEmpty();
  }

  @Test
  void a_failed_run_is_kept_as_long_as_a_task_of_either_error() {
    assertThat(tasks(TaskState.EXECUTOR_ERROR).runs()).isEmpty();
    assertThat(tasks(TaskState.SYSTEM_ERROR).runs()).isEmpty();
    for (var shorter : List.of(TaskState.EXECUTOR_ERROR, TaskState.SYSTEM_ERROR)) {
      var longer =
          shorter == TaskState.EXECUTOR_ERROR ? TaskState.SYSTEM_ERROR : TaskState.EXECUTOR_ERROR;
      var rules =
          new RetentionRules(
              Map.of(shorter, HOUR, longer, HOUR.multipliedBy(2)),
              Map.of(),
              OptionalLong.empty(),
              Optional.empty());

      assertThat(rules.runs()).isEqualTo(Map.of(RunState.FAILED, HOUR.multipliedBy(2)));
    }
  }

  @Test
  void ended_tasks_go_when_they_are_old_enough_with_their_logs() throws Exception {
    Task old = completed("old", 10, 1);
    Task young = completed("young", 4000, 1);
    Task failed = north.end(north.running(aTask("failed")), executorFailed(), at(10));
    Task running = north.running(aTask("running"));
    shelf.put(running.id(), at(0), 1);

    turnAt(3610, tasks(TaskState.COMPLETE));

    assertThat(isKept(old)).isFalse();
    assertThat(List.of(young, failed, running)).allMatch(this::isKept);
    assertThat(shelf.kept).containsOnlyKeys(young.id(), running.id());
  }

  @Test
  void many_go_in_one_turn() throws Exception {
    for (int i = 0; i < 301; i++) {
      completed("task-" + i, 10, 1);
    }
    turnAt(10_000, tasks(TaskState.COMPLETE));
    assertThat(shelf.kept).isEmpty();
    assertThat(store.retention().endedBefore(TaskState.COMPLETE, at(10_000), Optional.empty(), 9))
        .isEmpty();
  }

  /** There may be a million of them, and more before each that may go. */
  @Test
  void tasks_that_runs_keep_are_looked_at_once_in_a_turn() throws Exception {
    var run = aRun("run").single("waits");
    for (int i = 0; i < 2100; i++) {
      run = run.adopting("n" + i, completed("kept-" + i, 10, 1).id());
    }
    run.submit(store);
    adopt(store.runViews().nodes(run.id(), 1, 2100));
    for (int i = 0; i < 120; i++) {
      completed("goes-" + i, 20, 1);
    }
    List<Integer> looks = new ArrayList<>();
    var retention =
        new Retention(
            tasks(TaskState.COMPLETE),
            watched(looks),
            shelf,
            threads,
            unfinished,
            () -> at(10_000));

    retention.runOnce();

    assertThat(looks).containsExactly(1000, 1000, 220, 0);
    assertThat(shelf.kept).as("and so are their logs").hasSize(2100);
    retention.runOnce();
    assertThat(looks).as("and once in the next one").hasSize(8);
  }

  /** Each becomes the task that its key counts. */
  private void adopt(List<RunNode> nodes) {
    List<NodeChange> begun =
        nodes.stream()
            .map(node ->
                NodeChange.of(
                    new RunId("run"),
                    node,
                    new NodeEvent.Begun(new TaskId("kept-" + (node.place() - 1)))))
            .toList();
    assertThat(store.runs().apply(begun, at(30)))
        .allMatch(done -> done.orElseThrow().node().state() == NodeState.ENDED);
  }

  /** The same store, which notes how many tasks it answers. */
  private RetentionStore watched(List<Integer> looks) {
    return Intercepted.port(
        RetentionStore.class,
        store.retention(),
        call -> {
          Object answer = call.make();
          if (answer instanceof List<?> page) {
            looks.add(page.size());
          }
          return answer;
        });
  }

  @Test
  void logs_may_go_before_their_tasks() throws Exception {
    Task task = completed("task", 10, 1);
    Task running = north.running(aTask("running"));
    shelf.put(running.id(), at(10), 1);

    turnAt(3609, logs(TaskState.COMPLETE));
    assertThat(shelf.kept).containsOnlyKeys(task.id(), running.id());

    turnAt(3610, logs(TaskState.COMPLETE));
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

    turnAt(40, total(1000));

    assertThat(shelf.kept).containsOnlyKeys(running.id(), middle.id(), newest.id());
    assertThat(isKept(oldest)).isTrue();
  }

  @Test
  void logs_of_nobody_go_a_day_after_they_were_written_last_whatever_the_rules() throws Exception {
    var nobody = new TaskId("nobody");
    shelf.put(nobody, at(0), 1);

    turnAt(86_399, tasks(TaskState.COMPLETE));
    assertThat(shelf.kept).containsOnlyKeys(nobody);
    turnAt(86_400, tasks(TaskState.COMPLETE));
    assertThat(shelf.kept).isEmpty();
  }

  @Test
  void the_age_of_logs_counts_from_the_end_of_their_task_not_from_what_was_written_last()
      throws Exception {
    Task silent = completed("silent", 5000, 1);
    shelf.put(silent.id(), at(0), 1);
    Task touched = completed("touched", 10, 1);
    shelf.put(touched.id(), at(5000), 1);

    turnAt(5001, logs(TaskState.COMPLETE));

    assertThat(shelf.kept).containsOnlyKeys(silent.id());
  }

  @Test
  void above_the_total_those_go_first_whose_tasks_ended_first() throws Exception {
    Task late = completed("late", 20, 600);
    shelf.put(late.id(), at(1), 600);
    Task early = completed("early", 10, 600);
    shelf.put(early.id(), at(15), 600);

    turnAt(40, total(1000));

    assertThat(shelf.kept).containsOnlyKeys(late.id());
  }

  @Test
  void logs_that_cannot_be_removed_hold_up_nothing() throws Exception {
    Task stuck = completed("stuck", 10, 1);
    Task old = completed("old", 11, 1);
    shelf.stuck.add(stuck.id());

    turnAt(5000, tasks(TaskState.COMPLETE));

    assertThat(List.of(stuck, old)).noneMatch(this::isKept);
    assertThat(shelf.kept).containsOnlyKeys(stuck.id());

    shelf.stuck.clear();
    turnAt(86_410, tasks(TaskState.COMPLETE));
    assertThat(shelf.kept).isEmpty();
  }

  @Test
  void logs_that_cannot_be_read_or_removed_do_not_keep_others() throws Exception {
    Task unreadable = completed("unreadable", 10, 700);
    Task stuck = completed("stuck", 11, 700);
    Task old = completed("old", 12, 700);
    shelf.unreadable.add(unreadable.id());
    shelf.stuck.add(stuck.id());

    turnAt(5000, logs(TaskState.COMPLETE));
    assertThat(shelf.kept).containsOnlyKeys(unreadable.id(), stuck.id());

    shelf.put(old.id(), at(12), 700);
    turnAt(5000, total(1000));
    assertThat(shelf.kept).containsOnlyKeys(unreadable.id(), stuck.id());
  }

  /** Each look at this clock takes a second. */
  private static InstantSource slowFrom(long second) {
    var seconds = new AtomicLong(second);
    return () -> at(seconds.getAndIncrement());
  }

  @Test
  void what_a_turn_has_no_time_for_goes_in_the_next_one_which_comes_at_once() throws Exception {
    for (int i = 0; i < 600; i++) {
      completed("task-" + i, 10, 1);
    }
    Retention retention = retention(tasks(TaskState.COMPLETE), slowFrom(10_000));

    retention.runOnce();
    assertThat(unfinished.rings()).isOne();
    assertThat(shelf.kept).isNotEmpty().hasSizeLessThan(600);
    assertThat(threads.slept).isPositive(); // others could write

    while (!shelf.kept.isEmpty()) {
      long before = unfinished.rings();
      retention.runOnce();
      assertThat(shelf.kept.isEmpty() || unfinished.rings() > before).isTrue();
    }
    long rings = unfinished.rings();
    retention.runOnce();
    assertThat(unfinished.rings()).isEqualTo(rings);
  }

  @Test
  void deliveries_that_were_given_up_go_by_a_rule_of_their_own() throws Exception {
    north.submit(aTask("one").telling(Fixtures.aDraft("ada", "lost")));
    north.submit(aTask("two").telling(Fixtures.aDraft("bob", "waits")));
    Delivery lost = store.deliveries().due(NOON, 1, 9).getFirst();
    store.deliveries().givenUp(lost, "410 Gone");
    var rules = new RetentionRules(Map.of(), Map.of(), OptionalLong.empty(), Optional.of(HOUR));

    turnAt(3599, rules);
    assertThat(store.deliveries().countGivenUp(9)).isOne();
    turnAt(3600, rules);
    assertThat(store.deliveries().countGivenUp(9)).isZero();
    assertThat(store.deliveries().due(NOON, 1, 9)).hasSize(1);
  }
}
