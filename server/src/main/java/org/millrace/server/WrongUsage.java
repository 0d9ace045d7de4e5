package org.millrace.server;

/** What was asked for cannot be meant; the message says what is wrong, in a line. */
final class WrongUsage extends Exception {
  private static final long serialVersionUID = 1L;

  WrongUsage(String message) {
    super(message);
  }
}
