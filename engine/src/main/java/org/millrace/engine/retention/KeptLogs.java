package org.millrace.engine.retention;

import java.io.IOException;
import java.time.Instant;
import org.millrace.domain.task.TaskId;

/** What executors wrote, kept as files. Thread-safe. */
public interface KeptLogs {

  /** Keeps nothing. */
  KeptLogs NONE =
      new KeptLogs() {
        @Override
        public void visit(Visitor visitor) {}

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

  /** Who is shown what there is. May remove what it is shown. */
  interface Visitor {
    void logs(LogsOfTask logs) throws InterruptedException;

    /** There are such logs, but they cannot be read. */
    void unreadable(TaskId task, IOException why);
  }

  /**
   * Shows the logs of every task, in no order; what comes or goes meanwhile may be shown or not.
   * What is there and belongs to no task's name is passed over. Obeys interruption.
   *
   * @throws IOException it is not known what there is
   */
  void visit(Visitor visitor) throws IOException, InterruptedException;

  /** Removes all of a task's; where there are none, does nothing. */
  void remove(TaskId task) throws IOException;
}
