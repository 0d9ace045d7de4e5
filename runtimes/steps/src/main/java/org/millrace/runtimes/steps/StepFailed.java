package org.millrace.runtimes.steps;

import org.millrace.domain.failure.Cause;

/** A step failed, and the attempt with it. */
public final class StepFailed extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Cause cause;

  /**
   * Says why.
   *
   * @param cause one that lies with the caller makes the task's own failure of it, another one this
   *     server's or a peer's
   */
  public StepFailed(Cause cause) {
    super(cause.message(), null, false, false);
    this.cause = cause;
  }

  public Cause why() {
    return cause;
  }

  StepFailed of(String step) {
    return new StepFailed(cause.saying("step '" + step + "': " + cause.message()));
  }
}
