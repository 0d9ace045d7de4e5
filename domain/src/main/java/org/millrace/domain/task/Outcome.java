package org.millrace.domain.task;

import java.time.Duration;
import java.util.Optional;
import org.millrace.domain.failure.Cause;

/** How an attempt ended: whose fault, and whether another attempt makes sense. */
public sealed interface Outcome {

  /** Every executor ended acceptably and every output was stored. */
  record Completed() implements Outcome {}

  /** An executor failed; {@code executor} counts from 0. */
  record ExecutorFailed(int executor, int exitCode, Cause cause) implements Outcome {}

  /** Work without executors failed by itself: a job that a service ran, a handler. */
  record WorkFailed(Cause cause) implements Outcome {}

  /**
   * Whoever was to do it said no for good: another attempt makes sense only once somebody has
   * repaired something.
   */
  record WorkRefused(Cause cause) implements Outcome {}

  /** Not done and not failed: something else has to be done first. Its task waits for that. */
  record Deferred(Cause cause) implements Outcome {}

  /** It took longer than allowed. */
  record TimedOut(TimeLimits.Limit limit, Duration allowed, boolean mayHaveStarted)
      implements Outcome {}

  /** An input could not be brought in; {@code passing} if trying again may help. */
  record InputFailed(Cause cause, boolean passing) implements Outcome {}

  /** The executors were done, an output could not be stored. */
  record OutputFailed(Cause cause) implements Outcome {}

  /** The runtime could not do its part. */
  record RuntimeFailed(Cause cause, boolean mayHaveStarted) implements Outcome {}

  /** The runtime was asked and knows nothing of the attempt any more. */
  record Lost(Cause cause, boolean mayHaveStarted) implements Outcome {}

  /** No runtime will ever take it. */
  record Unplaceable(Cause cause) implements Outcome {}

  /** Stopped on request. */
  record Cancelled(String by) implements Outcome {}

  /** The state a task ends in with this outcome; the one in which it waits, if deferred. */
  default TaskState state() {
    return switch (this) {
      case Completed _ -> TaskState.COMPLETE;
      case ExecutorFailed _, WorkFailed _, WorkRefused _ -> TaskState.EXECUTOR_ERROR;
      case Deferred _ -> TaskState.WAITING;
      case TimedOut timedOut ->
          timedOut.mayHaveStarted() ? TaskState.EXECUTOR_ERROR : TaskState.SYSTEM_ERROR;
      case InputFailed _, OutputFailed _, RuntimeFailed _, Lost _, Unplaceable _ ->
          TaskState.SYSTEM_ERROR;
      case Cancelled _ -> TaskState.CANCELED;
    };
  }

  /** Whether another attempt could end better. */
  default boolean mayBeRetried() {
    return switch (this) {
      case InputFailed input -> input.passing();
      case RuntimeFailed _, Lost _, OutputFailed _, ExecutorFailed _, WorkFailed _ -> true;
      case Completed _, WorkRefused _, Deferred _, TimedOut _, Unplaceable _, Cancelled _ -> false;
    };
  }

  /** Whether an executor may have run, so that another attempt could do something twice. */
  default boolean mayHaveStarted() {
    return switch (this) {
      case Completed _, ExecutorFailed _, WorkFailed _, WorkRefused _, OutputFailed _ -> true;
      case TimedOut timedOut -> timedOut.mayHaveStarted();
      case RuntimeFailed failed -> failed.mayHaveStarted();
      case Lost lost -> lost.mayHaveStarted();
      case Deferred _, InputFailed _, Unplaceable _, Cancelled _ -> false;
    };
  }

  /** Why it did not end well; empty if it did. */
  default Optional<Cause> why() {
    return switch (this) {
      case Completed _ -> Optional.empty();
      case ExecutorFailed failed -> Optional.of(failed.cause());
      case WorkFailed failed -> Optional.of(failed.cause());
      case WorkRefused refused -> Optional.of(refused.cause());
      case Deferred deferred -> Optional.of(deferred.cause());
      case TimedOut(TimeLimits.Limit limit, Duration allowed, boolean mayHaveStarted) ->
          Optional.of(
              new Cause(
                  "timed-out",
                  switch (limit) {
                    case QUEUE ->
                        "waited longer than its queue limit of " + allowed.toSeconds() + " s";
                    case RUN -> "ran longer than its run limit of " + allowed.toSeconds() + " s";
                    case TOTAL ->
                        "took longer than its total limit of " + allowed.toSeconds() + " s";
                  },
                  "submit it with a greater limit",
                  mayHaveStarted));
      case InputFailed failed -> Optional.of(failed.cause());
      case OutputFailed failed -> Optional.of(failed.cause());
      case RuntimeFailed failed -> Optional.of(failed.cause());
      case Lost lost -> Optional.of(lost.cause());
      case Unplaceable refused -> Optional.of(refused.cause());
      case Cancelled(String by) -> Optional.of(new Cause("cancelled", "cancelled by " + by, ""));
    };
  }
}
