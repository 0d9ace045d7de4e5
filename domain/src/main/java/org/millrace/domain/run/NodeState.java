package org.millrace.domain.run;

/** Where a node of a run is. */
public enum NodeState {
  /** Not every edge that enters it is marked. */
  WAITING,
  /** Nothing stands before it; it starts at the next turn of a run that starts anything. */
  READY,
  /** It has a task that has not ended. */
  ACTIVE,
  /** It was spread over a list, and not all of its items have ended. */
  SPREAD,
  /** It has a {@link NodeEnd}. */
  ENDED
}
