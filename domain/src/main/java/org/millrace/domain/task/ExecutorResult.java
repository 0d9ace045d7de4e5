package org.millrace.domain.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One executor that ran.
 *
 * @param signal number of the signal that ended it, if one did; the exit code is then 128 more
 * @param stdout tail of the stream, bounded; invalid UTF-8 replaced
 * @param stderr tail of the stream, bounded; invalid UTF-8 replaced
 */
public record ExecutorResult(
    int exitCode,
    OptionalInt signal,
    boolean outOfMemory,
    Instant start,
    Instant end,
    Usage usage,
    String stdout,
    String stderr) {

  /**
   * What an executor used.
   *
   * @param peakMemory bytes
   * @param measuredBy {@code cgroup-v1}, {@code cgroup-v2}, {@code sampled}, or {@code none}
   */
  public record Usage(Optional<Duration> cpu, Optional<Long> peakMemory, String measuredBy) {
    public static final Usage NONE = new Usage(Optional.empty(), Optional.empty(), "none");
  }
}
