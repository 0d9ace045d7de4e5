package org.millrace.dane;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.Transition;
import org.millrace.domain.value.Value;
import org.millrace.engine.transition.FaceRule;

/**
 * Number and message of an assigned task after each change of it: the table of {@code
 * docs/decisions/0011}, with the numbers of {@code contracts/dane.md 4.1}. Pure.
 */
final class DaneStates implements FaceRule {
  /** What the assigning call tells of a new task, and the first message of it. */
  static final FaceState CREATED = state(201, "Created");

  /** What is told of a task from then on, until something else happens to it. */
  static final FaceState QUEUED = state(102, "Queued");

  static final FaceState RESET = state(201, "Reset");
  static final FaceState MASS_RESET = state(205, "Manual reset");
  static final FaceState UNROUTABLE = state(422, "Unroutable task");

  /** The code of the cause when no queue took a message. */
  static final String UNROUTABLE_CODE = "unroutable";

  static final String DEPENDENCIES = "dependencies";

  @Override
  public FaceState after(
      FaceState before, Transition.Changed changed, Optional<AttemptReport> report) {
    FaceState after = told(before, changed, report);
    return JobStates.isOne(before)
        ? JobStates.after(before, after, answered(changed, report))
        : after;
  }

  /** What a worker said, if this change is its answer. */
  private static Optional<Value.Fields> answered(
      Transition.Changed changed, Optional<AttemptReport> report) {
    return changed
        .attemptEnded()
        .filter(outcome -> !(outcome instanceof Outcome.Cancelled))
        .flatMap(_ -> report)
        .flatMap(AttemptReport::value)
        .filter(Value.Fields.class::isInstance)
        .map(Value.Fields.class::cast);
  }

  private static FaceState told(
      FaceState before, Transition.Changed changed, Optional<AttemptReport> report) {
    return switch (changed.kind()) {
      case ATTEMPT_BEGUN -> QUEUED;
      case ASKED_AGAIN -> askedAgain(changed.detail().orElse(""));
      case CANCELED, DEFERRED, ENDED, RETRIED ->
          answer(report)
              .filter(_ -> !(changed.attemptEnded().orElse(null) instanceof Outcome.Cancelled))
              .map(said -> isGivenUp(changed) ? givenUp(said, changed.task()) : said)
              .or(() -> changed.attemptEnded().flatMap(outcome -> unanswered(outcome, changed)))
              .orElse(before);
      case SUBMITTED,
          PUT_BACK,
          STARTED,
          HANDED_OVER,
          WOKEN,
          CANCEL_REQUESTED,
          LEASE_ENDED,
          LATE,
          REMARKED ->
          before;
    };
  }

  /** It was to be tried again, but not once more. */
  private static boolean isGivenUp(Transition.Changed changed) {
    return changed.kind() == HistoryEvent.Kind.ENDED
        && changed.attemptEnded().orElse(null) instanceof Outcome.WorkFailed;
  }

  /** Numbers that say "later" would be untrue ({@code contracts/dane.md 8}, endless retries). */
  private static FaceState givenUp(FaceState said, Task task) {
    int tries = task.attempt() - task.uncounted();
    String message =
        "gave up after %s; the last answer was %d: %s"
            .formatted(tries == 1 ? "1 try" : tries + " tries", said.number(), said.message());
    return new FaceState(DaneAnswer.ERROR, message, said.also());
  }

  private static FaceState askedAgain(String how) {
    return switch (how) {
      case Asking.RESET -> RESET;
      case Asking.MASS_RESET -> MASS_RESET;
      default -> QUEUED; // by retry, forceretry, or by a run
    };
  }

  /** What the worker said, word for word. */
  private static Optional<FaceState> answer(Optional<AttemptReport> report) {
    return report
        .flatMap(AttemptReport::value)
        .filter(Value.Fields.class::isInstance)
        .map(Value.Fields.class::cast)
        .flatMap(said -> answer(said.values()));
  }

  private static Optional<FaceState> answer(Map<String, Value> said) {
    if (said.get("state") instanceof Value.Numeral(String number)
        && said.get("message") instanceof Value.Text(String message)) {
      return Optional.of(
          new FaceState(Integer.parseInt(number), message, also(said.get(DEPENDENCIES))));
    }
    return Optional.empty();
  }

  /**
   * Everything else is dropped in the document era ({@code contracts/dane.md 3.6}), and so is what
   * no worker needs: the list is read whenever its task is shown.
   */
  private static Value.Fields also(@Nullable Value dependencies) {
    return new Value.Fields(
        dependencies instanceof Value.Items(List<Value> entries)
            ? Map.of(
                DEPENDENCIES,
                new Value.Items(entries.stream().limit(DaneDependencies.MOST).toList()))
            : Map.of());
  }

  /** An end that no worker told; of one that is tried again by itself nothing is told. */
  private static Optional<FaceState> unanswered(Outcome outcome, Transition.Changed changed) {
    return switch (outcome) {
      case Outcome.WorkRefused(Cause cause) when cause.code().equals(UNROUTABLE_CODE) ->
          Optional.of(UNROUTABLE);
      case Outcome.Cancelled(String by) -> Optional.of(state(500, "Cancelled: by " + by));
      case Outcome other when changed.task().state().isFinal() ->
          Optional.of(
              state(
                  500,
                  other.why().map(Cause::toString).orElse("it ended, and no worker said how")));
      case Outcome.Completed _,
          Outcome.ExecutorFailed _,
          Outcome.WorkFailed _,
          Outcome.WorkRefused _,
          Outcome.Deferred _,
          Outcome.TimedOut _,
          Outcome.InputFailed _,
          Outcome.OutputFailed _,
          Outcome.RuntimeFailed _,
          Outcome.Lost _,
          Outcome.Unplaceable _ ->
          Optional.empty();
    };
  }

  private static FaceState state(int number, String message) {
    return new FaceState(number, message, new Value.Fields(Map.of()));
  }
}
