package org.millrace.engine.retention;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;

/** Finds and removes ended tasks. Thread-safe; interruption is left pending. */
public interface RetentionStore {

  /**
   * Tasks that ended in this state not after then, the one that ended first first.
   *
   * @param state a final one
   * @param most at most so many
   */
  List<TaskId> endedBefore(TaskState state, Instant then, int most);

  /**
   * Removes those of these tasks that have ended: the record, its attempts, its history, its tags
   * and its external ids, which can be given to other tasks from then on. What peers are still to
   * be told of it stays in the outbox. All of them or none.
   *
   * @return how many were removed
   */
  int remove(List<TaskId> tasks);

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
