package org.millrace.engine.attempt;

import org.millrace.domain.task.Outcome;

/** An attempt cannot go on; carries the outcome to store. */
public final class AttemptFailed extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Outcome outcome;

  public AttemptFailed(Outcome outcome) {
    super(outcome.why().map(Object::toString).orElse("ended"), null, false, false);
    this.outcome = outcome;
  }

  public Outcome outcome() {
    return outcome;
  }
}
