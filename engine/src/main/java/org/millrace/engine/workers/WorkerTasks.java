package org.millrace.engine.workers;

import java.util.Optional;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.TaskId;

/** Finds tasks by the names that workers know. Thread-safe. */
@FunctionalInterface
public interface WorkerTasks {

  /** Empty if there is no such task, or none any more. */
  Optional<Named> find(ExternalId name);

  /**
   * A task that workers name.
   *
   * @param attempt the one begun last; 0 before the first
   */
  record Named(TaskId task, int attempt) {}
}
