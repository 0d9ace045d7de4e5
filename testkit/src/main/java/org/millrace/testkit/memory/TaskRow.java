package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.dispatch.ClaimStore;
import org.millrace.engine.views.AttemptView;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskView;

/** A task as it is now, with its attempts. Touched under the lock of {@link Tables} alone. */
final class TaskRow {

  /** Which of an owner's ready tasks goes first. */
  static final Comparator<TaskRow> FIRST_TO_GO =
      Comparator.comparing(TaskRow::rank).thenComparingLong(TaskRow::sequence);

  /** Which was to be taken up first. */
  static final Comparator<TaskRow> EARLIEST_DUE =
      Comparator.comparing((TaskRow row) -> row.task.dueAt()).thenComparingLong(TaskRow::sequence);

  private final long sequence;
  private final TaskSpec spec;
  private final List<AttemptView> attempts = new ArrayList<>();
  private Task task;

  TaskRow(long sequence, Task task, TaskSpec spec) {
    this.sequence = sequence;
    this.task = task;
    this.spec = spec;
  }

  long sequence() {
    return sequence;
  }

  Task task() {
    return task;
  }

  TaskSpec spec() {
    return spec;
  }

  void replace(Task changed) {
    task = changed;
  }

  /** Waiting in its lane, due or not. */
  boolean waits() {
    return task.state() == TaskState.QUEUED && task.lease().isEmpty();
  }

  boolean isReady(Instant now) {
    return waits() && isDue(now);
  }

  boolean isDue(Instant now) {
    return !task.dueAt().isAfter(now);
  }

  boolean isInFlight() {
    return task.lease().isPresent() || task.handle().isPresent();
  }

  boolean isHeldBy(ServerId server) {
    return task.lease().filter(lease -> lease.holder().equals(server)).isPresent();
  }

  /** Under way, and in nobody's custody. */
  boolean isLeftAlone() {
    return task.handle().isPresent() && task.lease().isEmpty();
  }

  private Instant rank() {
    return task.dueAt().minus(ClaimStore.AGEING.multipliedBy(spec.priority()));
  }

  Claimed grantTo(ServerId server) {
    long number = task.leaseNumber() + 1;
    task =
        new Task(
            task.id(),
            task.owner(),
            task.lane(),
            task.retry(),
            task.limits(),
            task.state(),
            task.attempt(),
            Optional.of(new Lease(server, number)),
            number,
            task.handle(),
            task.createdAt(),
            task.dueAt(),
            task.startedAt(),
            task.endedAt(),
            task.waitsFor(),
            task.outcome(),
            task.cancellation(),
            task.uncounted(),
            task.assigned());
    return new Claimed(task, spec, underWay().map(AttemptView::report).orElse(AttemptReport.EMPTY));
  }

  /** The attempt begun last, unless it has ended. */
  Optional<AttemptView> underWay() {
    return attempts.isEmpty()
        ? Optional.empty()
        : Optional.of(attempts.getLast()).filter(attempt -> attempt.endedAt().isEmpty());
  }

  void begin(int number, Handle handle, Instant at) {
    attempts.add(
        new AttemptView(
            number,
            handle,
            at,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            AttemptReport.EMPTY));
  }

  void start(Instant at) {
    edit(attempt ->
        new AttemptView(
            attempt.number(),
            attempt.handle(),
            attempt.begunAt(),
            Optional.of(at),
            attempt.endedAt(),
            attempt.outcome(),
            attempt.report()));
  }

  void report(AttemptReport report) {
    edit(attempt ->
        new AttemptView(
            attempt.number(),
            attempt.handle(),
            attempt.begunAt(),
            attempt.startedAt(),
            attempt.endedAt(),
            attempt.outcome(),
            report));
  }

  void end(Outcome outcome, Instant at) {
    edit(attempt ->
        new AttemptView(
            attempt.number(),
            attempt.handle(),
            attempt.begunAt(),
            attempt.startedAt(),
            Optional.of(at),
            Optional.of(outcome),
            attempt.report()));
  }

  private void edit(UnaryOperator<AttemptView> change) {
    underWay().ifPresent(attempt -> attempts.set(attempts.size() - 1, change.apply(attempt)));
  }

  TaskGlance glance() {
    return TaskGlance.of(task);
  }

  TaskView view() {
    return new TaskView(task, spec, attempts);
  }
}
