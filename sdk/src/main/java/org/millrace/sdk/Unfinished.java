package org.millrace.sdk;

import java.util.stream.IntStream;

/**
 * Which tasks are unfinished, and which of them run by themselves ({@code contracts/dane.md 4.8}).
 */
final class Unfinished {
  private static final int[] DONE_OR_WAITING = {State.SUCCESS, State.UNFINISHED_DEPENDENCY};
  private static final int[] STAY = {
    State.NO_ROUTE_TO_QUEUE,
    State.ERROR,
    State.BAD_REQUEST,
    State.ACCESS_DENIED,
    State.NOT_FOUND,
    State.QUEUED
  };

  private Unfinished() {}

  /** States that are left out, in the order in which the index is asked. */
  static int[] leftOut(boolean onlyRunnable) {
    return onlyRunnable
        ? IntStream.concat(IntStream.of(DONE_OR_WAITING), IntStream.of(STAY)).toArray()
        : DONE_OR_WAITING.clone();
  }

  static boolean counts(Task task, boolean onlyRunnable) {
    int state = task.state() == null ? State.CREATED : task.state();
    return IntStream.of(leftOut(onlyRunnable)).noneMatch(left -> left == state);
  }
}
