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
   * @param places of those to begin with
   */
  record RewindBegun(List<Integer> places) implements RunEvent {
    public RewindBegun {
      places = List.copyOf(places);
    }
  }

  /** They are; its nodes were counted. */
  record Rewound(RunTally tally) implements RunEvent {}
}
