package org.millrace.api;

import java.time.Duration;
import org.millrace.engine.threads.Bell;

/**
 * How often a stream that has sent everything looks for more: at once when the bell rings, but
 * never sooner than {@code least} after the look before, for the bell rings for everybody's tasks;
 * and after {@code most} at the latest, for what another server or a growing file does rings no
 * bell.
 */
record Pace(Bell bell, Duration least, Duration most) {

  /** Returns when it is time to look again; {@code heard} was read before the look before. */
  void await(long heard) throws InterruptedException {
    Thread.sleep(least);
    bell.await(heard, most.minus(least));
  }
}
