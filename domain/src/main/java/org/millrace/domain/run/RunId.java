package org.millrace.domain.run;

import java.util.regex.Pattern;

/**
 * Names one run for ever; made like the ids of tasks, so that runs sort by creation.
 *
 * @param text one path element: letters, digits, {@code -} and {@code _}, at most 64
 */
public record RunId(String text) implements Comparable<RunId> {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  public RunId {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("run id: 1 to 64 letters, digits, '-' or '_'");
    }
  }

  /** Whether a text that came from outside could name a run at all. */
  public static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }

  @Override
  public int compareTo(RunId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
