package org.millrace.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore;

/** Reads as another store does, and lets a test act at the moments that matter. */
record WatchedViewStore(
    ViewStore store,
    AtomicReference<Runnable> afterHistory,
    AtomicReference<Runnable> beforeGlance,
    AtomicInteger finds)
    implements ViewStore {

  @Override
  public List<HistoryEvent> history(HistoryQuery query) {
    List<HistoryEvent> events = store.history(query);
    afterHistory.get().run();
    return events;
  }

  @Override
  public Optional<TaskGlance> glance(TaskId id) {
    beforeGlance.get().run();
    return store.glance(id);
  }

  @Override
  public Optional<TaskId> named(ExternalId name) {
    return store.named(name);
  }

  @Override
  public Optional<TaskView> find(TaskId id) {
    finds.incrementAndGet();
    return store.find(id);
  }

  @Override
  public Page list(TaskQuery query) {
    return store.list(query);
  }

  @Override
  public long newestEvent() {
    return store.newestEvent();
  }

  @Override
  public LaneLoad load(Lane lane, int most) {
    return store.load(lane, most);
  }

  @Override
  public Map<TaskState, Long> unfinished() {
    return store.unfinished();
  }

  @Override
  public int ahead(TaskId id, int most) {
    return store.ahead(id, most);
  }

  @Override
  public List<Delivery> undelivered(int most) {
    return store.undelivered(most);
  }
}
