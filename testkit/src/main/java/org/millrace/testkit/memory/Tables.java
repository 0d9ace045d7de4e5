package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.submission.IntakeStore.Done;
import org.millrace.engine.submission.IntakeStore.NewTask;

/**
 * What is stored, and the one lock around it. Whoever changes anything first computes everything
 * that may fail, so that a failure leaves nothing half done.
 */
final class Tables {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<TaskId, TaskRow> byId = new TreeMap<>();
  private final NavigableMap<Long, TaskRow> bySequence = new TreeMap<>();
  private final NavigableMap<Long, TaskRow> unfinished = new TreeMap<>();
  private final Map<ExternalId, TaskId> externalIds = new LinkedHashMap<>();
  private final List<HistoryEvent> history = new ArrayList<>();
  private final Map<String, ServerRow> servers = new TreeMap<>();
  private final NavigableMap<Long, DeliveryRow> deliveries = new TreeMap<>();
  private final RunTables runs = new RunTables();
  private final DocumentTables documents = new DocumentTables();
  private long lastDelivery;
  private long lastSequence;
  private long newestEvent;

  /** Does all of it before anybody else does anything. */
  <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  Optional<TaskRow> find(TaskId id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** In the order of submission. */
  Stream<TaskRow> all() {
    return bySequence.values().stream();
  }

  /** In the order of submission. */
  Stream<TaskRow> unfinished() {
    return unfinished.values().stream();
  }

  Stream<TaskRow> unfinished(Lane lane) {
    return unfinished().filter(row -> row.task().lane().equals(lane));
  }

  NavigableMap<Long, TaskRow> bySequence() {
    return bySequence;
  }

  /** A task that is not there yet, with all that begins with it. */
  void insert(NewTask fresh) {
    Task task = fresh.task();
    if (find(task.id()).isPresent()) {
      throw new IllegalArgumentException("task " + task.id() + " is stored already: take a new id");
    }
    var row = new TaskRow(++lastSequence, task, fresh.spec());
    byId.put(task.id(), row);
    bySequence.put(row.sequence(), row);
    save(row, task);
    fresh.externalId().ifPresent(name -> externalIds.put(name, task.id()));
    record(task, task.createdAt(), Kind.SUBMITTED, Optional.empty());
    fresh.done().ifPresent(done -> storeDone(row, done, task.createdAt()));
    post(fresh.deliveries(), task.createdAt());
  }

  private void storeDone(TaskRow row, Done done, Instant at) {
    Task ended = done.ended().task();
    save(row, ended);
    row.begin(ended.attempt(), done.handle(), at);
    row.start(at);
    row.report(done.report());
    row.end(done.ended().attemptEnded().orElseThrow(), at);
    record(ended, at, done.ended().kind(), done.ended().detail());
  }

  void save(TaskRow row, Task task) {
    row.replace(task);
    if (task.state().isFinal()) {
      unfinished.remove(row.sequence());
    } else {
      unfinished.put(row.sequence(), row);
    }
  }

  /** With all that belongs to it. */
  void remove(TaskRow row) {
    TaskId id = row.task().id();
    byId.remove(id);
    bySequence.remove(row.sequence());
    unfinished.remove(row.sequence());
    externalIds.values().removeIf(id::equals);
    history.removeIf(event -> event.task().equals(id));
  }

  Map<ExternalId, TaskId> externalIds() {
    return externalIds;
  }

  void record(Task task, Instant at, Kind kind, Optional<String> detail) {
    history.add(
        new HistoryEvent(
            ++newestEvent,
            task.id(),
            task.owner(),
            at,
            kind,
            task.state(),
            task.attempt(),
            detail));
  }

  long newestEvent() {
    return newestEvent;
  }

  List<HistoryEvent> historyAfter(long cursor) {
    int from = 0;
    int to = history.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (history.get(middle).sequence() <= cursor) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return history.subList(from, history.size());
  }

  Map<String, ServerRow> servers() {
    return servers;
  }

  /** Whether leases may be granted to this server now. */
  boolean isInForce(ServerId server, Instant now) {
    ServerRow row = servers.get(server.text());
    return row != null && !row.dead() && row.aliveUntil().isAfter(now);
  }

  RunTables runs() {
    return runs;
  }

  DocumentTables documents() {
    return documents;
  }

  void post(List<Delivery.Draft> drafts, Instant at) {
    for (Delivery.Draft draft : drafts) {
      long id = ++lastDelivery;
      deliveries.put(id, new DeliveryRow(new Delivery(id, draft, 0, at, Optional.empty()), false));
    }
  }

  NavigableMap<Long, DeliveryRow> deliveries() {
    return deliveries;
  }

  /** A server that was announced. */
  record ServerRow(Instant aliveUntil, boolean dead) {}

  /** A delivery that has not arrived. */
  record DeliveryRow(Delivery delivery, boolean givenUp) {}
}
