package org.millrace.runtimes.inprocess;

import org.millrace.domain.failure.Cause;

/** What a handler was to do failed, and the attempt with it. */
public final class HandlerFailed extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Cause cause;

  /**
   * Says why.
   *
   * @param cause one that lies with the caller makes the task's own failure of it, another one this
   *     server's
   */
  public HandlerFailed(Cause cause) {
    super(cause.message(), null, false, false);
    this.cause = cause;
  }

  public Cause why() {
    return cause;
  }
}
