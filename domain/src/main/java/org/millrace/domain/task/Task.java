package org.millrace.domain.task;

import java.time.Instant;
import java.util.Optional;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Cause;

/**
 * The living row of a task. {@link TaskMachine} alone makes changed ones.
 *
 * @param attempt number of the attempt begun last; 0 before the first
 * @param lease whose custody it is in, if anybody's
 * @param leaseNumber number of the lease granted last; the next one is greater
 * @param handle where the attempt under way is to be found
 * @param dueAt when it is next to be taken up if nobody holds it: claimed while it waits, adopted
 *     or looked at while its attempt is under way
 * @param startedAt when the attempt under way started
 * @param waitsFor why it was put back, or why the last attempt failed, while it waits
 * @param cancellation who stopped it, and out of which state
 * @param uncounted of its attempts, how many the retry policy does not count: those deferred, one
 *     for each time that it was woken from a pause, and all before it was asked for again
 * @param assigned whether it belongs to a document, whose face keeps a record of its own of it
 */
public record Task(
    TaskId id,
    Owner owner,
    Lane lane,
    RetryPolicy retry,
    TimeLimits limits,
    TaskState state,
    int attempt,
    Optional<Lease> lease,
    long leaseNumber,
    Optional<Handle> handle,
    Instant createdAt,
    Instant dueAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<Cause> waitsFor,
    Optional<Outcome> outcome,
    Optional<Cancellation> cancellation,
    int uncounted,
    boolean assigned) {

  /** Who asked for the end, when, and the state shown until it is reached. */
  public record Cancellation(String by, Instant at, TaskState from) {}

  public Task {
    if (state.isFinal() != outcome.isPresent()) {
      throw new IllegalArgumentException(
          "a task has an outcome exactly when it is final: " + state);
    }
    if (state.isUnderWay() != handle.isPresent()) {
      throw new IllegalArgumentException(
          "a task has a handle exactly while an attempt is under way: " + state);
    }
    if (uncounted < 0 || uncounted > attempt) {
      throw new IllegalArgumentException("uncounted: 0 to " + attempt + " attempts");
    }
    if (lease.isPresent() && state.isFinal()) {
      throw new IllegalArgumentException("a final task is nobody's");
    }
  }

  /** A task as it is first stored. */
  public static Task submitted(TaskId id, TaskSpec spec, Lane lane, Instant now) {
    return new Task(
        id,
        spec.owner(),
        lane,
        spec.retry(),
        spec.limits(),
        TaskState.QUEUED,
        0,
        Optional.empty(),
        0,
        Optional.empty(),
        now,
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        false);
  }

  /**
   * The same, as the task of a document whose earlier tasks of that name had so many attempts:
   * numbers of attempts never restart.
   */
  public Task assigned(int attemptsBefore) {
    return new TaskEdit(this).attempt(attemptsBefore).uncounted(attemptsBefore).assigned().done();
  }

  /** The same new task, which nobody takes up before somebody asks for it. */
  public Task waiting() {
    return new TaskEdit(this).state(TaskState.WAITING).done();
  }

  /** Whether nobody has asked for it yet, since it was made to wait for that. */
  public boolean isUnasked() {
    return state == TaskState.WAITING && attempt == 0;
  }

  /** Whether it is between two attempts, and the next one is due later than that. */
  public boolean isPausedBeyond(Instant time) {
    return state == TaskState.QUEUED && attempt > 0 && lease.isEmpty() && dueAt.isAfter(time);
  }

  /**
   * Whether the completion of another task of its document is to wake it: it was put off, pauses
   * before it is tried again, or is to wait after somebody had asked for it. One that nobody has
   * asked for yet waits for that.
   *
   * @param before the change that led here
   * @param waited whether that was so before the change
   */
  public boolean waitsForSiblings(Task before, boolean waited) {
    return switch (state) {
      case WAITING -> waited || attempt > 0 || before.state != TaskState.WAITING;
      case QUEUED -> before.state.isUnderWay() || (waited && before.state == TaskState.QUEUED);
      default -> false;
    };
  }

  /** The same, as it stays for those who name it when it is assigned to nothing any more. */
  public Task unassigned() {
    return new TaskEdit(this).unassigned().done();
  }

  /** Whether this lease is the one in force. */
  public boolean isHeldUnder(Lease claimed) {
    return lease.equals(Optional.of(claimed));
  }

  /** When it has waited too long, if it waits and has such a limit. */
  public Optional<Instant> waitsUntil() {
    return state == TaskState.QUEUED || state == TaskState.WAITING
        ? limits.waitsUntil(createdAt, attempt)
        : Optional.empty();
  }

  /** When its attempt must have ended, if it has such a limit. */
  public Optional<Instant> runsUntil() {
    return limits.runsUntil(createdAt, startedAt);
  }

  /** The same for one that starts at this time, unless it has started. */
  public Optional<Instant> runsUntil(Instant start) {
    return limits.runsUntil(createdAt, startedAt.or(() -> Optional.of(start)));
  }

  /** The state to show to those who know no CANCELING: the one it was cancelled in. */
  public TaskState shownState() {
    return state == TaskState.CANCELING
        ? cancellation.map(Cancellation::from).orElse(state)
        : state;
  }
}
