package org.millrace.engine.documents;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent.AskedAgain;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition;
import org.millrace.engine.transition.FaceRule;
import org.millrace.engine.transition.News;
import org.millrace.engine.transition.TaskTransitions;

/** Has assigned tasks done once more, however they ended. Thread-safe. */
public final class AskAgain {
  /**
   * Tasks that are read together; each is changed in a transaction of its own, and its arguments
   * may have a mebibyte.
   */
  static final int PAGE = 20;

  /** How long is waited for an attempt that is just being begun, before nothing is changed. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** So often at least: another server's bell is not heard here. */
  static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final TaskTransitions transitions;
  private final FaceRule face;
  private final News news;
  private final DocumentViewStore views;
  private final InstantSource clock;

  /**
   * Asks for nothing yet.
   *
   * @param face what was stored with a transition, when it is answered
   */
  public AskAgain(
      TaskTransitions transitions,
      FaceRule face,
      News news,
      DocumentViewStore views,
      InstantSource clock) {
    this.transitions = transitions;
    this.face = face;
    this.news = news;
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
    /** It will be done once more; as it was stored then, whatever happened to it since. */
    record Again(AssignedTask task) implements Asked {}

    /** Nothing changed: its number does not allow it, or it is being begun, ended or cancelled. */
    record Left(AssignedTask task) implements Asked {}

    record NoTask(EntryId entry) implements Asked {}
  }

  /**
   * Asks for one task again. Where an attempt is to be overtaken that is just being begun, waits
   * for that, {@link #PATIENCE} at most; interruption ends the wait and is left pending.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, if nothing can be stored now
   */
  public Asked ask(Space space, EntryId entry, Request request) {
    Optional<AssignedTask> found = views.task(space, entry);
    if (found.isEmpty()) {
      return new Asked.NoTask(entry);
    }
    AssignedTask task = found.get();
    AskedAgain event = event(request);
    Optional<Transition> done =
        isAllowed(task, request) ? patiently(task, event) : Optional.empty();
    return done.orElse(null) instanceof Transition.Changed changed
        ? new Asked.Again(after(task, changed, event))
        : views
            .task(space, entry)
            .<Asked>map(Asked.Left::new)
            .orElseGet(() -> new Asked.NoTask(entry)); // deleted meanwhile
  }

  private Optional<Transition> patiently(AssignedTask task, AskedAgain event) {
    Instant deadline = clock.instant().plus(PATIENCE);
    while (true) {
      long heard = news.history().rings();
      Optional<Transition> done = transitions.apply(task.entry().task(), event);
      boolean again = done.filter(left -> isJustBeingBegun(left, event)).isPresent();
      if (!again || !clock.instant().isBefore(deadline) || !awaitNews(heard)) {
        return done;
      }
    }
  }

  /** Somebody holds it, and no attempt is there yet that could be overtaken. */
  private static boolean isJustBeingBegun(Transition left, AskedAgain event) {
    return left instanceof Transition.Unchanged(Task task)
        && event.overtake()
        && task.state() == TaskState.QUEUED
        && task.lease().isPresent();
  }

  /** False if somebody wants this thread to stop. */
  private boolean awaitNews(long heard) {
    try {
      long _ = news.history().await(heard, LOOK_AGAIN);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What the change stored; the dispatcher may have the task by now. */
  private AssignedTask after(AssignedTask before, Transition.Changed changed, AskedAgain event) {
    FaceState told = face.after(before.entry().face(), changed, Optional.empty());
    return new AssignedTask(
        before.sequence(),
        before.entry().now(told, event.at()),
        before.spec(),
        changed.task().state(),
        changed.task().attempt());
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
    return isAllowed(task, request)
        && transitions
            .apply(task.entry().task(), event(request))
            .filter(Transition.Changed.class::isInstance)
            .isPresent();
  }

  private static boolean isAllowed(AssignedTask task, Request request) {
    return request.allowed().test(task.entry().face());
  }

  private AskedAgain event(Request request) {
    return new AskedAgain(
        request.by(), request.how(), request.overtake(), request.later(), clock.instant());
  }
}
