package org.millrace.engine.threads;

import java.time.Duration;

/**
 * Wakes those who wait for news. Counts its rings, so that none is lost between a look and a wait:
 * read {@link #rings}, look, then {@link #await} with that number.
 */
public interface Bell {

  /** How often it rang. */
  long rings();

  /** Wakes everybody who waits. Never blocks. */
  void ring();

  /** Returns the number of rings as soon as it exceeds {@code heard}, or when the time is over. */
  long await(long heard, Duration most) throws InterruptedException;
}
