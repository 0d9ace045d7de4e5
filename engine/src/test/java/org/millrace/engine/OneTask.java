package org.millrace.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.Transition;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.dispatch.ClaimStore;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TransitionStore;

/** One task in memory that a worker has, and what was told of it; for one thread. */
public final class OneTask implements ClaimStore, TransitionStore {
  public static final TaskId ID = new TaskId("t");
  public static final RuntimeName RUNTIME = new RuntimeName("dane");
  private static final WorkerWork WORK =
      new WorkerWork("dane", "Video.ASR", "ASR", "a document", new Value.Fields(Map.of()));
  private static final TaskSpec SPEC =
      new TaskSpec(
          new Owner("dane"),
          "dane",
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          5,
          WORK,
          Resources.NONE,
          RetryPolicy.NEVER,
          TimeLimits.NONE,
          List.of());

  /** What was stored of it, a word for each transaction. */
  public final List<String> stored = new ArrayList<>();

  /** Runs before each transaction; what it throws keeps it from happening. */
  public Runnable beforeWrite = () -> {};

  public Task task = at(TaskState.RUNNING, 2, Optional.empty());

  /** What its last attempt left. */
  public Optional<Value> said = Optional.empty();

  /** The task as it stands in a state, with so many attempts begun. */
  public static Task at(TaskState state, int attempt, Optional<Lease> lease) {
    return new Task(
        ID,
        SPEC.owner(),
        new Lane("dane"),
        SPEC.retry(),
        SPEC.limits(),
        state,
        attempt,
        lease,
        lease.map(Lease::number).orElse(7L),
        state.isUnderWay() ? Optional.of(Handle.of(RUNTIME, "", ID, attempt)) : Optional.empty(),
        Instant.EPOCH,
        Instant.EPOCH,
        Optional.empty(),
        state.isFinal() ? Optional.of(Instant.EPOCH) : Optional.empty(),
        Optional.empty(),
        state.isFinal() ? Optional.of(new Outcome.Cancelled("ada")) : Optional.empty(),
        Optional.empty(),
        0,
        true);
  }

  private void write() {
    beforeWrite.run();
  }

  @Override
  public Optional<Claimed> takeUpAnswered(TaskId id, int attempt, ServerId server, Instant now) {
    write();
    if (!id.equals(ID)
        || task.attempt() != attempt
        || !task.state().isUnderWay()
        || task.lease().isPresent()) {
      return Optional.empty();
    }
    stored.add("taken up");
    task = at(task.state(), attempt, Optional.of(new Lease(server, task.leaseNumber() + 1)));
    return Optional.of(new Claimed(task, SPEC, AttemptReport.EMPTY));
  }

  @Override
  public Optional<Transition> apply(TaskId id, Change change) {
    write();
    if (!id.equals(ID)) {
      return Optional.empty();
    }
    Transition transition = change.decide().apply(task);
    switch (transition) {
      case Transition.Changed changed -> {
        stored.add(changed.kind().name());
        task = changed.task();
        said =
            switch (change.news()) {
              case AttemptNews.None() -> Optional.empty();
              case AttemptNews.Known(AttemptReport report) -> report.value();
              case AttemptNews.Said news when news.isLeftBy(changed) -> Optional.of(news.answer());
              case AttemptNews.Said _ -> Optional.empty();
            };
      }
      case Transition.Late late -> stored.add("late " + late.what());
      case Transition.Unchanged _ -> {}
      case Transition.Noted noted -> throw new AssertionError("remarked: " + noted.remark());
    }
    return Optional.of(transition);
  }

  @Override
  public boolean note(TaskId id, Lease lease, AttemptReport report) {
    return task.isHeldUnder(lease);
  }

  @Override
  public List<Lane> readyLanes(Instant now) {
    throw new AssertionError("nothing is dispatched here");
  }

  @Override
  public List<Claimed> claimReady(
      LaneRule rule, Optional<Owner> servedLast, ServerId server, Instant now) {
    throw new AssertionError("nothing is dispatched here");
  }

  @Override
  public List<Claimed> takeUp(Set<String> sites, ServerId server, Instant now, int most) {
    throw new AssertionError("nothing is looked at here");
  }
}
