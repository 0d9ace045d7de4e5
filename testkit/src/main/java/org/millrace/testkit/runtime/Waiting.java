package org.millrace.testkit.runtime;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what must come about, and not for time to pass. */
public final class Waiting {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Waiting() {}

  /** Returns when it holds; fails after 30 s. */
  public static void until(Callable<Boolean> condition) throws Exception {
    until(LIMIT, condition);
  }

  /** Returns when it holds; fails after so long. */
  public static void until(Duration most, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("did not come about within " + most.toSeconds() + " s");
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
