package org.millrace.domain.task;

/** Where ready tasks wait for room. The name tells kind of work and routing, never the owner. */
public record Lane(String name) {
  private static final int LONGEST = 300; // a family and the longest routing key

  public Lane {
    if (name.isBlank() || name.length() > LONGEST) {
      throw new IllegalArgumentException("lane: a name of 1 to " + LONGEST + " characters");
    }
  }

  /** The lane of one route within a family: {@code dane:Video.ASR}. */
  public static Lane of(String family, String route) {
    return new Lane(family + ':' + route);
  }

  /** The lane whose rule holds for all of its family: {@code dane} for {@code dane:Video.ASR}. */
  public Lane family() {
    int colon = name.indexOf(':');
    return colon > 0 ? new Lane(name.substring(0, colon)) : this;
  }

  @Override
  public String toString() {
    return name;
  }
}
