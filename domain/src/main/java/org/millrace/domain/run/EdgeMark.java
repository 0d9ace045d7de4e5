package org.millrace.domain.run;

import java.util.Optional;

/** What the node at the beginning of an edge tells the one at its end; told once. */
public enum EdgeMark {
  /** Go on. */
  TAKEN,
  /** Not this way: its condition does not hold, or nothing came to its beginning. */
  NOT_TAKEN,
  /** Not at all: what it would bring has failed. */
  BARRED;

  /**
   * The mark of an edge once the node that it leaves has ended.
   *
   * @param holds whether the edge's condition holds, asked of nodes that completed
   * @return empty if the edge has to wait for another end of that node
   */
  public static Optional<EdgeMark> after(NodeEnd end, boolean holds, FailurePolicy policy) {
    return switch (end) {
      case COMPLETED -> Optional.of(holds ? TAKEN : NOT_TAKEN);
      case SKIPPED -> Optional.of(NOT_TAKEN);
      case BARRED -> Optional.of(BARRED);
      case FAILED ->
          switch (policy) {
            case CONTINUE -> Optional.of(BARRED);
            case STOP, HOLD -> Optional.empty();
          };
    };
  }
}
