package org.millrace.store.sqlite;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread will bring about. */
final class Await {
  private static final Duration MOST = Duration.ofSeconds(60);

  private Await() {}

  /** Returns as soon as it is so; fails after a minute. */
  static void until(String what, BooleanSupplier isSo) {
    long end = System.nanoTime() + MOST.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within a minute: " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
