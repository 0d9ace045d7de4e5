package org.millrace.engine.documents;

import java.time.InstantSource;
import org.millrace.domain.task.TaskEvent.Remarked;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.transition.TaskTransitions;

/** Records what others say of tasks and what decides nothing. Thread-safe. */
public final class Remarks {
  /** Most characters of a remark; the rest is left out. */
  public static final int LONGEST = 300;

  private final TaskTransitions transitions;
  private final InstantSource clock;

  public Remarks(TaskTransitions transitions, InstantSource clock) {
    this.transitions = transitions;
    this.clock = clock;
  }

  /**
   * Adds a line to the history of a task. Of one that is not there any more nothing is recorded.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, if nothing can be stored now
   */
  public void add(TaskId task, String remark) {
    String kept = remark.length() <= LONGEST ? remark : remark.substring(0, LONGEST - 1) + "…";
    transitions.apply(task, new Remarked(kept, clock.instant()));
  }
}
