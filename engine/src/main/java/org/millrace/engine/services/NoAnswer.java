package org.millrace.engine.services;

import org.millrace.domain.failure.Cause;

/** A service gave no answer, or none that could be used. */
public final class NoAnswer extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Cause cause;
  private final boolean passing;

  /** {@code passing} if asking again later may go better. */
  public NoAnswer(Cause cause, boolean passing) {
    super(cause.message(), null, false, false);
    this.cause = cause;
    this.passing = passing;
  }

  public Cause why() {
    return cause;
  }

  public boolean isPassing() {
    return passing;
  }
}
