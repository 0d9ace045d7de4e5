package org.millrace.domain.task;

/**
 * Names one task for ever. Ids we make are 26 characters of lower-case base 32: 48 bits of time in
 * milliseconds, then 80 bits that grow within a millisecond, so that ids sort by creation.
 *
 * @param text one path element: letters, digits, {@code -} and {@code _}, at most 64 ({@code
 *     contracts/tes.md 1})
 */
public record TaskId(String text) implements Comparable<TaskId> {
  private static final int LONGEST = 64;

  public TaskId {
    if (!isValid(text)) {
      throw new IllegalArgumentException("task id: 1 to 64 letters, digits, '-' or '_'");
    }
  }

  /** Whether a text that came from outside could name a task at all. */
  public static boolean isValid(String text) {
    return !text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(TaskId::isFit);
  }

  private static boolean isFit(int letter) {
    return (letter >= 'a' && letter <= 'z')
        || (letter >= 'A' && letter <= 'Z')
        || (letter >= '0' && letter <= '9')
        || letter == '-'
        || letter == '_';
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
