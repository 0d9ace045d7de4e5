package org.millrace.domain.document;

/** Whom documents belong to: a group of people with its workers, not a user. */
public record Space(String name) implements Comparable<Space> {
  /** Most characters of a name. */
  public static final int LONGEST = 255;

  public Space {
    if (name.isBlank() || name.length() > LONGEST) {
      throw new IllegalArgumentException("space: a name of 1 to " + LONGEST + " characters");
    }
  }

  @Override
  public int compareTo(Space other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
