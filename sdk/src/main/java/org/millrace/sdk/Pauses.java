package org.millrace.sdk;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long a worker waits for what is away: a little at first, then twice as long, to a limit. */
final class Pauses {
  static final Duration FIRST = Duration.ofMillis(100);
  static final Duration LONGEST = Duration.ofSeconds(10);

  /** Waits; handed in, so that tests need not. */
  interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  private Pauses() {}

  /** The pause after this one; zero stands for none yet. */
  static Duration after(Duration pause) {
    Duration longer = pause.isZero() ? FIRST : pause.multipliedBy(2);
    return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
  }

  /** Up to a quarter longer, so that those who lost the same thing do not all come back at once. */
  static Duration spread(Duration pause, RandomGenerator chance) {
    long millis = pause.toMillis();
    return Duration.ofMillis(millis + chance.nextLong(millis / 4 + 1));
  }
}
