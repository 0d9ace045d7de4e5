package org.millrace.api;

import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.TaskState;

/**
 * How an attempt or a task ended.
 *
 * @param executor the one that failed, from 0
 * @param exitCode of that executor
 */
record WireOutcome(
    String kind,
    TaskState state,
    Optional<String> code,
    Optional<String> message,
    Optional<String> help,
    Optional<Integer> executor,
    Optional<Integer> exitCode) {

  static WireOutcome of(Outcome outcome) {
    Optional<Outcome.ExecutorFailed> failed =
        outcome instanceof Outcome.ExecutorFailed executor
            ? Optional.of(executor)
            : Optional.empty();
    return new WireOutcome(
        kind(outcome),
        outcome.state(),
        outcome.why().map(Cause::code),
        outcome.why().map(Cause::message),
        outcome.why().map(Cause::help).filter(help -> !help.isEmpty()),
        failed.map(Outcome.ExecutorFailed::executor),
        failed.map(Outcome.ExecutorFailed::exitCode));
  }

  private static String kind(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _ -> "completed";
      case Outcome.ExecutorFailed _ -> "executor-failed";
      case Outcome.WorkFailed _ -> "work-failed";
      case Outcome.WorkRefused _ -> "work-refused";
      case Outcome.Deferred _ -> "deferred";
      case Outcome.TimedOut _ -> "timed-out";
      case Outcome.InputFailed _ -> "input-failed";
      case Outcome.OutputFailed _ -> "output-failed";
      case Outcome.RuntimeFailed _ -> "runtime-failed";
      case Outcome.Lost _ -> "lost";
      case Outcome.Unplaceable _ -> "unplaceable";
      case Outcome.Cancelled _ -> "cancelled";
    };
  }
}
