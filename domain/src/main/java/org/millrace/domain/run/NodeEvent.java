package org.millrace.domain.run;

import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;

/** What happens to a node. */
public sealed interface NodeEvent {
  /** An edge that enters it got its mark, or an item of it has ended. */
  record EntryTold(EdgeMark mark, Optional<Cause> why) implements NodeEvent {}

  /** It became a task. */
  record Begun(TaskId task) implements NodeEvent {}

  /** It was ready, and has no work. */
  record Passed() implements NodeEvent {}

  /** It was ready, and cannot become a task. */
  record Unfit(Cause why) implements NodeEvent {}

  /** It was ready, and has so many items, that are still to be made. */
  record Spread(int items) implements NodeEvent {}

  /**
   * So many more of its items are nodes now.
   *
   * @param first how many were before
   */
  record ItemsMade(int first, int items) implements NodeEvent {}

  /**
   * The task that it became is final. Told again of a task that was asked for again: what it failed
   * is mended then, if it completes while the node is held ({@link FailurePolicy#HOLD}).
   */
  record TaskEnded(TaskId task, TaskState state) implements NodeEvent {}

  /** Its run stops, and the task, which was there before the run, is left alone. */
  record LetGo() implements NodeEvent {}

  /**
   * Everybody after it was told of its end.
   *
   * @param rewind how often its run had been rewound when they were: those that were made anew
   *     since know nothing of it
   */
  record ToldAll(int rewind) implements NodeEvent {}

  /**
   * It failed, and those after it wait ({@link FailurePolicy#HOLD}): it is ready again. Not if it
   * failed since a condition before it could not be decided: its work might be unwanted.
   */
  record TriedAgain() implements NodeEvent {}

  /**
   * Its results are to be made again, with those of others.
   *
   * @param rewind which time of making nodes anew it belongs to, by {@link Run#rewinds}: whoever is
   *     late changes nothing
   * @param to waiting or ready; spread, if only some of its items are made again
   * @param entries what remains told to it
   */
  record MadeAnew(int rewind, NodeState to, Entries entries) implements NodeEvent {}
}
