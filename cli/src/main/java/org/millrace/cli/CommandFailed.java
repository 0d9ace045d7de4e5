package org.millrace.cli;

/** A command cannot do what it was asked to; ends it with one line and an exit code. */
final class CommandFailed extends Exception {
  private static final long serialVersionUID = 1L;
  private final int exitCode;

  /** The message says what is wrong, where, and what to do; free of secrets. */
  CommandFailed(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
