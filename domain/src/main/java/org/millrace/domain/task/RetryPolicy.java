package org.millrace.domain.task;

import java.time.Duration;

/**
 * How often and how soon a failed task is tried again.
 *
 * @param attempts most attempts in all, the first included
 * @param first wait before the second attempt; each further wait is twice as long
 * @param most upper bound of a wait
 * @param afterStart also when an executor may have started; by default nothing is repeated then
 */
public record RetryPolicy(int attempts, Duration first, Duration most, boolean afterStart) {

  /** Never again. */
  public static final RetryPolicy NEVER = new RetryPolicy(1, Duration.ZERO, Duration.ZERO, false);

  /** What a task gets that asks for nothing. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(3, Duration.ofSeconds(2), Duration.ofMinutes(5), false);

  public RetryPolicy {
    if (attempts < 1 || first.isNegative() || most.compareTo(first) < 0) {
      throw new IllegalArgumentException("retry: at least one attempt, and first <= most");
    }
  }

  /** Whether another attempt follows the one numbered {@code attempt} that ended so. */
  boolean allows(Outcome outcome, int attempt) {
    return attempt < attempts
        && outcome.mayBeRetried()
        && (afterStart || !outcome.mayHaveStarted());
  }

  /**
   * The wait after attempt {@code attempt}, between half and all of its exponential step.
   *
   * @param chance in [0, 1): handed in, so that tests replay
   */
  Duration delayAfter(int attempt, double chance) {
    long step = first.toMillis() << Math.min(attempt - 1, 30);
    long bounded = step < 0 ? most.toMillis() : Math.min(step, most.toMillis());
    return Duration.ofMillis(bounded / 2 + (long) (chance * (bounded - bounded / 2)));
  }
}
