package org.millrace.runtimes.container;

/** The engine does not answer; it may again. Nothing is known of what was asked. */
final class EngineAway extends Exception {
  private static final long serialVersionUID = 1L;

  EngineAway(String message, Throwable cause) {
    super(message, cause);
  }
}
