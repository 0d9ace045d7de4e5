package org.millrace.cli;

/** Colours states, where colours are wanted. */
record Ink(boolean colour) {
  private static final int RED = 31;
  private static final int GREEN = 32;
  private static final int YELLOW = 33;
  private static final int CYAN = 36;

  /** A state, perhaps padded with spaces, in the colour of its kind. */
  String state(String text) {
    if (!colour) {
      return text;
    }
    return switch (text.strip()) {
      case "COMPLETE", "COMPLETED" -> in(GREEN, text);
      case "EXECUTOR_ERROR", "SYSTEM_ERROR", "FAILED" -> in(RED, text);
      case "CANCELED", "CANCELING", "STOPPING", "PAUSED", "BARRED" -> in(YELLOW, text);
      case "INITIALIZING", "RUNNING", "ACTIVE", "SPREAD", "REWINDING" -> in(CYAN, text);
      default -> text;
    };
  }

  private static String in(int colour, String text) {
    return "\u001b[" + colour + "m" + text + "\u001b[0m";
  }
}
