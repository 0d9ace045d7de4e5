package org.millrace.runtimes.local;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.millrace.runtimes.local.Supervision.Belongings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is looked at while an attempt runs: its memory, its logs, and what is left of the disk. */
final class Watch implements Supervision.Meanwhile {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  static final Duration EVERY = Duration.ofSeconds(1);

  /** Bytes of each log of an attempt that had to go for the disk: enough to see what it did. */
  private static final long KEPT_FOR_THE_DISK = 64 << 10;

  private final LocalAttempt attempt;
  private final Optional<Sampler> sampler;
  private final DiskFloor floor;
  private final Supervision supervision;
  private final Belongings belongings;
  private final long logLimit;
  private long nextLook = System.nanoTime() + EVERY.toNanos();

  /**
   * A watch over one attempt.
   *
   * @param sampler if nothing else measures it
   * @param logLimit bytes of a log
   */
  Watch(
      LocalAttempt attempt,
      Optional<Sampler> sampler,
      DiskFloor floor,
      Supervision supervision,
      Belongings belongings,
      long logLimit) {
    this.attempt = attempt;
    this.sampler = sampler;
    this.floor = floor;
    this.supervision = supervision;
    this.belongings = belongings;
    this.logLimit = logLimit;
  }

  @Override
  public Duration every() {
    return sampler.isPresent() ? Sampler.EVERY : EVERY;
  }

  @Override
  public void look() throws InterruptedException {
    sampler.ifPresent(Sampler::run);
    if (System.nanoTime() - nextLook < 0) {
      return;
    }
    nextLook = System.nanoTime() + EVERY.toNanos();
    try {
      attempt.logs().shorten(logLimit);
      if (floor.hasToGo(attempt.place())) {
        supervision.stop(attempt.place(), belongings, AttemptFolder.DISK_FULL);
        attempt.logs().shorten(Math.min(logLimit, KEPT_FOR_THE_DISK));
      }
    } catch (IOException failed) {
      LOG.warn("attempt={} cannot be kept in bounds: {}", attempt.name(), failed.toString());
    }
  }
}
