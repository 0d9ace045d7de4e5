package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;
import static org.millrace.testkit.Fixtures.LANE;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.SOUTH;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.aDraft;
import static org.millrace.testkit.Fixtures.aHandle;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.Fixtures.executorFailed;
import static org.millrace.testkit.Fixtures.threeTimes;
import static org.millrace.testkit.TaskSteps.changeBy;
import static org.millrace.testkit.TaskSteps.leaseOf;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.Transition;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TransitionStore;
import org.millrace.engine.transition.TransitionStore.Change;
import org.millrace.engine.views.AttemptView;
import org.millrace.testkit.TaskFixture;

/** What {@link TransitionStore} promises. */
public abstract class TransitionStoreContract extends StoreContract {

  // The task

  @Test
  void the_decision_is_made_on_the_task_as_it_is_stored() {
    Task claimed = north.claimed(aTask());

    Transition decided =
        store
            .transitions()
            .apply(
                claimed.id(),
                new Change(at(1), Transition.Unchanged::new, AttemptNews.NONE, _ -> List.of()))
            .orElseThrow();

    assertThat(decided.task()).isEqualTo(claimed);
  }

  @Test
  void a_changed_task_is_stored_as_decided() {
    Task claimed = north.claimed(aTask());
    var begun = new TaskEvent.AttemptBegun(leaseOf(claimed), aHandle(claimed.id(), 1), at(1));

    Transition transition = north.apply(claimed, begun);

    assertThat(transition).isEqualTo(TaskMachine.apply(claimed, begun));
    assertThat(stored(claimed.id())).isEqualTo(transition.task());
    assertThat(store.views().glance(claimed.id()).orElseThrow().state())
        .isEqualTo(TaskState.INITIALIZING);
  }

  @Test
  void every_part_of_a_task_is_kept_through_its_life() {
    Task claimed =
        north.claimed(
            aTask()
                .of("ada")
                .retried(threeTimes())
                .limited(
                    new TimeLimits(
                        Optional.of(Duration.ofMinutes(15)),
                        Optional.empty(),
                        Optional.of(Duration.ofDays(1)))));
    Task putBack =
        step(claimed, new TaskEvent.PutBack(leaseOf(claimed), aCause("no-room"), at(3), at(2)));
    Task again = north.claimAll(LANE, putBack.dueAt()).getFirst().task();
    Task begun =
        step(again, new TaskEvent.AttemptBegun(leaseOf(again), aHandle(again.id(), 1), at(4)));
    Task started = step(begun, new TaskEvent.Started(leaseOf(begun), at(5)));
    Task handedOver = step(started, new TaskEvent.HandedOver(leaseOf(started), at(60), at(6)));
    Task answered =
        store.claims().takeUpAnswered(handedOver.id(), 1, SOUTH, at(7)).orElseThrow().task();
    Task retried =
        step(answered, new TaskEvent.Ended(leaseOf(answered), executorFailed(), 0, at(8)));
    Task second = north.claimAll(LANE, retried.dueAt()).getFirst().task();
    Task secondBegun =
        step(second, new TaskEvent.AttemptBegun(leaseOf(second), aHandle(second.id(), 2), at(10)));
    Task canceling = step(secondBegun, new TaskEvent.CancelRequested("bob", at(11)));
    Task left = step(canceling, new TaskEvent.LeaseEnded(leaseOf(canceling), at(12)));
    Task held = store.claims().takeUpAnswered(left.id(), 2, SOUTH, at(13)).orElseThrow().task();
    Task canceled = step(held, new TaskEvent.CancelFinished(leaseOf(held), at(14)));

    assertThat(canceled.state()).isEqualTo(TaskState.CANCELED);
    assertThat(canceled.leaseNumber()).isEqualTo(5);
    assertThat(canceled.cancellation())
        .hasValue(new Task.Cancellation("bob", at(11), TaskState.INITIALIZING));
  }

  @Test
  void every_outcome_is_kept() {
    List<Outcome> outcomes =
        List.of(
            completed(),
            new Outcome.ExecutorFailed(3, 137, aCause("executor-failed")),
            new Outcome.TimedOut(TimeLimits.Limit.RUN, Duration.ofMillis(1500), true),
            new Outcome.TimedOut(TimeLimits.Limit.QUEUE, Duration.ofDays(3), false),
            new Outcome.InputFailed(aCause("input-not-found"), true),
            new Outcome.OutputFailed(aCause("output-refused")),
            new Outcome.RuntimeFailed(aCause("runtime-failed"), false),
            new Outcome.Lost(aCause("lost"), true),
            new Outcome.Unplaceable(aCause("too-big")),
            new Outcome.Cancelled("o'hara"));

    for (int i = 0; i < outcomes.size(); i++) {
      Task ended = north.ended(aTask("t" + i), outcomes.get(i));

      assertThat(stored(ended.id())).isEqualTo(ended);
      assertThat(stored(ended.id()).outcome()).hasValue(outcomes.get(i));
      assertThat(attempt(ended.id(), 1).outcome()).hasValue(outcomes.get(i));
    }
  }

  @Test
  void a_task_that_is_not_there_gives_nothing() {
    var nobody = new TaskId("nobody");

    assertThat(
            store
                .transitions()
                .apply(
                    nobody,
                    changeBy(
                        new TaskEvent.CancelRequested("ada", at(1)),
                        new AttemptNews.Known(AttemptReport.EMPTY),
                        _ -> List.of(aDraft("ada", "never")))))
        .isEmpty();
    assertThat(store.transitions().note(nobody, new Lease(NORTH, 1), AttemptReport.EMPTY))
        .isFalse();
    assertThat(history()).isEmpty();
    assertThat(outbox()).isEmpty();
  }

  @Test
  void other_tasks_are_left_alone() {
    Task other = north.running(aTask("other"));
    Task running = north.running(aTask("one"));

    north.end(running, completed(), at(5));

    assertThat(stored(other.id())).isEqualTo(other);
    assertThat(attempt(other.id(), 1).endedAt()).isEmpty();
    assertThat(history(other.id())).hasSize(3);
  }

  // Its attempts

  @Test
  void an_attempt_begins_with_its_number_and_handle() {
    Task claimed = north.claimed(aTask());
    Handle handle = aHandle(claimed.id(), 1);

    north.apply(claimed, new TaskEvent.AttemptBegun(leaseOf(claimed), handle, at(1)));

    assertThat(view(claimed.id()).attempts())
        .containsExactly(
            new AttemptView(
                1,
                handle,
                at(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                AttemptReport.EMPTY));
  }

  @Test
  void an_attempt_may_begin_with_a_report() {
    Task claimed = north.claimed(aTask());
    AttemptReport first = AttemptReport.EMPTY.withNotes(List.of("cpu_cores is not enforced"));

    north.apply(
        claimed.id(),
        new TaskEvent.AttemptBegun(leaseOf(claimed), aHandle(claimed.id(), 1), at(1)),
        new AttemptNews.Known(first));

    assertThat(attempt(claimed.id(), 1).report()).isEqualTo(first);
  }

  @Test
  void an_attempt_is_told_twice_that_it_began_and_is_one() {
    Task preparing = north.preparing(aTask());

    Transition again =
        north.apply(
            preparing,
            new TaskEvent.AttemptBegun(leaseOf(preparing), aHandle(preparing.id(), 1), at(9)));

    assertThat(again).isEqualTo(new Transition.Unchanged(preparing));
    assertThat(view(preparing.id()).attempts()).hasSize(1);
    assertThat(stored(preparing.id())).isEqualTo(preparing);
  }

  @Test
  void an_attempt_knows_when_it_started_and_ended_and_how() {
    Task preparing = north.preparing(aTask());
    Task running = step(preparing, new TaskEvent.Started(leaseOf(preparing), at(5)));
    assertThat(attempt(running.id(), 1).startedAt()).hasValue(at(5));
    assertThat(attempt(running.id(), 1).endedAt()).isEmpty();
    assertThat(attempt(running.id(), 1).outcome()).isEmpty();

    north.end(running, executorFailed(), at(9));

    AttemptView ended = attempt(running.id(), 1);
    assertThat(ended.startedAt()).hasValue(at(5));
    assertThat(ended.endedAt()).hasValue(at(9));
    assertThat(ended.outcome()).hasValue(executorFailed());
  }

  @Test
  void a_retried_task_has_an_attempt_for_each_try() {
    Task retried = north.ended(aTask().retried(threeTimes()), executorFailed());
    Task second = north.begin(north.claimAll(LANE, retried.dueAt()).getFirst().task());
    north.end(second, completed(), at(30));

    assertThat(view(retried.id()).attempts())
        .extracting(AttemptView::number, AttemptView::handle, AttemptView::outcome)
        .containsExactly(
            tuple(1, aHandle(retried.id(), 1), Optional.of(executorFailed())),
            tuple(2, aHandle(retried.id(), 2), Optional.of(completed())));
    assertThat(attempt(retried.id(), 2).startedAt()).isEmpty();
  }

  @Test
  void an_attempt_that_has_ended_is_never_touched_again() {
    Task running = north.running(aTask().retried(threeTimes()));
    Task retried = north.end(running, executorFailed(), at(5));
    AttemptView before = attempt(retried.id(), 1);

    Task claimed = north.claimAll(LANE, retried.dueAt()).getFirst().task();
    assertThat(store.transitions().note(claimed.id(), leaseOf(claimed), someReport())).isFalse();
    north.apply(
        claimed.id(),
        new TaskEvent.PutBack(leaseOf(claimed), aCause("no-room"), at(8), at(7)),
        new AttemptNews.Known(someReport()));
    north.apply(
        claimed.id(),
        new TaskEvent.CancelRequested("ada", at(9)),
        new AttemptNews.Known(someReport()));

    assertThat(stored(retried.id()).outcome()).hasValue(new Outcome.Cancelled("ada"));
    assertThat(view(retried.id()).attempts()).containsExactly(before);
  }

  @Test
  void a_task_that_ends_before_its_first_attempt_has_none() {
    Task claimed = north.claimed(aTask());

    north.apply(
        claimed.id(),
        new TaskEvent.Ended(leaseOf(claimed), new Outcome.Unplaceable(aCause("too-big")), 0, at(1)),
        new AttemptNews.Known(someReport()));

    assertThat(stored(claimed.id()).state()).isEqualTo(TaskState.SYSTEM_ERROR);
    assertThat(view(claimed.id()).attempts()).isEmpty();
  }

  // What is known of an attempt

  @Test
  void a_change_brings_the_report_of_the_attempt_under_way() {
    Task preparing = north.preparing(aTask());

    north.apply(
        preparing.id(),
        new TaskEvent.Started(leaseOf(preparing), at(5)),
        new AttemptNews.Known(someReport()));

    assertThat(attempt(preparing.id(), 1).report()).isEqualTo(someReport());
    assertThat(attempt(preparing.id(), 1).startedAt()).hasValue(at(5));
  }

  @Test
  void the_last_change_of_an_attempt_brings_its_last_report() {
    Task running = north.running(aTask());
    store
        .transitions()
        .note(running.id(), leaseOf(running), AttemptReport.EMPTY.withCheckpoint("a", "b"));

    north.apply(
        running.id(),
        new TaskEvent.Ended(leaseOf(running), completed(), 0, at(5)),
        new AttemptNews.Known(someReport()));

    assertThat(attempt(running.id(), 1).report()).isEqualTo(someReport());
    assertThat(attempt(running.id(), 1).outcome()).hasValue(completed());
  }

  @Test
  void an_event_that_changes_nothing_may_bring_a_report() {
    Task running = north.running(aTask());

    Transition again =
        north.apply(
            running.id(),
            new TaskEvent.Started(leaseOf(running), at(9)),
            new AttemptNews.Known(someReport()));

    assertThat(again).isInstanceOf(Transition.Unchanged.class);
    assertThat(attempt(running.id(), 1).report()).isEqualTo(someReport());
  }

  @Test
  void a_change_without_a_report_keeps_the_one_there_is() {
    Task preparing = north.preparing(aTask());
    store.transitions().note(preparing.id(), leaseOf(preparing), someReport());

    step(preparing, new TaskEvent.Started(leaseOf(preparing), at(5)));

    assertThat(attempt(preparing.id(), 1).report()).isEqualTo(someReport());
  }

  @Test
  void a_late_event_brings_no_report() {
    Task running = north.running(aTask());

    north.apply(
        running.id(),
        new TaskEvent.Ended(new Lease(SOUTH, 1), completed(), 0, at(5)),
        new AttemptNews.Known(someReport()));

    assertThat(attempt(running.id(), 1).report()).isEqualTo(AttemptReport.EMPTY);
  }

  @Test
  void an_answer_is_added_to_what_was_known_of_the_attempt_that_it_ends() {
    Task running = handedOver(someReport());

    Transition ended = answered(running, completed(), new Value.Text("well"));

    assertThat(ended.task().state()).isEqualTo(TaskState.COMPLETE);
    assertThat(attempt(running.id(), 1).report())
        .isEqualTo(someReport().answered(new Value.Text("well"), at(9)));
    assertThat(attempt(running.id(), 1).report().steps())
        .containsExactly(
            entry("prepared", at(3)), entry("awaited", at(9)), entry("collected", at(9)));
    assertThat(attempt(running.id(), 1).endedAt()).hasValue(at(9));
  }

  @Test
  void an_answer_may_be_all_that_is_known_of_an_attempt() {
    Task running = handedOver(AttemptReport.EMPTY);

    answered(running, completed(), new Value.Text("well"));

    assertThat(attempt(running.id(), 1).report())
        .isEqualTo(AttemptReport.EMPTY.answered(new Value.Text("well"), at(9)));
  }

  @Test
  void an_answer_to_held_work_leaves_nothing() {
    Task running = north.running(aTask());
    long before = store.views().newestEvent();

    assertThat(answered(running, completed(), new Value.Text("well")))
        .isEqualTo(new Transition.Unchanged(running));

    assertThat(stored(running.id())).isEqualTo(running);
    assertThat(attempt(running.id(), 1).report()).isEqualTo(AttemptReport.EMPTY);
    assertThat(store.views().newestEvent()).isEqualTo(before);
  }

  @Test
  void a_late_answer_leaves_a_line_of_history_and_nothing_else() {
    Task running = handedOver(someReport());
    answered(running, completed(), new Value.Text("well"));

    assertThat(answered(running, completed(), new Value.Text("badly")))
        .isInstanceOf(Transition.Late.class);

    assertThat(attempt(running.id(), 1).report().value()).contains(new Value.Text("well"));
    assertThat(history(running.id()).getLast().kind()).isEqualTo(Kind.LATE);
  }

  @Test
  void an_answer_to_what_is_tried_again_or_put_off_stays_with_its_attempt() {
    Outcome failed = new Outcome.WorkFailed(aCause("failed"));
    Task retried = handedOver(aTask("retried").retried(threeTimes()), someReport());
    Task deferred = handedOver(aTask("deferred"), someReport());

    answered(retried, failed, new Value.Text("busy"));
    answered(deferred, new Outcome.Deferred(aCause("later")), new Value.Text("later"));

    assertThat(stored(retried.id()).state()).isEqualTo(TaskState.QUEUED);
    assertThat(attempt(retried.id(), 1).report().value()).contains(new Value.Text("busy"));
    assertThat(stored(deferred.id()).state()).isEqualTo(TaskState.WAITING);
    assertThat(attempt(deferred.id(), 1).report().value()).contains(new Value.Text("later"));
  }

  @Test
  void an_answer_to_what_is_being_stopped_ends_it_and_is_not_kept() {
    Task running = handedOver(aTask(), someReport());
    step(running, new TaskEvent.CancelRequested("ada", at(6)));

    answered(running, completed(), new Value.Text("well"));

    assertThat(stored(running.id()).state()).isEqualTo(TaskState.CANCELED);
    assertThat(attempt(running.id(), 1).report()).isEqualTo(someReport());
    assertThat(attempt(running.id(), 1).endedAt()).hasValue(at(9));
  }

  private Task handedOver(AttemptReport report) {
    return handedOver(aTask(), report);
  }

  private Task handedOver(TaskFixture task, AttemptReport report) {
    Task running = north.running(task);
    return north
        .apply(
            running.id(),
            new TaskEvent.HandedOver(leaseOf(running), at(100), at(5)),
            new AttemptNews.Known(report))
        .task();
  }

  private Transition answered(Task task, Outcome outcome, Value said) {
    return north.apply(
        task.id(),
        new TaskEvent.Answered(task.attempt(), outcome, 0, at(9)),
        new AttemptNews.Said(said));
  }

  @Test
  void a_note_replaces_the_report_and_changes_nothing_else() {
    Task running = north.running(aTask());
    long before = store.views().newestEvent();

    assertThat(
            store
                .transitions()
                .note(running.id(), leaseOf(running), AttemptReport.EMPTY.withCheckpoint("x", "y")))
        .isTrue();
    assertThat(store.transitions().note(running.id(), leaseOf(running), someReport())).isTrue();

    assertThat(attempt(running.id(), 1).report()).isEqualTo(someReport());
    assertThat(stored(running.id())).isEqualTo(running);
    assertThat(store.views().newestEvent()).isEqualTo(before);
  }

  @Test
  void a_note_under_a_lease_that_is_not_in_force_is_refused() {
    Task running = north.running(aTask());
    Lease lease = leaseOf(running);

    assertThat(note(running, new Lease(SOUTH, lease.number()))).isFalse();
    assertThat(note(running, new Lease(NORTH, lease.number() + 1))).isFalse();
    assertThat(note(running, new Lease(NORTH, lease.number() - 1))).isFalse();
    north.apply(running, new TaskEvent.LeaseEnded(lease, at(5)));
    assertThat(note(running, lease)).isFalse();
    assertThat(store.claims().takeUpAnswered(running.id(), 1, NORTH, at(6))).isPresent();
    assertThat(note(running, lease)).isFalse();

    assertThat(attempt(running.id(), 1).report()).isEqualTo(AttemptReport.EMPTY);
  }

  @Test
  void a_note_on_a_task_whose_attempt_has_not_begun_is_refused() {
    Task claimed = north.claimed(aTask());

    assertThat(note(claimed, leaseOf(claimed))).isFalse();
    assertThat(view(claimed.id()).attempts()).isEmpty();
  }

  @Test
  void every_part_of_a_report_is_kept() {
    Task running = north.running(aTask());
    AttemptReport full =
        new AttemptReport(
            Map.of("pid", "4711", "boot", ""),
            Map.of("prepared", at(1)),
            List.of(
                new ExecutorResult(
                    0,
                    OptionalInt.empty(),
                    false,
                    at(1),
                    at(2),
                    ExecutorResult.Usage.NONE,
                    "out\n",
                    "Stra\u00dfe \uD83D\uDE82 \uFFFD"),
                new ExecutorResult(
                    137,
                    OptionalInt.of(9),
                    true,
                    at(2),
                    at(3),
                    new ExecutorResult.Usage(
                        Optional.of(Duration.ofMillis(1234)), Optional.of(1L << 40), "cgroup-v1"),
                    "",
                    "Killed")),
            List.of(
                new StoredFile(
                    "https://data.example/in", "/in", 1L << 40, Optional.of("ab".repeat(32)))),
            List.of(new StoredFile("file:///out", "/out", 0, Optional.empty())),
            Optional.of("sha256:abc"),
            Optional.of(
                new Value.Fields(
                    Map.of(
                        "steps", new Value.Items(List.of(new Value.Numeral("1.0"), Value.NOTHING)),
                        "ok", new Value.Truth(true)))),
            List.of("one", "two"));

    store.transitions().note(running.id(), leaseOf(running), full);

    assertThat(attempt(running.id(), 1).report()).isEqualTo(full);
  }

  @Test
  void the_steps_of_a_report_keep_their_order() {
    Task running = north.running(aTask());
    AttemptReport report =
        AttemptReport.EMPTY
            .withStep("prepared", at(1))
            .withStep("started", at(2))
            .withStep("awaited", at(3))
            .withStep("collected", at(4));

    store.transitions().note(running.id(), leaseOf(running), report);

    assertThat(attempt(running.id(), 1).report().steps().keySet())
        .containsExactly("prepared", "started", "awaited", "collected");
  }

  // History

  @Test
  void each_change_leaves_a_line_of_history() {
    Task claimed = north.claimed(aTask().of("ada").retried(threeTimes()));
    Lease lease = leaseOf(claimed);
    step(claimed, new TaskEvent.AttemptBegun(lease, aHandle(claimed.id(), 1), at(1)));
    step(claimed, new TaskEvent.Started(lease, at(2)));
    step(claimed, new TaskEvent.Ended(lease, executorFailed(), 0, at(3)));
    step(claimed, new TaskEvent.CancelRequested("bob", at(4)));

    assertThat(history(claimed.id()))
        .extracting(
            HistoryEvent::at,
            HistoryEvent::kind,
            HistoryEvent::state,
            HistoryEvent::attempt,
            HistoryEvent::detail)
        .containsExactly(
            line(0, Kind.SUBMITTED, TaskState.QUEUED, 0, null),
            line(1, Kind.ATTEMPT_BEGUN, TaskState.INITIALIZING, 1, "sandbox"),
            line(2, Kind.STARTED, TaskState.RUNNING, 1, null),
            line(3, Kind.RETRIED, TaskState.QUEUED, 1, "executor-failed"),
            line(4, Kind.CANCELED, TaskState.CANCELED, 1, "cancelled"));
    assertThat(history()).extracting(HistoryEvent::owner).containsOnly(new Owner("ada"));
  }

  @Test
  void a_line_bears_the_time_of_the_change() {
    Task claimed = north.claimed(aTask());
    var event = new TaskEvent.CancelRequested("ada", at(5));

    store
        .transitions()
        .apply(
            claimed.id(),
            new Change(
                at(7), task -> TaskMachine.apply(task, event), AttemptNews.NONE, _ -> List.of()));

    assertThat(history().getLast().at()).isEqualTo(at(7));
  }

  @Test
  void a_late_event_leaves_a_line_of_history_and_nothing_else() {
    Task running = north.running(aTask());
    AttemptView before = attempt(running.id(), 1);

    Transition late =
        north.apply(running, new TaskEvent.Ended(new Lease(NORTH, 17), completed(), 0, at(5)));

    assertThat(late).isEqualTo(new Transition.Late(running, "Ended"));
    assertThat(stored(running.id())).isEqualTo(running);
    assertThat(attempt(running.id(), 1)).isEqualTo(before);
    HistoryEvent last = history().getLast();
    assertThat(last)
        .isEqualTo(
            new HistoryEvent(
                last.sequence(),
                running.id(),
                Owner.ANONYMOUS,
                at(5),
                Kind.LATE,
                TaskState.RUNNING,
                1,
                Optional.of("Ended")));
  }

  @Test
  void a_remark_is_a_line_of_history_and_nothing_else() {
    Task ended = north.ended(aTask("remarked"), completed());

    Transition noted = north.apply(ended, new TaskEvent.Remarked("somebody wrote 500", at(9)));

    assertThat(noted).isEqualTo(new Transition.Noted(ended, "somebody wrote 500"));
    assertThat(stored(ended.id())).isEqualTo(ended);
    assertThat(history().getLast().kind()).isEqualTo(Kind.REMARKED);
    assertThat(history().getLast().at()).isEqualTo(at(9));
    assertThat(history().getLast().detail()).contains("somebody wrote 500");
  }

  @Test
  void an_event_that_changes_nothing_leaves_no_line() {
    Task running = north.running(aTask());
    long before = store.views().newestEvent();

    north.apply(running, new TaskEvent.Started(leaseOf(running), at(9)));

    assertThat(store.views().newestEvent()).isEqualTo(before);
    assertThat(stored(running.id())).isEqualTo(running);
  }

  // What peers are told

  @Test
  void what_peers_are_told_is_stored_with_the_change_and_due_then() {
    Task claimed = north.claimed(aTask());

    store
        .transitions()
        .apply(
            claimed.id(),
            changeBy(
                new TaskEvent.CancelRequested("ada", at(5)),
                AttemptNews.NONE,
                changed ->
                    List.of(
                        aDraft("ada", changed.kind().name()),
                        aDraft("bob", changed.task().state().name()))));

    assertThat(store.deliveries().due(at(4), 9, 9)).isEmpty();
    assertThat(store.deliveries().due(at(5), 9, 9))
        .extracting(delivery -> delivery.draft())
        .containsExactly(aDraft("ada", "CANCELED"), aDraft("bob", "CANCELED"));
  }

  @Test
  void peers_are_told_of_nothing_that_did_not_change() {
    Task running = north.running(aTask());

    for (TaskEvent event :
        List.of(
            new TaskEvent.Started(leaseOf(running), at(1)),
            new TaskEvent.Started(new Lease(SOUTH, 9), at(1)))) {
      store
          .transitions()
          .apply(
              running.id(),
              changeBy(event, AttemptNews.NONE, _ -> List.of(aDraft("ada", "never"))));
    }

    assertThat(outbox()).isEmpty();
  }

  // Failures

  @Test
  void what_a_decision_throws_comes_out_and_nothing_is_stored() {
    Task running = north.running(aTask());
    long before = store.views().newestEvent();

    assertThatThrownBy(() ->
            store
                .transitions()
                .apply(
                    running.id(),
                    new Change(
                        at(1),
                        _ -> {
                          throw new Undecided();
                        },
                        new AttemptNews.Known(someReport()),
                        _ -> List.of())))
        .isInstanceOf(Undecided.class);

    assertThat(stored(running.id())).isEqualTo(running);
    assertThat(attempt(running.id(), 1).report()).isEqualTo(AttemptReport.EMPTY);
    assertThat(store.views().newestEvent()).isEqualTo(before);
  }

  @Test
  void where_peers_cannot_be_told_nothing_is_stored() {
    Task running = north.running(aTask());
    AttemptView before = attempt(running.id(), 1);
    int lines = history().size();

    assertThatThrownBy(() ->
            store
                .transitions()
                .apply(
                    running.id(),
                    changeBy(
                        new TaskEvent.Ended(leaseOf(running), completed(), 0, at(5)),
                        new AttemptNews.Known(someReport()),
                        _ -> {
                          throw new Undecided();
                        })))
        .isInstanceOf(Undecided.class);

    assertThat(stored(running.id())).isEqualTo(running);
    assertThat(attempt(running.id(), 1)).isEqualTo(before);
    assertThat(history()).hasSize(lines);
    assertThat(north.end(running, completed(), at(6)).state()).isEqualTo(TaskState.COMPLETE);
  }

  // At once

  @Test
  void of_many_ends_of_one_attempt_one_counts_and_the_others_are_late() throws Exception {
    Task running = north.running(aTask());
    List<Callable<Transition>> ends =
        IntStream.range(0, 40)
            .<Callable<Transition>>mapToObj(code ->
                () ->
                    north.apply(
                        running,
                        new TaskEvent.Ended(
                            leaseOf(running),
                            new Outcome.ExecutorFailed(0, code, aCause("failed")),
                            0,
                            at(5))))
            .toList();

    List<Transition> transitions = AtOnce.run(ends);

    assertThat(transitions).filteredOn(Transition.Late.class::isInstance).hasSize(39);
    Transition counted =
        transitions.stream()
            .filter(Transition.Changed.class::isInstance)
            .findAny()
            .orElseThrow(() -> new AssertionError("no end was accepted"));
    assertThat(stored(running.id())).isEqualTo(counted.task());
    assertThat(attempt(running.id(), 1).outcome()).isEqualTo(counted.task().outcome());
    assertThat(history(running.id()))
        .extracting(HistoryEvent::kind)
        .containsOnlyOnce(Kind.ENDED)
        .filteredOn(Kind.LATE::equals)
        .hasSize(39);
  }

  @Test
  void a_grant_and_a_change_never_overwrite_each_other() throws Exception {
    for (int round = 0; round < 30; round++) {
      var id = new TaskId("t" + round);
      north.submit(aTask(id.text()));
      List<Callable<Object>> both =
          List.of(
              () -> north.claimAll(LANE, at(1)),
              () ->
                  store
                      .transitions()
                      .apply(
                          id,
                          changeBy(
                              new TaskEvent.CancelRequested("ada", at(1)),
                              AttemptNews.NONE,
                              _ -> List.of())));

      List<Object> results = AtOnce.run(both);

      assertThat(stored(id).state()).isEqualTo(TaskState.CANCELED);
      assertThat(stored(id).lease()).isEmpty();
      assertThat(stored(id).leaseNumber())
          .isEqualTo(results.getFirst().equals(List.<Claimed>of()) ? 0 : 1);
    }
  }

  @Test
  void an_interrupted_caller_is_served_and_stays_interrupted() {
    Task running = north.running(aTask());

    assertThat(interrupted(() -> note(running, leaseOf(running)))).isTrue();
    assertThat(interrupted(() -> north.end(running, completed(), at(5))))
        .isEqualTo(stored(running.id()));
    assertThat(stored(running.id()).state()).isEqualTo(TaskState.COMPLETE);
  }

  /** A decision that cannot be made. */
  private static final class Undecided extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Takes a step and sees that it is stored. */
  private Task step(Task task, TaskEvent event) {
    Transition transition = north.apply(task, event);
    assertThat(transition).isInstanceOf(Transition.Changed.class);
    assertThat(stored(task.id())).isEqualTo(transition.task());
    return transition.task();
  }

  private boolean note(Task task, Lease lease) {
    return store.transitions().note(task.id(), lease, someReport());
  }

  private static AttemptReport someReport() {
    return AttemptReport.EMPTY
        .withCheckpoint("pid", "4711")
        .withStep("prepared", at(3))
        .withNotes(List.of("a remark"));
  }

  private static Tuple line(
      long seconds, Kind kind, TaskState state, int attempt, @Nullable String detail) {
    return tuple(at(seconds), kind, state, attempt, Optional.ofNullable(detail));
  }
}
