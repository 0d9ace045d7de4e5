package org.millrace.domain.task;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;

/** A task with some parts exchanged; for {@link TaskMachine} alone. */
final class TaskEdit {
  private final Task old;
  private TaskState state;
  private int attempt;
  private Optional<Lease> lease;
  private Optional<Handle> handle;
  private Instant dueAt;
  private Optional<Instant> startedAt;
  private Optional<Instant> endedAt;
  private Optional<Cause> waitsFor;
  private Optional<Outcome> outcome;
  private Optional<Task.Cancellation> cancellation;
  private int uncounted;
  private boolean assigned;

  TaskEdit(Task old) {
    this.old = old;
    state = old.state();
    attempt = old.attempt();
    lease = old.lease();
    handle = old.handle();
    dueAt = old.dueAt();
    startedAt = old.startedAt();
    endedAt = old.endedAt();
    waitsFor = old.waitsFor();
    outcome = old.outcome();
    cancellation = old.cancellation();
    uncounted = old.uncounted();
    assigned = old.assigned();
  }

  TaskEdit state(TaskState value) {
    state = value;
    return this;
  }

  TaskEdit attempt(int value) {
    attempt = value;
    return this;
  }

  /** Nobody's custody any more; next looked at when due. */
  TaskEdit free(Instant due) {
    lease = Optional.empty();
    return dueAt(due);
  }

  TaskEdit dueAt(Instant value) {
    dueAt = value;
    return this;
  }

  TaskEdit handle(@Nullable Handle value) {
    handle = Optional.ofNullable(value);
    return this;
  }

  TaskEdit startedAt(@Nullable Instant value) {
    startedAt = Optional.ofNullable(value);
    return this;
  }

  TaskEdit endedAt(Instant value) {
    endedAt = Optional.of(value);
    return this;
  }

  /** As if it had never ended, nor been told to. */
  TaskEdit open() {
    endedAt = Optional.empty();
    outcome = Optional.empty();
    cancellation = Optional.empty();
    return this;
  }

  TaskEdit uncounted(int value) {
    uncounted = value;
    return this;
  }

  TaskEdit assigned() {
    assigned = true;
    return this;
  }

  TaskEdit unassigned() {
    assigned = false;
    return this;
  }

  TaskEdit waitsFor(@Nullable Cause value) {
    waitsFor = Optional.ofNullable(value);
    return this;
  }

  TaskEdit outcome(Outcome value) {
    outcome = Optional.of(value);
    return this;
  }

  TaskEdit cancellation(Task.Cancellation value) {
    cancellation = Optional.of(value);
    return this;
  }

  Task done() {
    return new Task(
        old.id(),
        old.owner(),
        old.lane(),
        old.retry(),
        old.limits(),
        state,
        attempt,
        lease,
        old.leaseNumber(),
        handle,
        old.createdAt(),
        dueAt,
        startedAt,
        endedAt,
        waitsFor,
        outcome,
        cancellation,
        uncounted,
        assigned);
  }
}
