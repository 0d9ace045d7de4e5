package org.millrace.domain.task;

import java.time.Instant;
import java.util.Optional;
import org.millrace.domain.caller.Owner;

/**
 * One line of a task's history, stored with the change it tells of.
 *
 * @param sequence grows by one history; the cursor of those who follow it
 */
public record HistoryEvent(
    long sequence,
    TaskId task,
    Owner owner,
    Instant at,
    Kind kind,
    TaskState state,
    int attempt,
    Optional<String> detail) {

  /** What happened. */
  public enum Kind {
    SUBMITTED,
    ATTEMPT_BEGUN,
    PUT_BACK,
    STARTED,
    HANDED_OVER,
    ENDED,
    RETRIED,
    /** The attempt ended undone, and waits for something else. */
    DEFERRED,
    /** What it was deferred for, or lacked when it failed, may have been done. */
    WOKEN,
    /** It is to be done once more, on request. */
    ASKED_AGAIN,
    CANCEL_REQUESTED,
    CANCELED,
    LEASE_ENDED,
    /** Came from an overtaken attempt or lease and changed nothing. */
    LATE,
    /** Somebody said something of it, which changed nothing. */
    REMARKED
  }
}
