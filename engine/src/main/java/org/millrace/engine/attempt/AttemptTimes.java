package org.millrace.engine.attempt;

import java.time.Duration;

/**
 * How long attempts wait.
 *
 * @param putBack a task that no runtime takes at the moment, before it is offered again
 * @param lookEvery handed-over work from which nothing was heard, before it is looked at
 * @param cancelAgain a compute that could not be stopped, before it is tried again
 */
public record AttemptTimes(Duration putBack, Duration lookEvery, Duration cancelAgain) {
  public static final AttemptTimes DEFAULT =
      new AttemptTimes(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(1));
}
