package org.millrace.tes;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.TaskGlance;

/**
 * Which word of TES a state is shown as, and the way back for the list filter.
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
 * <p>With {@code holdRunning}, a task that ended sooner is shown as RUNNING until so long after its
 * latest attempt started: TESP's own tests ask once a second and insist on seeing it. A list
 * narrowed to RUNNING does not have such a task, since the engine knows nothing of this, and one
 * narrowed to its final state does not have it yet; so what a list has is always shown in the state
 * that was asked for.
 *
 * @param all whether clients are prepared for every state
 * @param holdRunning zero for never
 * @param clock only asked where {@code holdRunning} is more than that
 */
record ShownStates(boolean all, Duration holdRunning, InstantSource clock) {

  TesState of(TaskGlance task) {
    return of(task.state(), task.shown(), task.startedAt());
  }

  TesState of(Task task) {
    return of(task.state(), task.shownState(), task.startedAt());
  }

  private TesState of(TaskState state, TaskState shown, Optional<Instant> startedAt) {
    return isHeld(state, startedAt) ? TesState.RUNNING : word(state, shown);
  }

  /** A start in the future is that of a clock that was wrong, and holds nothing. */
  private boolean isHeld(TaskState state, Optional<Instant> startedAt) {
    if (holdRunning.isZero() || !state.isFinal() || startedAt.isEmpty()) {
      return false;
    }
    var since = Duration.between(startedAt.get(), clock.instant());
    return !since.isNegative() && since.compareTo(holdRunning) < 0;
  }

  private TesState word(TaskState state, TaskState shown) {
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
