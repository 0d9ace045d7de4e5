package org.millrace.domain.task;

/**
 * A small file whose text others are to have.
 *
 * @param path absolute, as the executors see it
 */
public record SmallFile(String path, Form form) {
  /** What becomes of its text. */
  public enum Form {
    /** The text as it is, a line end at its end aside. */
    TEXT,
    /** A list of its lines; empty ones are left out. */
    LINES
  }
}
