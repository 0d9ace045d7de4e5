package org.millrace.runtimes.container;

/** The engine answered, and not as was hoped. */
final class EngineRefused extends Exception {
  private static final long serialVersionUID = 1L;
  private final int status;

  EngineRefused(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** Of HTTP. */
  int status() {
    return status;
  }

  /** In the engine's words, on one line. */
  String words() {
    return String.valueOf(getMessage());
  }
}
