package org.millrace.engine.retention;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.millrace.domain.task.TaskId;

/** What executors wrote, kept as files. Thread-safe. */
public interface KeptLogs {

  /** Keeps nothing. */
  KeptLogs NONE =
      new KeptLogs() {
        @Override
        public List<LogsOfTask> all() {
          return List.of();
        }

        @Override
        public void remove(TaskId task) {}
      };

  /**
   * All that one task has.
   *
   * @param lastWritten to any of its files
   * @param bytes on disk, all attempts together
   */
  record LogsOfTask(TaskId task, Instant lastWritten, long bytes) {}

  /** In no order; what comes or goes meanwhile may be in it or not. */
  List<LogsOfTask> all() throws IOException;

  /** Removes all of a task's; where there are none, does nothing. */
  void remove(TaskId task) throws IOException;
}
