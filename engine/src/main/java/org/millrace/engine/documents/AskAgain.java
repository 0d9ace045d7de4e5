package org.millrace.engine.documents;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.TaskEvent.AskedAgain;
import org.millrace.domain.task.Transition;
import org.millrace.engine.transition.TaskTransitions;

/** Has assigned tasks done once more, however they ended. Thread-safe. */
public final class AskAgain {
  /**
   * Tasks that are read together; each is changed in a transaction of its own, and its arguments
   * may have a mebibyte.
   */
  static final int PAGE = 20;

  private final TaskTransitions transitions;
  private final DocumentViewStore views;
  private final InstantSource clock;

  public AskAgain(TaskTransitions transitions, DocumentViewStore views, InstantSource clock) {
    this.transitions = transitions;
    this.views = views;
    this.clock = clock;
  }

  /**
   * Who asks for what.
   *
   * @param how in a word, for the history and the face's rule: {@code retry}, {@code forceretry},
   *     {@code reset}, {@code mass-reset}
   * @param overtake also while an attempt is under way
   * @param later not now: it waits until another task of its document is done, or it is asked for
   * @param allowed whether it may be asked for again, by what is told of it
   */
  public record Request(
      String by, String how, boolean overtake, boolean later, Predicate<FaceState> allowed) {
    /** One for now. */
    public Request(String by, String how, boolean overtake, Predicate<FaceState> allowed) {
      this(by, how, overtake, false, allowed);
    }
  }

  /** What came of it. */
  public sealed interface Asked {
    /** It will be done once more. */
    record Again(AssignedTask task) implements Asked {}

    /** Nothing changed: its number does not allow it, or it is being begun, ended or cancelled. */
    record Left(AssignedTask task) implements Asked {}

    record NoTask(EntryId entry) implements Asked {}
  }

  /**
   * Asks for one task again.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, if nothing can be stored now
   */
  public Asked ask(Space space, EntryId entry, Request request) {
    Optional<AssignedTask> found = views.task(space, entry);
    if (found.isEmpty()) {
      return new Asked.NoTask(entry);
    }
    boolean again = asked(found.get(), request);
    return views
        .task(space, entry)
        .<Asked>map(now -> again ? new Asked.Again(now) : new Asked.Left(now))
        .orElseGet(() -> new Asked.NoTask(entry)); // deleted meanwhile
  }

  /**
   * Asks again for all tasks of a key that show this number.
   *
   * @return how many will be done once more
   * @throws org.millrace.domain.failure.Refusal as {@link #ask}; some may have been asked for
   */
  public int askAll(Space space, String key, int number, Request request) {
    int asked = 0;
    long after = 0;
    List<AssignedTask> page;
    do {
      page = views.numbered(space, key, number, after, PAGE);
      for (AssignedTask task : page) {
        asked += asked(task, request) ? 1 : 0;
        after = task.sequence(); // each once, though some show the same number afterwards
      }
    } while (page.size() == PAGE);
    return asked;
  }

  private boolean asked(AssignedTask task, Request request) {
    var event =
        new AskedAgain(
            request.by(), request.how(), request.overtake(), request.later(), clock.instant());
    return request.allowed().test(task.entry().face())
        && transitions
            .apply(task.entry().task(), event)
            .filter(Transition.Changed.class::isInstance)
            .isPresent();
  }
}
