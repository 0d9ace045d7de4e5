package org.millrace.sdk;

import java.time.Duration;

/** How long a worker waits for what is away: a little at first, then twice as long, to a limit. */
final class Pauses {
  static final Duration FIRST = Duration.ofMillis(100);
  static final Duration LONGEST = Duration.ofSeconds(10);

  private Pauses() {}

  /** The pause after this one; zero stands for none yet. */
  static Duration after(Duration pause) {
    Duration longer = pause.isZero() ? FIRST : pause.multipliedBy(2);
    return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
  }
}
