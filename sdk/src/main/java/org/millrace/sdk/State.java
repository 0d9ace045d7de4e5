package org.millrace.sdk;

import java.util.Set;

/**
 * The numbers that DANE gives to states ({@code contracts/dane.md 4.1}). A worker may answer any
 * other number too: it is stored, and nothing runs the task again by itself.
 */
public final class State {
  /** With the broker: waiting for a worker, or being worked on. */
  public static final int QUEUED = 102;

  /** Done. */
  public static final int SUCCESS = 200;

  /** Registered, not acted upon. */
  public static final int CREATED = 201;

  /** Reset by hand. */
  public static final int TASK_RESET = 205;

  /** Document or task are malformed. */
  public static final int BAD_REQUEST = 400;

  /** No access to the source material. */
  public static final int ACCESS_DENIED = 403;

  /** The source material was not found. */
  public static final int NOT_FOUND = 404;

  /** Waits for another task of the document. */
  public static final int UNFINISHED_DEPENDENCY = 412;

  /** No queue took it. */
  public static final int NO_ROUTE_TO_QUEUE = 422;

  /** Processing failed. */
  public static final int ERROR = 500;

  /** The input was invalid or partial; run again by itself. */
  public static final int ERROR_INVALID_INPUT = 502;

  /** A remote service answered with an error; run again by itself. */
  public static final int ERROR_PROXY = 503;

  private static final Set<Integer> RUNNABLE =
      Set.of(CREATED, TASK_RESET, UNFINISHED_DEPENDENCY, ERROR_INVALID_INPUT, ERROR_PROXY);

  private State() {}

  /** Whether {@code run} queues a task of this state ({@code 4.2}). */
  static boolean runs(int state) {
    return RUNNABLE.contains(state);
  }

  /** Whether {@code retry} queues a task of this state when it is not forced ({@code 4.4}). */
  static boolean retries(int state) {
    return state != QUEUED && state != SUCCESS;
  }
}
