package org.millrace.engine.retention;

import java.time.Instant;
import java.util.List;
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
}
