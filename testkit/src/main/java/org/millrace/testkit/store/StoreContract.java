package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.SOUTH;
import static org.millrace.testkit.Fixtures.at;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.StorePorts;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.views.AttemptView;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore.HistoryQuery;
import org.millrace.testkit.TaskSteps;

/**
 * What the contracts of all store ports begin with: a fresh store, and two servers that are alive
 * for an hour.
 */
public abstract class StoreContract {
  StorePorts store;
  TaskSteps north;
  TaskSteps south;

  /**
   * A store with nothing in it, independent of those opened before. Called once before each test,
   * after the fields that JUnit fills are filled; what was opened is closed by the adapter's own
   * {@code @AfterEach}.
   */
  protected abstract StorePorts open() throws Exception;

  @BeforeEach
  void beginWithAFreshStore() throws Exception {
    store = open();
    store.heartbeats().announce(NORTH, at(3600));
    store.heartbeats().announce(SOUTH, at(3600));
    north = new TaskSteps(store, NORTH);
    south = new TaskSteps(store, SOUTH);
  }

  /** Calls while this thread is interrupted, and sees that it still is afterwards. */
  static <T> T interrupted(Supplier<T> call) {
    Thread.currentThread().interrupt();
    try {
      return call.get();
    } finally {
      assertThat(Thread.interrupted()).as("the interruption is left pending").isTrue();
    }
  }

  TaskView view(TaskId id) {
    return store.views().find(id).orElseThrow(() -> new AssertionError("no task " + id));
  }

  Task stored(TaskId id) {
    return view(id).task();
  }

  AttemptView attempt(TaskId id, int number) {
    return view(id).attempts().get(number - 1);
  }

  List<HistoryEvent> history() {
    return store
        .views()
        .history(new HistoryQuery(0, Optional.empty(), Optional.empty(), Integer.MAX_VALUE));
  }

  List<HistoryEvent> history(TaskId id) {
    return store
        .views()
        .history(new HistoryQuery(0, Optional.of(id), Optional.empty(), Integer.MAX_VALUE));
  }

  /** What waits in the outbox at the end of the hour, in the order it was written. */
  List<Delivery> outbox() {
    return store.deliveries().due(at(3600), Integer.MAX_VALUE, Integer.MAX_VALUE).stream()
        .sorted(Comparator.comparingLong(Delivery::id))
        .toList();
  }
}
