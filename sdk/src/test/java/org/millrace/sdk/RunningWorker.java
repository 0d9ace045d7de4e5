package org.millrace.sdk;

import java.time.Duration;

/** A worker on a thread of its own, for as long as a test lasts. */
final class RunningWorker implements AutoCloseable {
  private final Runnable stop;
  private final Thread thread;

  private RunningWorker(Runnable worker, Runnable stop) {
    this.stop = stop;
    this.thread = Thread.ofPlatform().name("test-worker").start(worker);
  }

  static RunningWorker of(Worker worker) {
    return new RunningWorker(worker, worker::stop);
  }

  static RunningWorker of(JobWorker worker) {
    return new RunningWorker(worker, worker::stop);
  }

  /** Stops it; whether it ended within this time. */
  boolean endsWithin(Duration limit) throws InterruptedException {
    stop.run();
    return thread.join(limit);
  }

  @Override
  public void close() {
    try {
      if (!endsWithin(Duration.ofSeconds(30))) {
        throw new AssertionError("the worker did not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
