package org.millrace.transfer;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.millrace.engine.threads.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again what failed for a passing reason: bounded, exponentially later, with jitter, as the
 * peer asks.
 */
final class Retry {
  private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
  private final HttpConfig config;
  private final Threads threads;
  private final RandomGenerator chance;

  Retry(HttpConfig config, Threads threads, RandomGenerator chance) {
    this.config = config;
    this.threads = threads;
    this.chance = chance;
  }

  /** One try. */
  interface Try<T> {
    T once() throws Fault, InterruptedException;
  }

  <T> T run(Try<T> what) throws Fault, InterruptedException {
    return run(what, () -> false);
  }

  /**
   * As {@link #run(Try)}, counting tries anew after one that got ahead.
   *
   * @param gotAhead whether the try that just failed did something that need not be done again
   */
  <T> T run(Try<T> what, BooleanSupplier gotAhead) throws Fault, InterruptedException {
    int tries = 1;
    while (true) {
      try {
        return what.once();
      } catch (Fault fault) {
        tries = gotAhead.getAsBoolean() ? 1 : tries;
        if (fault.again() != Fault.Again.SOON || tries >= config.tries()) {
          throw fault.afterTries(tries);
        }
        Duration wait = waitAfter(tries, fault.retryAfter());
        LOG.warn(
            "{}; trying again in {} ms (try {} of {})",
            fault.why().message(),
            wait.toMillis(),
            tries,
            config.tries());
        threads.sleep(wait);
        tries++;
      }
    }
  }

  /**
   * Between half and all of the exponential step; longer if the peer asks for it, up to a bound.
   */
  Duration waitAfter(int tries, Optional<Duration> asked) {
    long most = config.longestRetry().toMillis();
    int doublings = Math.min(tries - 1, 30);
    long step = Math.min(most, config.firstRetry().toMillis() << doublings);
    Duration own = Duration.ofMillis(step / 2 + (long) (chance.nextDouble() * (step - step / 2)));
    Duration peers = asked.filter(wait -> !wait.isNegative()).orElse(Duration.ZERO);
    Duration bounded =
        peers.compareTo(config.longestRetryAfter()) > 0 ? config.longestRetryAfter() : peers;
    return bounded.compareTo(own) > 0 ? bounded : own;
  }
}
