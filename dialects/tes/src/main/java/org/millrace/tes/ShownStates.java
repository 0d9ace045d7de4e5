package org.millrace.tes;

import java.util.Optional;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.TaskGlance;

/**
 * Which word of TES a state is shown as, and the way back for the list filter. Pure.
 *
 * <p>Contract ({@code contracts/tes.md 6.3}, DESIGN 3): real clients take a state that they do not
 * know for the end of the task. So, unless the operator wants every state shown, CANCELING is shown
 * as the state it was cancelled in, PAUSED as the state before it, and PREEMPTED, which is not
 * final, as QUEUED. WAITING has no word in TES and is always QUEUED.
 *
 * <p>The state before PAUSED is QUEUED or WAITING: only a task without an attempt under way can be
 * PAUSED, since {@link Task} has a handle exactly in INITIALIZING, RUNNING and CANCELING. Should
 * {@link Task#shownState} ever know another, this shows it.
 *
 * @param all whether clients are prepared for every state
 */
record ShownStates(boolean all) {

  TesState of(TaskGlance task) {
    return of(task.state(), task.shown());
  }

  TesState of(Task task) {
    return of(task.state(), task.shownState());
  }

  private TesState of(TaskState state, TaskState shown) {
    return switch (all ? state : shown) {
      case WAITING, QUEUED -> TesState.QUEUED;
      case INITIALIZING -> TesState.INITIALIZING;
      case RUNNING -> TesState.RUNNING;
      case PAUSED -> all ? TesState.PAUSED : TesState.QUEUED;
      case COMPLETE -> TesState.COMPLETE;
      case EXECUTOR_ERROR -> TesState.EXECUTOR_ERROR;
      case SYSTEM_ERROR -> TesState.SYSTEM_ERROR;
      case CANCELING -> TesState.CANCELING;
      case CANCELED -> TesState.CANCELED;
      case PREEMPTED -> all ? TesState.PREEMPTED : TesState.QUEUED;
    };
  }

  /**
   * What the engine is asked for when a list is narrowed to a state; empty where it keeps no such
   * index, and the answer has to be sifted.
   */
  Optional<TaskState> asked(TesState wanted) {
    return switch (wanted) {
      case QUEUED -> Optional.of(TaskState.QUEUED);
      case INITIALIZING -> Optional.of(TaskState.INITIALIZING);
      case RUNNING -> Optional.of(TaskState.RUNNING);
      case PAUSED -> Optional.of(TaskState.PAUSED);
      case COMPLETE -> Optional.of(TaskState.COMPLETE);
      case EXECUTOR_ERROR -> Optional.of(TaskState.EXECUTOR_ERROR);
      case SYSTEM_ERROR -> Optional.of(TaskState.SYSTEM_ERROR);
      case CANCELED -> Optional.of(TaskState.CANCELED);
      case PREEMPTED -> Optional.of(TaskState.PREEMPTED);
      case CANCELING, UNKNOWN -> Optional.empty();
    };
  }

  /** Whether any task can ever be shown in this state. */
  boolean exists(TesState wanted) {
    return switch (wanted) {
      case UNKNOWN -> false;
      case CANCELING, PAUSED, PREEMPTED -> all;
      case QUEUED, INITIALIZING, RUNNING, COMPLETE, EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED -> true;
    };
  }
}
