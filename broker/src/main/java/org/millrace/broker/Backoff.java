package org.millrace.broker;

import java.time.Duration;

/** How long to wait before the next try. */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(50);
  private static final int MOST_DOUBLINGS = 16;

  private Backoff() {}

  /**
   * Doubles with every failure, within a limit, and spreads: many servers must not come back at
   * once.
   *
   * @param failures since the last success, 0 for the first pause
   * @param chance 0 to 1; the pause is half of its length to all of it
   */
  static Duration after(int failures, Duration most, double chance) {
    Duration grown = FIRST.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    long millis = Math.min(grown.toMillis(), most.toMillis());
    return Duration.ofMillis(Math.max(1, Math.round(millis * (0.5 + chance / 2))));
  }
}
