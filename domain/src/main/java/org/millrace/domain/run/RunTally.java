package org.millrace.domain.run;

/**
 * The nodes of a run, counted.
 *
 * @param open not ended and not skipped; with {@link FailurePolicy#HOLD} a failed node stays open
 * @param active with a task that has not ended
 * @param failed whose last task failed
 */
public record RunTally(int open, int active, int failed) {
  public RunTally {
    if (open < 0 || active < 0 || failed < 0 || active > open) {
      throw new IllegalArgumentException("no count: " + open + ", " + active + ", " + failed);
    }
  }

  /** With so many more of each. */
  RunTally plus(int moreOpen, int moreActive, int moreFailed) {
    return new RunTally(open + moreOpen, active + moreActive, failed + moreFailed);
  }

  /** The state that follows from one, once nodes are so many. */
  public RunState after(RunState state, FailurePolicy policy) {
    return switch (state) {
      case ARRIVING, REWINDING, COMPLETE, FAILED, CANCELED -> state;
      case CANCELING -> active == 0 ? RunState.CANCELED : state;
      case STOPPING -> active == 0 ? RunState.FAILED : state;
      case RUNNING, PAUSED -> {
        if (failed > 0 && policy == FailurePolicy.STOP) {
          yield active == 0 ? RunState.FAILED : RunState.STOPPING;
        }
        if (open > 0) {
          yield state;
        }
        yield failed > 0 ? RunState.FAILED : RunState.COMPLETE;
      }
    };
  }
}
