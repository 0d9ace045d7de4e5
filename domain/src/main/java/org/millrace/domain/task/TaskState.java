package org.millrace.domain.task;

/** The states of a task (DESIGN 3). Each face shows them in its own words. */
public enum TaskState {
  /** An edge is not satisfied, or the attempt was deferred. */
  WAITING,
  /** Ready, or due at a later time; waits for room in its lane. */
  QUEUED,
  /** An attempt has begun; inputs are being brought in. */
  INITIALIZING,
  /** Started where it runs. */
  RUNNING,
  /** Held by an operator. */
  PAUSED,
  COMPLETE,
  /** The work's own fault. */
  EXECUTOR_ERROR,
  /** Ours, or a peer's. */
  SYSTEM_ERROR,
  /** Being stopped; ends CANCELED, never COMPLETE. */
  CANCELING,
  CANCELED,
  /** Taken away by the back end. */
  PREEMPTED;

  /** A final state is never left. */
  public boolean isFinal() {
    return switch (this) {
      case COMPLETE, EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED -> true;
      case WAITING, QUEUED, INITIALIZING, RUNNING, PAUSED, CANCELING, PREEMPTED -> false;
    };
  }

  /**
   * Whether an attempt is under way: it has a handle, and either a lease or a time to be looked at.
   */
  public boolean isUnderWay() {
    return switch (this) {
      case INITIALIZING, RUNNING, CANCELING -> true;
      case WAITING, QUEUED, PAUSED, COMPLETE, EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED, PREEMPTED ->
          false;
    };
  }
}
