package org.millrace.domain.task;

/** Where ready tasks wait for room. The name tells kind of work and routing, never the owner. */
public record Lane(String name) {
  public Lane {
    if (name.isBlank() || name.length() > 200) {
      throw new IllegalArgumentException("lane: a name of 1 to 200 characters");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
