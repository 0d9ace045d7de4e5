package org.millrace.engine.dispatch;

import org.millrace.domain.task.Lane;

/**
 * How much of a lane may be in flight, and what happens to more.
 *
 * @param limit most tasks in flight; at least 1
 * @param counts whose tasks count
 */
public record LaneRule(Lane lane, int limit, Counts counts, WhenFull whenFull) {

  /** Whose tasks in flight count against the limit. */
  public enum Counts {
    /** Those this server holds: slots of this machine. */
    THIS_SERVER,
    /** All of the lane, handed over or held by any server: a window. */
    ALL
  }

  /** What a submission meets when the lane is full. */
  public enum WhenFull {
    WAIT,
    REFUSE
  }

  /** The same rule for another lane. */
  LaneRule of(Lane other) {
    return new LaneRule(other, limit, counts, whenFull);
  }

  public LaneRule {
    if (limit < 1) {
      throw new IllegalArgumentException("lanes." + lane + ".limit: at least 1");
    }
  }
}
