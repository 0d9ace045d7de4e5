package org.millrace.engine.runs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.transition.TransitionStore;
import org.millrace.engine.views.AttemptView;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore;

/** Tasks in memory, for one thread; of reads, those that runs make. */
final class StoredTasks implements ViewStore, TransitionStore {
  private static final RuntimeName RUNTIME = new RuntimeName("inprocess");

  private final Map<TaskId, TaskView> tasks = new TreeMap<>();
  private final List<Task> finals = new ArrayList<>();

  void insert(NewTask fresh) {
    put(fresh.task(), fresh.spec(), List.of());
    fresh
        .done()
        .ifPresent(done ->
            put(
                done.ended().task(),
                fresh.spec(),
                List.of(attempt(fresh.task().id(), Optional.empty(), done.report()))));
  }

  /** Its only attempt ended so; what follows in its run is for whoever asks {@link #finals}. */
  void end(TaskId id, Outcome outcome, AttemptReport report, Instant at) {
    TaskView view = find(id).orElseThrow();
    Task task = view.task();
    put(
        new Task(
            task.id(),
            task.owner(),
            task.lane(),
            task.retry(),
            task.limits(),
            outcome.state(),
            1,
            Optional.empty(),
            1,
            Optional.empty(),
            task.createdAt(),
            at,
            Optional.of(at),
            Optional.of(at),
            Optional.empty(),
            Optional.of(outcome),
            Optional.empty(),
            0,
            false),
        view.spec(),
        List.of(attempt(id, Optional.of(outcome), report)));
  }

  void forget(TaskId id) {
    tasks.remove(id);
  }

  /** Those that became final since this was last asked. */
  List<Task> finals() {
    List<Task> now = List.copyOf(finals);
    finals.clear();
    return now;
  }

  List<TaskView> all() {
    return List.copyOf(tasks.values());
  }

  private void put(Task task, TaskSpec spec, List<AttemptView> attempts) {
    tasks.put(task.id(), new TaskView(task, spec, attempts));
    if (task.state().isFinal()) {
      finals.add(task);
    }
  }

  private static AttemptView attempt(TaskId id, Optional<Outcome> outcome, AttemptReport report) {
    return new AttemptView(
        1,
        Handle.of(RUNTIME, "", id, 1),
        World.NOON,
        Optional.empty(),
        Optional.empty(),
        outcome,
        report);
  }

  @Override
  public Optional<Transition> apply(TaskId id, Change change) {
    return find(id)
        .map(view -> {
          Transition transition = change.decide().apply(view.task());
          if (transition instanceof Transition.Changed changed) {
            put(changed.task(), view.spec(), view.attempts());
          }
          return transition;
        });
  }

  @Override
  public Optional<TaskGlance> glance(TaskId id) {
    return find(id).map(view -> TaskGlance.of(view.task()));
  }

  @Override
  public Optional<TaskId> named(ExternalId name) {
    throw new UnsupportedOperationException("runs do not ask for it");
  }

  @Override
  public Optional<TaskView> find(TaskId id) {
    return Optional.ofNullable(tasks.get(id));
  }

  @Override
  public LaneLoad load(Lane lane, int most) {
    return new LaneLoad(0, 0);
  }

  @Override
  public boolean note(TaskId id, Lease lease, AttemptReport report) {
    throw new AssertionError("attempts note, not runs");
  }

  @Override
  public Page list(TaskQuery query) {
    throw new AssertionError("runs list no tasks");
  }

  @Override
  public List<HistoryEvent> history(HistoryQuery query) {
    throw new AssertionError("runs have a history of their own");
  }

  @Override
  public long newestEvent() {
    throw new AssertionError("runs have a history of their own");
  }

  @Override
  public Map<TaskState, Long> unfinished() {
    throw new AssertionError("runs count their nodes");
  }

  @Override
  public int ahead(TaskId id, int most) {
    throw new AssertionError("no lane is full");
  }

  @Override
  public List<Delivery> undelivered(int most) {
    throw new AssertionError("runs deliver nothing");
  }
}
