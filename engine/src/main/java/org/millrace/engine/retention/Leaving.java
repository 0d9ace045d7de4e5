package org.millrace.engine.retention;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.retention.RetentionStore.Ended;

/**
 * Goes once through the tasks that ended in one state, in the order in which they ended: those that
 * runs keep are passed over, and not looked at again.
 */
final class Leaving {
  /** Read at once. */
  static final int PAGE = 1000;

  private final RetentionStore store;
  private final TaskState state;
  private final Deque<Ended> page = new ArrayDeque<>();
  private Optional<Ended> last = Optional.empty();
  private boolean isOver;

  Leaving(RetentionStore store, TaskState state) {
    this.store = store;
    this.state = state;
  }

  /** Whether all were gone through. */
  boolean isOver() {
    return isOver;
  }

  /**
   * The next ones that no run keeps, of those that ended not after then; perhaps none of a page.
   */
  List<TaskId> next(Instant then, int most) {
    if (page.isEmpty()) {
      page.addAll(store.endedBefore(state, then, last, PAGE));
      isOver = page.isEmpty();
    }
    List<TaskId> next = new ArrayList<>();
    while (!page.isEmpty() && next.size() < most) {
      Ended ended = page.remove();
      last = Optional.of(ended);
      if (!ended.isKept()) {
        next.add(ended.task());
      }
    }
    return next;
  }
}
