package org.millrace.runtimes.local;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.engine.staging.TaskFolder;

/** What stands between the host and a command: the one difference between the runtimes here. */
sealed interface Isolation permits SandboxCommand, ProcessCommand {

  /** Makes a task's root ready, before anything is staged into it. */
  void lay(TaskFolder folder) throws IOException;

  /** Whether a path of the task is the host's, so that nothing can be made there. */
  boolean isClosed(String path);

  /**
   * How an executor's command is run.
   *
   * @param timed whether CPU time must be measured from within
   */
  Invocation invocation(
      ExecutorSpec executor, StreamPlan streams, TaskFolder folder, boolean timed);

  /** Lines that define {@code settle} for the supervisor: returns once an executor is all gone. */
  String settle();

  /**
   * What it means that an executor ended so.
   *
   * @param code as the supervisor saw it
   * @param status what the isolation wrote of itself, or the supervisor of what it executed
   * @param told what the shell around the command told
   * @param stderr the last of what was written there
   */
  Ending ending(int code, String status, String told, String stderr, ExecutorSpec executor);

  /** Processes of an attempt that its supervisor and the control groups may not know. */
  Set<Long> belongings(AttemptFolder attempt);

  /** What a user should know of it. */
  List<String> notes();
}
