package org.millrace.domain.task;

import java.util.regex.Pattern;

/**
 * Names one task for ever. Ids we make are 26 characters of lower-case base 32: 48 bits of time in
 * milliseconds, then 80 bits that grow within a millisecond, so that ids sort by creation.
 *
 * @param text one path element: letters, digits, {@code -} and {@code _}, at most 64 ({@code
 *     contracts/tes.md 1})
 */
public record TaskId(String text) implements Comparable<TaskId> {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  public TaskId {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("task id: 1 to 64 letters, digits, '-' or '_'");
    }
  }

  /** Whether a text that came from outside could name a task at all. */
  public static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }

  @Override
  public int compareTo(TaskId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
