package org.millrace.engine.threads;

import java.time.Duration;

/**
 * Where concurrency comes from. In production virtual threads; in a simulation threads that run one
 * at a time in an order that a seed decides. Engine code starts, waits and sleeps through this port
 * alone.
 */
public interface Threads {

  /** Starts a thread. What the body throws is logged by the port, never lost. */
  Running start(String name, Runnable body);

  /** Sleeps; obeys interruption. */
  void sleep(Duration duration) throws InterruptedException;

  /** A new bell. */
  Bell bell();

  /** A thread that was started. */
  interface Running {

    /** Asks it to stop what it does; it obeys at its next blocking step. */
    void interrupt();

    /** Waits for its end at most this long; true if it has ended. */
    boolean join(Duration most) throws InterruptedException;
  }
}
