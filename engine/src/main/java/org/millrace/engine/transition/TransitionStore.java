package org.millrace.engine.transition;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.Transition;
import org.millrace.engine.delivery.Delivery;

/**
 * Changes tasks. When a method returns, what it reports is on disk. Thread-safe; interruption is
 * left pending.
 */
public interface TransitionStore {

  /**
   * In one transaction: locks the task, decides, and saves the task, its attempt, one line of
   * history and what peers are to be told, due at the change's time. A late event leaves a line of
   * history and nothing else; one that changes nothing leaves no line. Empty if there is no such
   * task.
   *
   * <p>{@code ATTEMPT_BEGUN} makes the attempt of the task's number and handle, {@code STARTED}
   * tells when it started, {@link Transition.Changed#attemptEnded} ends it if it is under way. An
   * attempt that has ended is never touched again.
   *
   * <p>When the task becomes final, every node that is this task and ACTIVE ends with it, and one
   * that it failed before and that is held completes if it does ({@code NodeMachine}, {@code
   * TaskEnded}).
   *
   * <p>When the task is assigned, what its face tells of it becomes what {@code face} makes of the
   * change; if that is something else, it was updated at the change's time. Also then:
   *
   * <ul>
   *   <li>{@code ATTEMPT_BEGUN} keeps how many completions its document has seen,
   *   <li>{@code DEFERRED} marks it for {@link org.millrace.engine.documents.SiblingStore}, and so
   *       does {@code RETRIED} if a task of its document completed since its attempt began,
   *   <li>becoming COMPLETE counts as a completion of its document, marks the other tasks of the
   *       document that wait for that ({@code Task.waitsForSiblings}), and overtakes the results of
   *       its earlier attempts.
   * </ul>
   *
   * <p>What {@code decide}, {@code face} or {@code tell} throws comes out, and nothing is stored.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, when it is not known to be
   *     stored; the same change may be tried again
   */
  Optional<Transition> apply(TaskId id, Change change);

  /**
   * Stores what is known of the attempt under way, if this lease is the one stored with the task;
   * false if it is not, or if no attempt is under way.
   *
   * @throws org.millrace.domain.failure.Refusal as {@link #apply}
   */
  boolean note(TaskId id, Lease lease, AttemptReport report);

  /**
   * A change to a task.
   *
   * @param at when, for the history
   * @param decide pure; may be called more than once
   * @param news of the attempt
   * @param face what the face of an assigned task tells after it
   * @param tell what peers are told of it; pure
   */
  record Change(
      Instant at,
      Function<Task, Transition> decide,
      AttemptNews news,
      FaceRule face,
      Function<Transition.Changed, List<Delivery.Draft>> tell) {

    /** One that leaves what a face tells as it is. */
    public Change(
        Instant at,
        Function<Task, Transition> decide,
        AttemptNews news,
        Function<Transition.Changed, List<Delivery.Draft>> tell) {
      this(at, decide, news, FaceRule.UNCHANGED, tell);
    }
  }
}
