package org.millrace.engine.documents;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore;

/**
 * Which tasks will not be taken up in a while, as far as one can know: their lane is full, what
 * serves it is away, or they were put off. For one who waits; one thread.
 */
final class HeldBack {
  private final ViewStore tasks;
  private final Lanes lanes;
  private final Predicate<Lane> isAway;
  private final Instant until;

  /** Lanes that were found full: asked once, however many tasks wait in them. */
  private final Set<Lane> full = new HashSet<>();

  /**
   * Looks at them for one who waits.
   *
   * @param isAway whether what serves a lane takes nothing now
   * @param until for how long it would wait
   */
  HeldBack(ViewStore tasks, Lanes lanes, Predicate<Lane> isAway, Instant until) {
    this.tasks = tasks;
    this.lanes = lanes;
    this.isAway = isAway;
    this.until = until;
  }

  boolean has(TaskId id) {
    return find(id).filter(this::isHeldBack).isPresent();
  }

  private Optional<Task> find(TaskId id) {
    return tasks.find(id).map(TaskView::task);
  }

  private boolean isHeldBack(Task task) {
    if (task.state() == TaskState.WAITING) {
      return task.waitsFor().isPresent(); // else it was not asked for yet
    }
    return isReady(task)
        && (task.dueAt().isAfter(until) || isAway.test(task.lane()) || isLeftOut(task));
  }

  private static boolean isReady(Task task) {
    return task.state() == TaskState.QUEUED && task.lease().isEmpty();
  }

  /** Claimed meanwhile, it may be what has filled its lane itself: so it is looked at again. */
  private boolean isLeftOut(Task task) {
    return isFull(task.lane()) && find(task.id()).filter(HeldBack::isReady).isPresent();
  }

  private boolean isFull(Lane lane) {
    if (!full.contains(lane)) {
      int limit = lanes.rule(lane).limit();
      if (tasks.load(lane, limit).inFlight() < limit) {
        return false;
      }
      full.add(lane);
    }
    return true;
  }
}
