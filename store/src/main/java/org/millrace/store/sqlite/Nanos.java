package org.millrace.store.sqlite;

import java.time.Duration;
import java.time.Instant;

/**
 * Times and durations as whole nanoseconds: exact from 1823 to 2262 and up to 292 years. What lies
 * beyond is cut to that, far enough from now to mean the same.
 */
final class Nanos {
  private static final long PER_SECOND = 1_000_000_000L;

  /** Leaves room to subtract a rank's ageing. */
  private static final long EARLIEST = -(1L << 62);

  private Nanos() {}

  static long of(Instant time) {
    return cut(time.getEpochSecond(), time.getNano());
  }

  static long of(Duration duration) {
    return cut(duration.getSeconds(), duration.getNano());
  }

  private static long cut(long seconds, int nanos) {
    if (seconds >= Long.MAX_VALUE / PER_SECOND) {
      return Long.MAX_VALUE;
    }
    return seconds <= EARLIEST / PER_SECOND ? EARLIEST : seconds * PER_SECOND + nanos;
  }

  static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, PER_SECOND), Math.floorMod(nanos, PER_SECOND));
  }

  static Duration duration(long nanos) {
    return Duration.ofNanos(nanos);
  }
}
