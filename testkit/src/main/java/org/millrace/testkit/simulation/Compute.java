package org.millrace.testkit.simulation;

/** One piece of work where it runs: a process, a remote job. */
final class Compute {
  private boolean prepared;
  private boolean started;
  private boolean stopped;
  private boolean vanished;
  private long endsAt;
  private int exitCode;

  boolean isPrepared() {
    return prepared;
  }

  void prepared() {
    prepared = true;
  }

  boolean hasStarted() {
    return started;
  }

  void start(long until, int code) {
    started = true;
    endsAt = until;
    exitCode = code;
  }

  /** Whatever it did, it does no more, and never will. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  boolean isRunning(long now) {
    return started && !stopped && !vanished && now < endsAt;
  }

  /** What ran is gone without a trace of its end; that it was started is still known. */
  void vanish() {
    vanished = true;
  }

  boolean hasVanished() {
    return vanished;
  }

  long endsAt() {
    return endsAt;
  }

  int exitCode() {
    return exitCode;
  }
}
