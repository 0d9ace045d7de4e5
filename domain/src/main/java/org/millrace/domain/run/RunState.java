package org.millrace.domain.run;

/** Where a run is in its life. */
public enum RunState {
  /** Its plan is being stored; nobody has been told that it is there. */
  ARRIVING,
  RUNNING,
  /** What runs goes on, nothing new starts. */
  PAUSED,
  /** Nodes are being made anew; nothing starts before all are. */
  REWINDING,
  /** A node failed, and what runs is being cancelled ({@link FailurePolicy#STOP}). */
  STOPPING,
  /** Cancelled by somebody, and what runs is being cancelled. */
  CANCELING,
  COMPLETE,
  FAILED,
  CANCELED;

  /** Whether nothing follows but a rerun. */
  public boolean isFinal() {
    return switch (this) {
      case COMPLETE, FAILED, CANCELED -> true;
      case ARRIVING, RUNNING, PAUSED, REWINDING, STOPPING, CANCELING -> false;
    };
  }

  /** Whether nodes that become ready are started. */
  public boolean starts() {
    return this == RUNNING;
  }

  /** Whether the ends of nodes are told to those after them. */
  public boolean tells() {
    return this == RUNNING || this == PAUSED;
  }

  /** Whether the tasks of its nodes are to be cancelled. */
  public boolean stops() {
    return this == STOPPING || this == CANCELING;
  }
}
