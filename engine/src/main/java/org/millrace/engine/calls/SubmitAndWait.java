package org.millrace.engine.calls;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.submission.SubmitTask;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskViews;

/**
 * Submits a task and waits for its end, on the caller's thread. The task goes on if the caller goes
 * away. Thread-safe.
 */
public final class SubmitAndWait {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final SubmitTask submitTask;
  private final TaskViews views;
  private final Bell history;
  private final InstantSource clock;

  public SubmitAndWait(SubmitTask submitTask, TaskViews views, Bell history, InstantSource clock) {
    this.submitTask = submitTask;
    this.views = views;
    this.history = history;
    this.clock = clock;
  }

  /**
   * The task as it stands at its end, or after {@code most}, whichever comes first.
   *
   * @throws org.millrace.domain.failure.Refusal as {@link SubmitTask#submit}
   */
  public TaskGlance call(
      TaskSpec spec, Optional<ExternalId> externalId, Caller caller, Duration most)
      throws InterruptedException {
    return await(submitTask.submit(spec, externalId), caller, most);
  }

  /**
   * Waits for the end of a task that was submitted before.
   *
   * @throws org.millrace.domain.failure.Refusal {@code NotFound} if this caller sees no such task
   */
  public TaskGlance await(TaskId id, Caller caller, Duration most) throws InterruptedException {
    Instant deadline = clock.instant().plus(most);
    while (true) {
      long heard = history.rings();
      TaskGlance task = views.glance(id, caller);
      Duration left = Duration.between(clock.instant(), deadline);
      if (task.state().isFinal() || !left.isPositive()) {
        return task;
      }
      history.await(heard, left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
    }
  }
}
