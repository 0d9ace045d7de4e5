package org.millrace.api;

import java.util.Optional;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.attempt.StagingBoard.Snapshot;
import org.millrace.engine.views.TaskGlance;

/**
 * How far the staging of a task is.
 *
 * @param file what is being moved
 * @param files how many files were begun, this one included
 * @param moved bytes of that file so far
 * @param expected bytes of that file, if known
 * @param rate bytes a second of that file
 */
record WireStaging(String file, int files, long moved, Optional<Long> expected, long rate) {

  /** What is being moved now; empty while its executors run, and where nothing is staged. */
  static Optional<WireStaging> now(TaskGlance task, StagingBoard board) {
    return switch (task.state()) {
      case INITIALIZING, RUNNING, CANCELING ->
          board.of(task.id()).filter(seen -> isOfThisPhase(seen, task)).map(WireStaging::of);
      case WAITING, QUEUED, PAUSED, COMPLETE, EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED, PREEMPTED ->
          Optional.empty();
    };
  }

  /** The board keeps the last file; once the executors have started, an input is old news. */
  private static boolean isOfThisPhase(Snapshot seen, TaskGlance task) {
    return task.startedAt().map(seen.since()::isAfter).orElse(true);
  }

  private static WireStaging of(Snapshot seen) {
    return new WireStaging(
        seen.file(),
        seen.files(),
        seen.moved(),
        Optional.of(seen.expected()).filter(bytes -> bytes >= 0),
        seen.rate());
  }
}
