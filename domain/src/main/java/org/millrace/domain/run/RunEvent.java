package org.millrace.domain.run;

import java.util.List;

/** What happens to a run as a whole. */
public sealed interface RunEvent {
  /** Its last node is stored. */
  record Arrived() implements RunEvent {}

  record PauseRequested() implements RunEvent {}

  record ResumeRequested() implements RunEvent {}

  record CancelRequested(String by) implements RunEvent {}

  /**
   * Nodes are about to be made anew.
   *
   * @param seenRewinds how often they were before, by {@link Run#rewinds}, when that was decided:
   *     if they were once more since, it does not fit
   * @param places of those to begin with
   */
  record RewindBegun(int seenRewinds, List<Integer> places) implements RunEvent {
    public RewindBegun {
      places = List.copyOf(places);
    }
  }

  /**
   * They are.
   *
   * @param rewind which time that was, by {@link Run#rewinds}: whoever is late changes nothing
   * @param tally of its nodes afterwards
   */
  record Rewound(int rewind, RunTally tally) implements RunEvent {}
}
