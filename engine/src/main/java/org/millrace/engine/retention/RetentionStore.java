package org.millrace.engine.retention;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;

/**
 * Finds and removes runs and tasks that have ended. A task that a node names is kept as long as the
 * run of the node, one that is assigned as long as its document. Thread-safe; interruption is left
 * pending.
 */
public interface RetentionStore {

  /**
   * A page of the tasks that ended in this state not after then and are not assigned, the one that
   * ended first first; nothing else is looked at.
   *
   * @param state a final one
   * @param after those that come after this one, which may have been removed
   * @param most at most so many
   */
  List<Ended> endedBefore(TaskState state, Instant then, Optional<Ended> after, int most);

  /**
   * A task that has ended.
   *
   * @param sequence decides the order between those that ended at the same time
   * @param isKept whether a node names it
   */
  record Ended(TaskId task, Instant endedAt, long sequence, boolean isKept) {}

  /**
   * Removes those of these tasks that have ended, are not assigned and that no node names: the
   * record, its attempts, its history, its tags and its external ids, which can be given to other
   * tasks from then on. What peers are still to be told of it stays in the outbox. All of them or
   * none.
   *
   * @return how many were removed
   */
  int remove(List<TaskId> tasks);

  /**
   * Removes a piece of the run that ended first in this state, not after then: its nodes, edges and
   * history, in the end itself and its external ids. From the first piece on nobody sees it. Its
   * tasks stay, and are kept by no run from then on.
   *
   * @param state a final one
   * @param most about so many rows
   * @return how many were removed; 0: there is no such run
   */
  int removeRuns(RunState state, Instant then, int most);

  /**
   * Removes deliveries that were given up, those first that were to arrive first.
   *
   * @param then of those whose last try was due not after that
   * @param most at most so many
   * @return how many were removed
   */
  int removeGivenUp(Instant then, int most);

  /** How a task stands; empty: there is no such task. One row by key. */
  Optional<Standing> standing(TaskId task);

  /**
   * How a task stands.
   *
   * @param endedAt present if the state is final
   */
  record Standing(TaskState state, Optional<Instant> endedAt) {}
}
