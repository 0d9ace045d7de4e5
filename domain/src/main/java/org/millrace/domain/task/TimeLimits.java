package org.millrace.domain.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long a task may take; empty means no limit.
 *
 * @param queue from its creation until its first attempt begins
 * @param run from the start of an attempt's first executor until its last one ends
 * @param total from its creation until it ends, over all attempts
 */
public record TimeLimits(
    Optional<Duration> queue, Optional<Duration> run, Optional<Duration> total) {

  /** No limits. */
  public static final TimeLimits NONE =
      new TimeLimits(Optional.empty(), Optional.empty(), Optional.empty());

  /** Which limit was exceeded. */
  public enum Limit {
    QUEUE,
    RUN,
    TOTAL
  }

  /**
   * When a task that still waits for its first attempt, or for another one, has waited too long.
   */
  Optional<Instant> waitsUntil(Instant createdAt, int attempt) {
    return earliest(
        attempt == 0 ? queue.map(createdAt::plus) : Optional.empty(), total.map(createdAt::plus));
  }

  /** When an attempt must have ended. */
  Optional<Instant> runsUntil(Instant createdAt, Optional<Instant> startedAt) {
    return earliest(
        startedAt.flatMap(started -> run.map(started::plus)), total.map(createdAt::plus));
  }

  private static Optional<Instant> earliest(Optional<Instant> one, Optional<Instant> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Instant::compareTo);
  }
}
