package org.millrace.sdk;

/**
 * Thrown by a callback that does not want this task now: it goes back to the queue, unanswered
 * ({@code contracts/dane.md 3.5}). The broker gives it out again at once, to this worker too, so
 * wait a little before refusing when nobody else might take it.
 */
public final class RefuseTask extends DaneException {
  /** Refuses for this reason, which is logged. */
  public RefuseTask(String reason) {
    super(reason);
  }
}
