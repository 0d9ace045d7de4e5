package org.millrace.domain.run;

import java.util.Optional;

/** What the node at the beginning of an edge tells the one at its end; told once. */
public enum EdgeMark {
  /** Go on. */
  TAKEN,
  /** Not this way: its condition does not hold, or nothing came to its beginning. */
  NOT_TAKEN,
  /** Neither: the edge is there for its values, and other edges say whether to go on. */
  PASSED,
  /** Not at all: what it would bring has failed. */
  BARRED,
  /** Its condition cannot be decided: a value that it names is missing. */
  UNDECIDED;

  /**
   * The mark of an edge without a condition once the node that it leaves has ended.
   *
   * @return empty if the edge has to wait for another end of that node
   */
  public static Optional<EdgeMark> after(NodeEnd end, FailurePolicy policy) {
    return switch (end) {
      case COMPLETED -> Optional.of(TAKEN);
      case SKIPPED -> Optional.of(NOT_TAKEN);
      case BARRED -> Optional.of(BARRED);
      case FAILED ->
          switch (policy) {
            case CONTINUE -> Optional.of(BARRED);
            case STOP, HOLD -> Optional.empty();
          };
    };
  }

  /** The same on an edge that is there for its values alone. */
  public EdgeMark ofValuesAlone() {
    return switch (this) {
      case TAKEN, NOT_TAKEN, PASSED -> PASSED;
      case BARRED, UNDECIDED -> this;
    };
  }
}
