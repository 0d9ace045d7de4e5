package org.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.Transition;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.submission.IntakeStore.Taken;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TransitionStore.Change;

/**
 * Brings tasks to where a test begins, by the steps the engine takes: submitted, claimed, begun,
 * started, handed over, ended. Each step happens at the time the task is due, unless another is
 * given.
 *
 * @param server who takes the steps; must have been announced
 */
public record TaskSteps(StorePorts store, ServerId server) {

  /** Stores tasks, in this order. */
  public void submit(TaskFixture... tasks) {
    for (TaskFixture task : tasks) {
      assertThat(store.intake().insert(task.newTask())).isEqualTo(new Taken.Stored());
    }
  }

  /** Stores a task and claims it. Fails where others are ready in its lane. */
  public Task claimed(TaskFixture task) {
    submit(task);
    List<Claimed> granted = claimAll(task.lane(), task.task().dueAt());
    assertThat(granted)
        .as("only %s ready in its lane", task.id())
        .extracting(claimed -> claimed.task().id())
        .containsExactly(task.id());
    return granted.getFirst().task();
  }

  /** As {@link #claimed}, and an attempt has begun at {@link Fixtures#HERE}. */
  public Task preparing(TaskFixture task) {
    return preparing(task, Fixtures.HERE);
  }

  /** As {@link #claimed}, and an attempt has begun at this site. */
  public Task preparing(TaskFixture task, String site) {
    return begin(claimed(task), site);
  }

  /** As {@link #preparing}, and the attempt has started. */
  public Task running(TaskFixture task) {
    return running(task, Fixtures.HERE);
  }

  /** As {@link #preparing(TaskFixture, String)}, and the attempt has started. */
  public Task running(TaskFixture task, String site) {
    Task preparing = preparing(task, site);
    return apply(preparing, new TaskEvent.Started(leaseOf(preparing), preparing.dueAt())).task();
  }

  /** As {@link #running}, and nobody holds it until it is looked at. */
  public Task handedOver(TaskFixture task, Instant lookAt) {
    return handedOver(task, Fixtures.HERE, lookAt);
  }

  /** As {@link #running(TaskFixture, String)}, and nobody holds it until it is looked at. */
  public Task handedOver(TaskFixture task, String site, Instant lookAt) {
    Task running = running(task, site);
    return apply(running, new TaskEvent.HandedOver(leaseOf(running), lookAt, running.dueAt()))
        .task();
  }

  /** As {@link #running}, and it has ended so; the task may be retried. */
  public Task ended(TaskFixture task, Outcome outcome) {
    Task running = running(task);
    return end(running, outcome, running.dueAt());
  }

  /** Begins the next attempt of a claimed task at {@link Fixtures#HERE}. */
  public Task begin(Task claimed) {
    return begin(claimed, Fixtures.HERE);
  }

  /** Begins the next attempt of a claimed task. */
  public Task begin(Task claimed, String site) {
    Handle handle = Fixtures.aHandle(claimed.id(), claimed.attempt() + 1, site);
    return apply(claimed, new TaskEvent.AttemptBegun(leaseOf(claimed), handle, claimed.dueAt()))
        .task();
  }

  /** Ends the attempt of a task in custody; a retry comes as soon as its policy allows. */
  public Task end(Task held, Outcome outcome, Instant at) {
    return apply(held, new TaskEvent.Ended(leaseOf(held), outcome, 0, at)).task();
  }

  /** What {@link TaskMachine} makes of the event, stored. */
  public Transition apply(Task task, TaskEvent event) {
    return apply(task.id(), event, AttemptNews.NONE);
  }

  /** What {@link TaskMachine} makes of the event, stored with news of the attempt. */
  public Transition apply(TaskId task, TaskEvent event, AttemptNews news) {
    return store
        .transitions()
        .apply(task, changeBy(event, news, _ -> List.of()))
        .orElseThrow(() -> new AssertionError("no task " + task));
  }

  /** The change that an event makes. */
  public static Change changeBy(
      TaskEvent event, AttemptNews news, Function<Transition.Changed, List<Delivery.Draft>> tell) {
    return new Change(event.at(), task -> TaskMachine.apply(task, event), news, tell);
  }

  /** All that is ready in a lane, whatever is in flight. */
  public List<Claimed> claimAll(Lane lane, Instant now) {
    return store
        .claims()
        .claimReady(
            new LaneRule(lane, Integer.MAX_VALUE, Counts.ALL, WhenFull.WAIT),
            Optional.empty(),
            server,
            now);
  }

  /** The lease of a task in custody. */
  public static Lease leaseOf(Task held) {
    return held.lease()
        .orElseThrow(() -> new AssertionError(held.id() + " is in nobody's custody"));
  }
}
