package org.millrace.domain.run;

/**
 * What has been told to a node over the edges that enter it.
 *
 * @param open edges that are not marked yet
 * @param taken marked {@link EdgeMark#TAKEN}
 * @param barred marked {@link EdgeMark#BARRED}
 * @param undecided marked {@link EdgeMark#UNDECIDED}
 */
public record Entries(int open, int taken, int barred, int undecided) {
  public Entries {
    if (open < 0 || taken < 0 || barred < 0 || undecided < 0) {
      throw new IllegalArgumentException(
          "no edges: " + open + ", " + taken + ", " + barred + ", " + undecided);
    }
  }

  /** What a node does that has been told so much. */
  public enum Step {
    WAIT,
    START,
    SKIP,
    /** Skip, and tell those after it why. */
    BAR,
    /** Whether to start cannot be decided. */
    FAIL
  }

  /** Of a node that so many edges enter, none of them marked. */
  public static Entries of(int edges) {
    return new Entries(edges, 0, 0, 0);
  }

  /**
   * With one more edge marked.
   *
   * @throws IllegalStateException if all are
   */
  public Entries with(EdgeMark mark) {
    if (open == 0) {
      throw new IllegalStateException("every edge is marked, and another mark came: " + mark);
    }
    return new Entries(
        open - 1,
        taken + (mark == EdgeMark.TAKEN ? 1 : 0),
        barred + (mark == EdgeMark.BARRED ? 1 : 0),
        undecided + (mark == EdgeMark.UNDECIDED ? 1 : 0));
  }

  /**
   * What follows.
   *
   * @param leading how many edges say whether the node is come to at all: one that none enters
   *     starts
   */
  public Step step(int leading) {
    if (open > 0) {
      return Step.WAIT;
    }
    if (barred > 0) {
      return Step.BAR;
    }
    if (undecided > 0) {
      return Step.FAIL;
    }
    return leading == 0 || taken > 0 ? Step.START : Step.SKIP;
  }
}
