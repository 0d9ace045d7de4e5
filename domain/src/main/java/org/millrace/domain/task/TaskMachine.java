package org.millrace.domain.task;

import static org.millrace.domain.task.TaskState.CANCELED;
import static org.millrace.domain.task.TaskState.CANCELING;
import static org.millrace.domain.task.TaskState.INITIALIZING;
import static org.millrace.domain.task.TaskState.QUEUED;
import static org.millrace.domain.task.TaskState.RUNNING;
import static org.millrace.domain.task.TaskState.WAITING;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.TaskEvent.Answered;
import org.millrace.domain.task.TaskEvent.AnsweredLate;
import org.millrace.domain.task.TaskEvent.AskedAgain;
import org.millrace.domain.task.TaskEvent.AttemptBegun;
import org.millrace.domain.task.TaskEvent.CancelFinished;
import org.millrace.domain.task.TaskEvent.CancelRequested;
import org.millrace.domain.task.TaskEvent.Ended;
import org.millrace.domain.task.TaskEvent.FromHolder;
import org.millrace.domain.task.TaskEvent.HandedOver;
import org.millrace.domain.task.TaskEvent.LeaseEnded;
import org.millrace.domain.task.TaskEvent.PutBack;
import org.millrace.domain.task.TaskEvent.Remarked;
import org.millrace.domain.task.TaskEvent.Started;
import org.millrace.domain.task.TaskEvent.WaitedTooLong;
import org.millrace.domain.task.TaskEvent.Woken;
import org.millrace.domain.task.Transition.Changed;
import org.millrace.domain.task.Transition.Effect;
import org.millrace.domain.task.Transition.Late;
import org.millrace.domain.task.Transition.Noted;
import org.millrace.domain.task.Transition.Unchanged;

/**
 * Decides every change of a task. Pure: the same task and event give the same transition.
 *
 * <p>The fence is the first question: an event from a holder whose lease is not the one in force
 * changes nothing.
 */
public final class TaskMachine {
  private TaskMachine() {}

  public static Transition apply(Task task, TaskEvent event) {
    return switch (event) {
      case FromHolder held when !task.isHeldUnder(held.lease()) -> late(task, held);
      case FromHolder held -> fromHolder(task, held);
      case CancelRequested request -> cancel(task, request);
      case AskedAgain request -> askAgain(task, request);
      case Woken(Instant now) -> wake(task, now);
      case WaitedTooLong(Instant now) -> giveUpWaiting(task, now);
      case Answered answer when !isUnderWay(task, answer.attempt()) ->
          lateAnswer(task, answer.attempt());
      case Answered _ when task.lease().isPresent() -> new Unchanged(task); // its holder first
      case Answered(int _, Outcome outcome, double chance, Instant now) ->
          end(task, outcome, chance, now);
      case AnsweredLate(int attempt, Instant _) when isUnderWay(task, attempt) ->
          new Unchanged(task); // not late after all
      case AnsweredLate(int attempt, Instant _) -> lateAnswer(task, attempt);
      case Remarked(String remark, Instant _) -> new Noted(task, remark);
    };
  }

  /**
   * A new task whose work was done the moment it was made, before anybody took it up: its first
   * attempt is over.
   *
   * @throws IllegalArgumentException if somebody took it up
   */
  public static Changed doneAtOnce(Task task) {
    if (task.state() != QUEUED || task.lease().isPresent() || task.attempt() > 0) {
      throw new IllegalArgumentException("task " + task.id() + " was taken up before");
    }
    Instant now = task.createdAt();
    return ended(edit(task).attempt(1).startedAt(now).done(), new Outcome.Completed(), now);
  }

  private static Transition fromHolder(Task task, FromHolder event) {
    return switch (event) {
      case AttemptBegun(Lease _, Handle handle, Instant _) when task.state() == QUEUED ->
          begin(task, handle);
      case AttemptBegun(Lease _, Handle handle, Instant _)
          when task.handle().equals(Optional.of(handle)) ->
          new Unchanged(task); // told twice, because the first time nobody heard that it was stored
      case PutBack(Lease _, Cause cause, Instant dueAt, Instant _) when task.state() == QUEUED ->
          putBack(task, cause, dueAt);
      case Started(Lease _, Instant now) when task.state() == INITIALIZING -> start(task, now);
      case Started _ when task.state() == RUNNING || task.state() == CANCELING ->
          new Unchanged(task);
      case HandedOver(Lease _, Instant lookAt, Instant now) when task.state() == INITIALIZING ->
          startElsewhere(task, lookAt, now);
      case HandedOver(Lease _, Instant lookAt, Instant _) when task.state() == RUNNING ->
          changed(edit(task).free(lookAt).done(), Kind.HANDED_OVER, Optional.empty());
      case HandedOver(Lease _, Instant _, Instant now) when task.state() == CANCELING ->
          leave(task, now);
      case Ended(Lease _, Outcome outcome, double chance, Instant now)
          when task.state().isUnderWay() ->
          end(task, outcome, chance, now);
      case Ended(Lease _, Outcome outcome, double _, Instant now)
          when task.state() == QUEUED && !(outcome instanceof Outcome.Deferred) ->
          ended(task, outcome, now);
      case CancelFinished(Lease _, Instant now) when task.state() == CANCELING ->
          canceled(task, now);
      case LeaseEnded(Lease _, Instant now) -> leave(task, now);
      case AttemptBegun _, PutBack _, Started _, HandedOver _, Ended _, CancelFinished _ ->
          late(task, event);
    };
  }

  private static Transition begin(Task task, Handle handle) {
    Task begun =
        edit(task)
            .state(INITIALIZING)
            .attempt(task.attempt() + 1)
            .handle(handle)
            .waitsFor(null)
            .done();
    return changed(begun, Kind.ATTEMPT_BEGUN, Optional.of(handle.runtime().text()));
  }

  private static Transition putBack(Task task, Cause cause, Instant dueAt) {
    Task waiting = edit(task).free(dueAt).waitsFor(cause).done();
    return changed(waiting, Kind.PUT_BACK, Optional.of(cause.code()));
  }

  private static Transition start(Task task, Instant now) {
    Task running = edit(task).state(RUNNING).startedAt(now).done();
    return changed(running, Kind.STARTED, Optional.empty());
  }

  /** One change instead of two: nothing of ours happens between start and leaving it alone. */
  private static Transition startElsewhere(Task task, Instant lookAt, Instant now) {
    Task running = edit(task).state(RUNNING).startedAt(now).free(lookAt).done();
    return changed(running, Kind.STARTED, Optional.empty());
  }

  /** Of an attempt under way. */
  private static Transition end(Task task, Outcome outcome, double chance, Instant now) {
    if (task.state() == CANCELING) {
      return canceled(task, now);
    }
    if (outcome instanceof Outcome.Deferred deferred) {
      return defer(task, deferred, now);
    }
    int counted = task.attempt() - task.uncounted();
    if (!task.retry().allows(outcome, counted)) {
      return ended(task, outcome, now);
    }
    Instant due = now.plus(task.retry().delayAfter(counted, chance));
    Task again = withoutAttempt(task, QUEUED, due).waitsFor(outcome.why().orElse(null)).done();
    return attemptEnded(again, Kind.RETRIED, outcome);
  }

  /** No try was used up; it waits until somebody wakes it. */
  private static Transition defer(Task task, Outcome.Deferred deferred, Instant now) {
    Task waiting =
        withoutAttempt(task, WAITING, now)
            .uncounted(task.uncounted() + 1)
            .waitsFor(deferred.cause())
            .done();
    return attemptEnded(waiting, Kind.DEFERRED, deferred);
  }

  private static Transition wake(Task task, Instant now) {
    if (task.state() == WAITING) {
      return changed(
          edit(task).state(QUEUED).free(now).waitsFor(null).done(),
          Kind.WOKEN,
          Optional.empty(),
          ring(task));
    }
    Instant soon = now.plus(task.retry().first());
    return task.isPausedBeyond(soon) ? tryAt(task, soon) : new Unchanged(task);
  }

  /** Not at once: those who wake it may be many, and what it failed at may be overloaded. */
  private static Transition tryAt(Task task, Instant soon) {
    Task sooner =
        edit(task).free(soon).uncounted(Math.min(task.uncounted() + 1, task.attempt())).done();
    return changed(sooner, Kind.WOKEN, Optional.empty());
  }

  private static Transition askAgain(Task task, AskedAgain request) {
    if (!mayBeAsked(task, request)) {
      return new Unchanged(task);
    }
    Optional<Outcome> overtaken =
        task.state().isUnderWay()
            ? Optional.of(new Outcome.Cancelled(request.by()))
            : Optional.empty();
    return new Changed(
        afresh(task, request),
        Kind.ASKED_AGAIN,
        Optional.of(request.how()),
        overtaken,
        List.of(ring(task)));
  }

  private static boolean mayBeAsked(Task task, AskedAgain request) {
    return switch (task.state()) {
      case COMPLETE, EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED, WAITING -> true;
      case QUEUED -> task.lease().isEmpty(); // else it is just being begun
      case INITIALIZING, RUNNING -> request.overtake();
      case PAUSED, PREEMPTED, CANCELING -> false;
    };
  }

  private static Task afresh(Task task, AskedAgain request) {
    return withoutAttempt(task, request.later() ? WAITING : QUEUED, request.at())
        .open()
        .waitsFor(null)
        .uncounted(task.attempt())
        .done();
  }

  private static Effect ring(Task task) {
    return new Effect.Ring(task.lane());
  }

  private static TaskEdit withoutAttempt(Task task, TaskState state, Instant due) {
    return edit(task).state(state).free(due).handle(null).startedAt(null);
  }

  private static Changed ended(Task task, Outcome outcome, Instant now) {
    return attemptEnded(finish(task, outcome, now), Kind.ENDED, outcome);
  }

  private static Transition canceled(Task task, Instant now) {
    String by = task.cancellation().map(Task.Cancellation::by).orElse("the server");
    Outcome outcome = new Outcome.Cancelled(by);
    return attemptEnded(finish(task, outcome, now), Kind.CANCELED, outcome);
  }

  private static Task finish(Task task, Outcome outcome, Instant now) {
    return edit(task)
        .state(outcome.state())
        .free(now)
        .handle(null)
        .endedAt(now)
        .waitsFor(null)
        .outcome(outcome)
        .done();
  }

  /** The lease ends, the work goes on: whoever comes next takes it up at once. */
  private static Transition leave(Task task, Instant now) {
    return changed(edit(task).free(now).done(), Kind.LEASE_ENDED, Optional.empty(), ring(task));
  }

  private static Transition cancel(Task task, CancelRequested request) {
    return switch (task.state()) {
      case WAITING, QUEUED, PAUSED, PREEMPTED -> canceled(marked(task, request), request.at());
      case INITIALIZING, RUNNING -> {
        Task canceling = edit(marked(task, request)).state(CANCELING).dueAt(request.at()).done();
        Effect stop =
            task.lease()
                .<Effect>map(lease -> new Effect.Stop(task.id(), lease))
                .orElseGet(() -> ring(task));
        yield changed(canceling, Kind.CANCEL_REQUESTED, Optional.of(request.by()), stop);
      }
      case CANCELING, COMPLETE, EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED -> new Unchanged(task);
    };
  }

  private static Task marked(Task task, CancelRequested request) {
    return edit(task)
        .cancellation(new Task.Cancellation(request.by(), request.at(), task.state()))
        .done();
  }

  private static Transition giveUpWaiting(Task task, Instant now) {
    boolean waits = task.state() == QUEUED || task.state() == WAITING;
    return waits && task.waitsUntil().filter(end -> !end.isAfter(now)).isPresent()
        ? ended(task, timedOutWaiting(task, now), now)
        : new Unchanged(task);
  }

  private static Outcome timedOutWaiting(Task task, Instant now) {
    TimeLimits limits = task.limits();
    boolean total =
        limits.total().filter(limit -> !task.createdAt().plus(limit).isAfter(now)).isPresent();
    return total
        ? new Outcome.TimedOut(TimeLimits.Limit.TOTAL, limits.total().orElseThrow(), false)
        : new Outcome.TimedOut(TimeLimits.Limit.QUEUE, limits.queue().orElseThrow(), false);
  }

  private static Changed attemptEnded(Task task, Kind kind, Outcome outcome) {
    return new Changed(
        task,
        kind,
        outcome.why().map(Cause::code),
        Optional.of(outcome),
        List.of(ring(task))); // its place in the lane is free
  }

  private static Transition changed(
      Task task, Kind kind, Optional<String> detail, Effect... effects) {
    return new Changed(task, kind, detail, Optional.empty(), List.of(effects));
  }

  private static boolean isUnderWay(Task task, int attempt) {
    return attempt == task.attempt() && task.state().isUnderWay();
  }

  private static Transition lateAnswer(Task task, int attempt) {
    return new Late(task, "answer of attempt " + attempt);
  }

  private static Transition late(Task task, TaskEvent event) {
    return new Late(task, event.getClass().getSimpleName());
  }

  private static TaskEdit edit(Task task) {
    return new TaskEdit(task);
  }
}
