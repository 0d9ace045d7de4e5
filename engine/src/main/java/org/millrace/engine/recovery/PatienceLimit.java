package org.millrace.engine.recovery;

import java.time.InstantSource;
import org.millrace.domain.task.TaskEvent.WaitedTooLong;
import org.millrace.engine.transition.TaskTransitions;

/** Ends tasks that have waited longer than their limits allow. */
public final class PatienceLimit {
  private static final int AT_ONCE = 500;

  private final DueStore store;
  private final TaskTransitions transitions;
  private final InstantSource clock;

  public PatienceLimit(DueStore store, TaskTransitions transitions, InstantSource clock) {
    this.store = store;
    this.transitions = transitions;
    this.clock = clock;
  }

  public void runOnce() {
    store
        .waitedTooLong(clock.instant(), AT_ONCE)
        .forEach(id -> transitions.apply(id, new WaitedTooLong(clock.instant())));
  }
}
