package org.millrace.engine.views;

import java.util.List;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.views.ViewStore.HistoryQuery;
import org.millrace.engine.views.ViewStore.LaneLoad;

/** What callers may see. Another user's task does not exist for them. Thread-safe. */
public final class TaskViews {
  private final ViewStore store;

  public TaskViews(ViewStore store) {
    this.store = store;
  }

  /**
   * Id and states.
   *
   * @throws Refusal {@code NotFound} if this caller sees no such task
   */
  public TaskGlance glance(TaskId id, Caller caller) {
    return store
        .glance(id)
        .filter(task -> caller.sees(task.owner()))
        .orElseThrow(() -> notFound(id));
  }

  /**
   * Everything of a task.
   *
   * @throws Refusal {@code NotFound} if this caller sees no such task
   */
  public TaskView find(TaskId id, Caller caller) {
    return store
        .find(id)
        .filter(view -> caller.sees(view.task().owner()))
        .orElseThrow(() -> notFound(id));
  }

  /** A page of what this caller may see. */
  public Page list(TaskQuery query, Caller caller) {
    return store.list(caller.onlyTasksOf().map(query::within).orElse(query));
  }

  /**
   * History after a cursor, of one task or of all this caller may see.
   *
   * @throws Refusal {@code NotFound} if this caller sees no such task
   */
  public List<HistoryEvent> history(long after, Optional<TaskId> task, int most, Caller caller) {
    task.ifPresent(id -> glance(id, caller));
    return store.history(new HistoryQuery(after, task, caller.onlyTasksOf(), most));
  }

  /** Cursor of the newest line of history. */
  public long newestEvent() {
    return store.newestEvent();
  }

  /** How busy a lane is; waiting and in flight counted up to {@code most} each. */
  public LaneLoad load(Lane lane, int most) {
    return store.load(lane, most);
  }

  private static Refusal notFound(TaskId id) {
    return new Refusal(new Failure.NotFound("task " + id));
  }
}
