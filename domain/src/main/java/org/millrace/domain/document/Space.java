package org.millrace.domain.document;

/** Whom documents belong to: a group of people with its workers, not a user. */
public record Space(String name) implements Comparable<Space> {
  public Space {
    if (name.isBlank() || name.length() > 255) {
      throw new IllegalArgumentException("space: a name of 1 to 255 characters");
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
