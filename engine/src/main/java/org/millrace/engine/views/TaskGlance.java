package org.millrace.engine.views;

import java.time.Instant;
import java.util.Optional;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;

/**
 * The least one can know of a task.
 *
 * @param state as it is
 * @param shown as to those who know no CANCELING
 * @param startedAt when the attempt under way, or the last one, started
 */
public record TaskGlance(
    TaskId id, Owner owner, TaskState state, TaskState shown, Optional<Instant> startedAt) {

  /** The same of a task that is known in full. */
  public static TaskGlance of(Task task) {
    return new TaskGlance(
        task.id(), task.owner(), task.state(), task.shownState(), task.startedAt());
  }
}
