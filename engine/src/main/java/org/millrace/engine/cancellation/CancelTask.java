package org.millrace.engine.cancellation;

import java.time.InstantSource;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.task.TaskEvent.CancelRequested;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.transition.TaskTransitions;
import org.millrace.engine.views.TaskViews;

/**
 * Stops a task. What waits is cancelled at once; what runs is stopped where it runs, and cannot end
 * well any more.
 */
public final class CancelTask {
  private final TaskViews views;
  private final TaskTransitions transitions;
  private final InstantSource clock;

  public CancelTask(TaskViews views, TaskTransitions transitions, InstantSource clock) {
    this.views = views;
    this.transitions = transitions;
    this.clock = clock;
  }

  /**
   * Cancels; harmless when repeated or when the task has ended.
   *
   * @throws org.millrace.domain.failure.Refusal {@code NotFound} if this caller sees no such task
   */
  public void cancel(TaskId id, Caller caller) {
    views.glance(id, caller);
    transitions.apply(id, new CancelRequested(caller.owner().name(), clock.instant()));
  }
}
