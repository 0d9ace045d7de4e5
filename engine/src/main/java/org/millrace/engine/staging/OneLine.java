package org.millrace.engine.staging;

/** Text that a task chose, fit to stand in a line for people. */
public final class OneLine {
  private static final int LONGEST = 500;

  private OneLine() {}

  /** Control characters become {@code ?}; what is longer than 500 characters ends in three dots. */
  public static String of(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
