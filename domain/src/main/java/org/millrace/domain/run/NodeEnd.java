package org.millrace.domain.run;

/** How a node ended. */
public enum NodeEnd {
  COMPLETED,
  FAILED,
  /** It had nothing to do: no edge into it was taken. */
  SKIPPED,
  /** Skipped because a node before it failed. */
  BARRED
}
