package org.millrace.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.engine.views.TaskView;

/**
 * A task with all that is known of it.
 *
 * @param attempt number of the one begun last; 0 before the first
 * @param due when it is next taken up by itself; while it waits
 * @param waitsFor why it waits, or why the last attempt failed, while it waits
 * @param notes remarks made at submission
 * @param staging what is being moved at this moment
 */
record WireTask(
    String id,
    TaskState state,
    Optional<String> name,
    Optional<String> description,
    String dialect,
    String owner,
    String lane,
    int priority,
    Map<String, String> tags,
    Instant created,
    Optional<Instant> started,
    Optional<Instant> ended,
    int attempt,
    Optional<Instant> due,
    Optional<WireCause> waitsFor,
    Optional<Cancellation> cancellation,
    Optional<WireOutcome> outcome,
    WireWork work,
    Asks resources,
    Retry retry,
    Limits limits,
    List<String> notes,
    List<WireAttempt> attempts,
    Optional<WireStaging> staging) {

  /** Who stopped it, when, and out of which state. */
  record Cancellation(String by, Instant at, TaskState from) {
    static Cancellation of(Task.Cancellation cancellation) {
      return new Cancellation(cancellation.by(), cancellation.at(), cancellation.from());
    }
  }

  /** What it asks of the place it runs in. */
  record Asks(
      Optional<Integer> cpuCores,
      Optional<Double> ramGb,
      Optional<Double> diskGb,
      Optional<Boolean> preemptible,
      List<String> zones,
      Map<String, String> backendParameters) {
    static Asks of(Resources asked) {
      return new Asks(
          asked.cpuCores(),
          asked.ramGb(),
          asked.diskGb(),
          asked.preemptible(),
          asked.zones(),
          asked.backendParameters());
    }
  }

  /** How often and how soon it is tried again. */
  record Retry(int attempts, double firstSeconds, double mostSeconds, boolean afterStart) {
    static Retry of(RetryPolicy policy) {
      return new Retry(
          policy.attempts(), seconds(policy.first()), seconds(policy.most()), policy.afterStart());
    }
  }

  /** How long it may take. */
  record Limits(
      Optional<Double> queueSeconds, Optional<Double> runSeconds, Optional<Double> totalSeconds) {
    static Limits of(TimeLimits limits) {
      return new Limits(
          limits.queue().map(WireTask::seconds),
          limits.run().map(WireTask::seconds),
          limits.total().map(WireTask::seconds));
    }
  }

  static WireTask of(TaskView view, Detail detail, Optional<WireStaging> staging) {
    Task task = view.task();
    TaskSpec spec = view.spec();
    return new WireTask(
        task.id().text(),
        task.state(),
        spec.name(),
        spec.description(),
        spec.dialect(),
        task.owner().name(),
        task.lane().name(),
        spec.priority(),
        spec.tags(),
        task.createdAt(),
        task.startedAt(),
        task.endedAt(),
        task.attempt(),
        dueWhileWaiting(task),
        task.waitsFor().map(WireCause::of),
        task.cancellation().map(Cancellation::of),
        task.outcome().map(WireOutcome::of),
        WireWork.of(spec.work(), detail),
        Asks.of(spec.resources()),
        Retry.of(spec.retry()),
        Limits.of(spec.limits()),
        spec.notes(),
        view.attempts().stream().map(attempt -> WireAttempt.of(attempt, detail)).toList(),
        staging);
  }

  private static Optional<Instant> dueWhileWaiting(Task task) {
    return switch (task.state()) {
      case QUEUED, WAITING -> Optional.of(task.dueAt());
      case INITIALIZING,
          RUNNING,
          PAUSED,
          COMPLETE,
          EXECUTOR_ERROR,
          SYSTEM_ERROR,
          CANCELING,
          CANCELED,
          PREEMPTED ->
          Optional.empty();
    };
  }

  static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
