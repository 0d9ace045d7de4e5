package org.millrace.domain.run;

/** What becomes of a run when one of its nodes fails. */
public enum FailurePolicy {
  /** Nothing new starts, what runs is cancelled, and the run ends. */
  STOP,
  /** What depends on the node is skipped; the rest goes on. */
  CONTINUE,
  /** What depends on the node waits, and the run stays open, until the node is tried again. */
  HOLD
}
