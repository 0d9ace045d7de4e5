package org.millrace.testkit.simulation;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.StorePorts;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore.HistoryQuery;

/** The promises of the engine (DESIGN 4), checked on what is really stored. */
final class Invariants {
  private static final Map<TaskState, Set<TaskState>> STEPS = new EnumMap<>(TaskState.class);

  static {
    allow(TaskState.QUEUED, TaskState.INITIALIZING, TaskState.SYSTEM_ERROR, TaskState.CANCELED);
    allow(
        TaskState.INITIALIZING,
        TaskState.RUNNING,
        TaskState.QUEUED,
        TaskState.CANCELING,
        TaskState.SYSTEM_ERROR,
        TaskState.EXECUTOR_ERROR,
        TaskState.COMPLETE);
    allow(
        TaskState.RUNNING,
        TaskState.QUEUED,
        TaskState.CANCELING,
        TaskState.SYSTEM_ERROR,
        TaskState.EXECUTOR_ERROR,
        TaskState.COMPLETE);
    allow(TaskState.CANCELING, TaskState.CANCELED);
  }

  private final StorePorts truth;
  private final Map<TaskId, Task> last = new TreeMap<>();
  private final Set<TaskId> toldCancelled = new TreeSet<>();

  Invariants(StorePorts truth) {
    this.truth = truth;
  }

  private static void allow(TaskState from, TaskState first, TaskState... more) {
    STEPS.put(from, EnumSet.of(first, more));
  }

  /** A caller was told that its cancellation is taken. */
  void cancellationAcknowledged(TaskId id) {
    if (!truth.views().find(id).orElseThrow().task().state().isFinal()) {
      toldCancelled.add(id);
    }
  }

  /** What must hold whenever a task was changed. */
  void check(TaskId id) {
    truth.views().find(id).map(TaskView::task).ifPresent(this::check);
  }

  private void check(Task task) {
    Task before = last.put(task.id(), task);
    if (before == null || before.equals(task)) {
      return;
    }
    demand(task.assigned() || !before.state().isFinal(), "an ended task changed", before, task);
    demand(
        task.assigned() // it may be asked for again, however it ended
            || before.state() == task.state()
            || STEPS.getOrDefault(before.state(), Set.of()).contains(task.state()),
        "no such step",
        before,
        task);
    demand(task.attempt() >= before.attempt(), "attempt numbers fell", before, task);
    demand(task.attempt() <= before.attempt() + 1, "an attempt number was left out", before, task);
    demand(task.leaseNumber() >= before.leaseNumber(), "lease numbers fell", before, task);
    int counted = task.attempt() - task.uncounted();
    demand(counted <= task.retry().attempts(), "more attempts than allowed", before, task);
    if (toldCancelled.contains(task.id())) {
      demand(
          task.state() == TaskState.CANCELING || task.state() == TaskState.CANCELED,
          "a cancelled task went on",
          before,
          task);
    }
  }

  /** What must hold when work was started: no other attempt of the same task runs anywhere. */
  void checkAlone(Handle started, List<SimulatedRuntime> runtimes, long now) {
    String task = started.task().orElseThrow().text() + "-";
    for (SimulatedRuntime runtime : runtimes) {
      runtime
          .computes()
          .forEach((name, compute) -> {
            if (name.startsWith(task) && !name.equals(started.name()) && compute.isRunning(now)) {
              throw broken(started.name() + " was started while " + name + " still runs");
            }
          });
    }
  }

  /** What must hold when a server was granted something out of a lane. */
  void checkRoom(LaneRule rule, ServerId server) {
    long inFlight =
        last.keySet().stream()
            .map(id -> truth.views().find(id).orElseThrow().task())
            .filter(task -> task.lane().equals(rule.lane()) && !task.state().isFinal())
            .filter(task -> counts(rule, task, server))
            .count();
    if (inFlight > rule.limit()) {
      throw broken(inFlight + " in flight for " + server + " after a grant under " + rule);
    }
  }

  private static boolean counts(LaneRule rule, Task task, ServerId server) {
    return switch (rule.counts()) {
      case ALL -> task.lease().isPresent() || task.handle().isPresent();
      case THIS_SERVER -> task.lease().filter(lease -> lease.holder().equals(server)).isPresent();
    };
  }

  /** What must hold once everything has come to rest. */
  void checkAtRest(Set<TaskId> acknowledged, List<SimulatedRuntime> runtimes) {
    for (TaskId id : acknowledged) {
      Task task =
          truth
              .views()
              .find(id)
              .orElseThrow(() -> broken("an acknowledged task is gone: " + id))
              .task();
      demand(task.state().isFinal(), "a task never ended", task, task);
      demand(task.state() != TaskState.COMPLETE || hasResults(id), "complete without", task, task);
      List<HistoryEvent> history =
          truth
              .views()
              .history(
                  new HistoryQuery(
                      0, java.util.Optional.of(id), java.util.Optional.empty(), 10_000));
      long ends =
          history.stream()
              .filter(event -> event.kind() == Kind.ENDED || event.kind() == Kind.CANCELED)
              .count();
      demand(ends == 1, "it ended " + ends + " times", task, task);
      checkStarts(task, runtimes);
    }
    for (SimulatedRuntime runtime : runtimes) {
      if (!runtime.computes().isEmpty()) {
        throw broken(
            "left behind in " + runtime.offer().name() + ": " + runtime.computes().keySet());
      }
    }
  }

  private boolean hasResults(TaskId id) {
    return !truth
        .views()
        .find(id)
        .orElseThrow()
        .attempts()
        .getLast()
        .report()
        .executors()
        .isEmpty();
  }

  /**
   * Under one handle at most one start; for a task that allows no repetition, at most one in all.
   */
  private static void checkStarts(Task task, List<SimulatedRuntime> runtimes) {
    int all = 0;
    for (SimulatedRuntime runtime : runtimes) {
      for (Map.Entry<String, Integer> entry : runtime.starts().entrySet()) {
        if (entry.getKey().startsWith(task.id().text() + "-")) {
          demand(entry.getValue() == 1, "started twice: " + entry.getKey(), task, task);
          all++;
        }
      }
    }
    demand(task.retry().afterStart() || all <= 1, "its work ran " + all + " times", task, task);
  }

  private static void demand(boolean holds, String otherwise, Task before, Task after) {
    if (!holds) {
      throw broken(otherwise + "\n  before " + before + "\n  after  " + after);
    }
  }

  static AssertionError broken(String what) {
    return new AssertionError(what);
  }
}
