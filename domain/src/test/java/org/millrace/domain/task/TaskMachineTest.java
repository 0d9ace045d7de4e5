package org.millrace.domain.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.millrace.domain.task.TaskState.CANCELED;
import static org.millrace.domain.task.TaskState.CANCELING;
import static org.millrace.domain.task.TaskState.COMPLETE;
import static org.millrace.domain.task.TaskState.EXECUTOR_ERROR;
import static org.millrace.domain.task.TaskState.INITIALIZING;
import static org.millrace.domain.task.TaskState.QUEUED;
import static org.millrace.domain.task.TaskState.RUNNING;
import static org.millrace.domain.task.TaskState.SYSTEM_ERROR;
import static org.millrace.domain.task.TaskState.WAITING;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Outcome.Completed;
import org.millrace.domain.task.Outcome.Deferred;
import org.millrace.domain.task.Outcome.ExecutorFailed;
import org.millrace.domain.task.Outcome.InputFailed;
import org.millrace.domain.task.TaskEvent.Answered;
import org.millrace.domain.task.TaskEvent.AnsweredLate;
import org.millrace.domain.task.TaskEvent.AskedAgain;
import org.millrace.domain.task.TaskEvent.AttemptBegun;
import org.millrace.domain.task.TaskEvent.CancelFinished;
import org.millrace.domain.task.TaskEvent.CancelRequested;
import org.millrace.domain.task.TaskEvent.Ended;
import org.millrace.domain.task.TaskEvent.HandedOver;
import org.millrace.domain.task.TaskEvent.LeaseEnded;
import org.millrace.domain.task.TaskEvent.PutBack;
import org.millrace.domain.task.TaskEvent.Remarked;
import org.millrace.domain.task.TaskEvent.Started;
import org.millrace.domain.task.TaskEvent.WaitedTooLong;
import org.millrace.domain.task.TaskEvent.Woken;
import org.millrace.domain.task.Transition.Changed;
import org.millrace.domain.task.Transition.Effect;
import org.millrace.domain.task.Transition.Late;
import org.millrace.domain.task.Transition.Noted;
import org.millrace.domain.task.Transition.Unchanged;

/** Every state times every event. What the table does not list must be refused as late. */
class TaskMachineTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = BEGIN.plusSeconds(100);
  private static final TaskId ID = new TaskId("task1");
  private static final Lease LEASE = new Lease(new ServerId("a"), 7);
  private static final Lease OVERTAKEN = new Lease(new ServerId("b"), 6);
  private static final Handle HANDLE = Handle.of(new RuntimeName("sandbox"), "here", ID, 1);
  private static final Handle OTHER = Handle.of(new RuntimeName("sandbox"), "here", ID, 2);
  private static final Cause CAUSE = new Cause("some-cause", "something happened", "");

  private static final Map<String, TaskEvent> EVENTS = new LinkedHashMap<>();

  static {
    EVENTS.put("AttemptBegun", new AttemptBegun(LEASE, OTHER, NOW));
    EVENTS.put("AttemptBegun again", new AttemptBegun(LEASE, HANDLE, NOW));
    EVENTS.put("PutBack", new PutBack(LEASE, CAUSE, NOW.plusSeconds(5), NOW));
    EVENTS.put("Started", new Started(LEASE, NOW));
    EVENTS.put("HandedOver", new HandedOver(LEASE, NOW.plusSeconds(30), NOW));
    EVENTS.put("Ended well", new Ended(LEASE, new Completed(), 0, NOW));
    EVENTS.put("Ended by its executor", new Ended(LEASE, new ExecutorFailed(0, 1, CAUSE), 0, NOW));
    EVENTS.put("Ended, may pass", new Ended(LEASE, new InputFailed(CAUSE, true), 0, NOW));
    EVENTS.put("Ended deferred", new Ended(LEASE, new Deferred(CAUSE), 0, NOW));
    EVENTS.put("AskedAgain", new AskedAgain("somebody", "retry", false, NOW));
    EVENTS.put("AskedAgain and overtaken", new AskedAgain("somebody", "retry", true, NOW));
    EVENTS.put("AskedAgain for later", new AskedAgain("somebody", "reset", true, true, NOW));
    EVENTS.put("Woken", new Woken(NOW));
    EVENTS.put("CancelFinished", new CancelFinished(LEASE, NOW));
    EVENTS.put("LeaseEnded", new LeaseEnded(LEASE, NOW));
    EVENTS.put("CancelRequested", new CancelRequested("somebody", NOW));
    EVENTS.put("WaitedTooLong", new WaitedTooLong(NOW));
    EVENTS.put("Answered", new Answered(1, new Completed(), 0, NOW));
    EVENTS.put("AnsweredLate", new AnsweredLate(1, NOW));
    EVENTS.put("Remarked", new Remarked("its worker wrote 200", NOW));
  }

  /** Event and what it does, for a task held under {@link #LEASE} that allows three attempts. */
  private static final Map<TaskState, Map<String, String>> TABLE =
      Map.of(
          QUEUED,
          Map.ofEntries(
              Map.entry("AttemptBegun", "ATTEMPT_BEGUN INITIALIZING held"),
              Map.entry("AttemptBegun again", "ATTEMPT_BEGUN INITIALIZING held"),
              Map.entry("PutBack", "PUT_BACK QUEUED free"),
              Map.entry("Ended well", "ENDED COMPLETE free"),
              Map.entry("Ended by its executor", "ENDED EXECUTOR_ERROR free"),
              Map.entry("Ended, may pass", "ENDED SYSTEM_ERROR free"),
              Map.entry("LeaseEnded", "LEASE_ENDED QUEUED free"),
              Map.entry("CancelRequested", "CANCELED CANCELED free"),
              Map.entry("AskedAgain", "unchanged"),
              Map.entry("AskedAgain and overtaken", "unchanged"),
              Map.entry("AskedAgain for later", "unchanged"),
              Map.entry("Woken", "unchanged"),
              Map.entry("WaitedTooLong", "unchanged")),
          INITIALIZING,
          Map.ofEntries(
              Map.entry("AttemptBegun again", "unchanged"),
              Map.entry("Started", "STARTED RUNNING held"),
              Map.entry("HandedOver", "STARTED RUNNING free"),
              Map.entry("Ended well", "ENDED COMPLETE free"),
              Map.entry("Ended by its executor", "ENDED EXECUTOR_ERROR free"),
              Map.entry("Ended, may pass", "RETRIED QUEUED free"),
              Map.entry("Ended deferred", "DEFERRED WAITING free"),
              Map.entry("LeaseEnded", "LEASE_ENDED INITIALIZING free"),
              Map.entry("CancelRequested", "CANCEL_REQUESTED CANCELING held"),
              Map.entry("AskedAgain", "unchanged"),
              Map.entry("AskedAgain and overtaken", "ASKED_AGAIN QUEUED free"),
              Map.entry("AskedAgain for later", "ASKED_AGAIN WAITING free"),
              Map.entry("Woken", "unchanged"),
              Map.entry("WaitedTooLong", "unchanged"),
              Map.entry("Answered", "unchanged"),
              Map.entry("AnsweredLate", "unchanged")),
          RUNNING,
          Map.ofEntries(
              Map.entry("AttemptBegun again", "unchanged"),
              Map.entry("Started", "unchanged"),
              Map.entry("HandedOver", "HANDED_OVER RUNNING free"),
              Map.entry("Ended well", "ENDED COMPLETE free"),
              Map.entry("Ended by its executor", "ENDED EXECUTOR_ERROR free"),
              Map.entry("Ended, may pass", "RETRIED QUEUED free"),
              Map.entry("Ended deferred", "DEFERRED WAITING free"),
              Map.entry("LeaseEnded", "LEASE_ENDED RUNNING free"),
              Map.entry("CancelRequested", "CANCEL_REQUESTED CANCELING held"),
              Map.entry("AskedAgain", "unchanged"),
              Map.entry("AskedAgain and overtaken", "ASKED_AGAIN QUEUED free"),
              Map.entry("AskedAgain for later", "ASKED_AGAIN WAITING free"),
              Map.entry("Woken", "unchanged"),
              Map.entry("WaitedTooLong", "unchanged"),
              Map.entry("Answered", "unchanged"),
              Map.entry("AnsweredLate", "unchanged")),
          CANCELING,
          Map.ofEntries(
              Map.entry("AttemptBegun again", "unchanged"),
              Map.entry("Started", "unchanged"),
              Map.entry("HandedOver", "LEASE_ENDED CANCELING free"),
              Map.entry("Ended well", "CANCELED CANCELED free"),
              Map.entry("Ended by its executor", "CANCELED CANCELED free"),
              Map.entry("Ended, may pass", "CANCELED CANCELED free"),
              Map.entry("Ended deferred", "CANCELED CANCELED free"),
              Map.entry("CancelFinished", "CANCELED CANCELED free"),
              Map.entry("LeaseEnded", "LEASE_ENDED CANCELING free"),
              Map.entry("CancelRequested", "unchanged"),
              Map.entry("AskedAgain", "unchanged"),
              Map.entry("AskedAgain and overtaken", "unchanged"),
              Map.entry("AskedAgain for later", "unchanged"),
              Map.entry("Woken", "unchanged"),
              Map.entry("WaitedTooLong", "unchanged"),
              Map.entry("Answered", "unchanged"),
              Map.entry("AnsweredLate", "unchanged")),
          WAITING,
          Map.of(
              "CancelRequested",
              "CANCELED CANCELED free",
              "AskedAgain",
              "ASKED_AGAIN QUEUED free",
              "AskedAgain and overtaken",
              "ASKED_AGAIN QUEUED free",
              "AskedAgain for later",
              "ASKED_AGAIN WAITING free",
              "Woken",
              "WOKEN QUEUED free",
              "WaitedTooLong",
              "unchanged"));

  private static final Map<String, String> HELD_BACK =
      Map.of(
          "CancelRequested", "CANCELED CANCELED free",
          "AskedAgain", "unchanged",
          "AskedAgain and overtaken", "unchanged",
          "AskedAgain for later", "unchanged",
          "Woken", "unchanged",
          "WaitedTooLong", "unchanged");
  private static final Map<String, String> FINAL =
      Map.of(
          "CancelRequested", "unchanged",
          "AskedAgain", "ASKED_AGAIN QUEUED free",
          "AskedAgain and overtaken", "ASKED_AGAIN QUEUED free",
          "AskedAgain for later", "ASKED_AGAIN WAITING free",
          "Woken", "unchanged",
          "WaitedTooLong", "unchanged");

  @Test
  void every_state_times_every_event() {
    List<String> expected = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    for (TaskState state : TaskState.values()) {
      EVENTS.forEach((name, event) -> {
        String start = state + " + " + name + " -> ";
        expected.add(start + row(state).getOrDefault(name, inNoRow(state, event)));
        seen.add(start + shown(TaskMachine.apply(aTask(state), event)));
      });
    }
    assertThat(seen).isEqualTo(expected);
  }

  /** What is only said is recorded in every state. */
  private static String inNoRow(TaskState state, TaskEvent event) {
    return event instanceof Remarked(String remark, Instant _)
        ? "noted " + state + " " + remark
        : "late";
  }

  @Test
  void an_overtaken_lease_changes_nothing_in_any_state() {
    for (TaskState state : TaskState.values()) {
      EVENTS.values().stream()
          .filter(TaskEvent.FromHolder.class::isInstance)
          .map(event -> under(OVERTAKEN, event))
          .forEach(event -> {
            Task task = aTask(state);
            Transition transition = TaskMachine.apply(task, event);
            assertThat(transition).as("%s + %s", state, event).isInstanceOf(Late.class);
            assertThat(transition.task()).isEqualTo(task);
          });
    }
  }

  @Test
  void a_failure_that_may_pass_is_tried_again_after_a_growing_wait_and_then_no_more() {
    Task first = aTask(INITIALIZING);
    Changed again = changed(first, new Ended(LEASE, new InputFailed(CAUSE, true), 0.5, NOW));
    assertThat(again.task().state()).isEqualTo(QUEUED);
    assertThat(again.task().dueAt()).isEqualTo(NOW.plusMillis(1500));
    assertThat(again.task().waitsFor()).contains(CAUSE);
    assertThat(again.attemptEnded()).contains(new InputFailed(CAUSE, true));

    Task third = with(first, 3);
    Changed last = changed(third, new Ended(LEASE, new InputFailed(CAUSE, true), 0.5, NOW));
    assertThat(last.task().state()).isEqualTo(SYSTEM_ERROR);
  }

  @Test
  void what_may_have_started_is_not_repeated_unless_the_policy_says_so() {
    var broken = new Outcome.RuntimeFailed(CAUSE, true);
    assertThat(changed(aTask(RUNNING), new Ended(LEASE, broken, 0, NOW)).task().state())
        .isEqualTo(SYSTEM_ERROR);
    Task daring = withRetry(aTask(RUNNING), new RetryPolicy(2, Duration.ZERO, Duration.ZERO, true));
    assertThat(changed(daring, new Ended(LEASE, broken, 0, NOW)).task().state()).isEqualTo(QUEUED);
  }

  @Test
  void waits_grow_up_to_their_bound() {
    RetryPolicy policy = new RetryPolicy(99, Duration.ofSeconds(2), Duration.ofMinutes(5), false);
    assertThat(policy.delayAfter(1, 0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(policy.delayAfter(1, 0.999999))
        .isBetween(Duration.ofMillis(1999), Duration.ofSeconds(2));
    assertThat(policy.delayAfter(3, 0)).isEqualTo(Duration.ofSeconds(4));
    assertThat(policy.delayAfter(90, 0)).isEqualTo(Duration.ofSeconds(150));
  }

  @Test
  void cancelling_held_work_stops_its_holder_and_cancelling_other_work_wakes_somebody() {
    Changed held = changed(aTask(RUNNING), new CancelRequested("somebody", NOW));
    assertThat(held.effects()).containsExactly(new Effect.Stop(ID, LEASE));
    Changed handedOver = changed(freed(aTask(RUNNING)), new CancelRequested("somebody", NOW));
    assertThat(handedOver.effects()).containsExactly(new Effect.Ring(new Lane("sandbox")));
    assertThat(handedOver.task().dueAt()).isEqualTo(NOW);
  }

  @Test
  void a_canceling_task_shows_the_state_it_was_cancelled_in_and_never_ends_well() {
    Task canceling = changed(aTask(RUNNING), new CancelRequested("somebody", NOW)).task();
    assertThat(canceling.shownState()).isEqualTo(RUNNING);
    Task ended = changed(canceling, new Ended(LEASE, new Completed(), 0, NOW)).task();
    assertThat(ended.state()).isEqualTo(CANCELED);
    assertThat(ended.outcome()).contains(new Outcome.Cancelled("somebody"));
  }

  @Test
  void a_task_that_waited_too_long_ends_with_that_cause() {
    Task patient =
        withLimits(freed(aTask(QUEUED)), Optional.of(Duration.ofSeconds(100)), Optional.empty());
    Changed given = changed(patient, new WaitedTooLong(NOW));
    assertThat(given.task().state()).isEqualTo(SYSTEM_ERROR);
    assertThat(given.task().outcome().flatMap(Outcome::why).map(Cause::message))
        .contains("waited longer than its queue limit of 100 s");
    assertThat(TaskMachine.apply(patient, new WaitedTooLong(NOW.minusSeconds(1))))
        .isInstanceOf(Unchanged.class);
  }

  @Test
  void a_queue_limit_holds_until_the_first_attempt_only_and_a_total_limit_for_ever() {
    Task tried = with(freed(aTask(QUEUED)), 1);
    assertThat(withLimits(tried, Optional.of(Duration.ofSeconds(1)), Optional.empty()).waitsUntil())
        .isEmpty();
    assertThat(withLimits(tried, Optional.empty(), Optional.of(Duration.ofSeconds(1))).waitsUntil())
        .contains(BEGIN.plusSeconds(1));
  }

  @Test
  void an_answer_of_an_older_attempt_is_late() {
    Task second = with(aTask(RUNNING), 2);

    assertThat(TaskMachine.apply(second, new AnsweredLate(1, NOW)))
        .isEqualTo(new Late(second, "answer of attempt 1"));
    assertThat(TaskMachine.apply(second, new Answered(1, new Completed(), 0, NOW)))
        .isEqualTo(new Late(second, "answer of attempt 1"));
    assertThat(TaskMachine.apply(freed(second), new Answered(1, new Completed(), 0, NOW)))
        .isEqualTo(new Late(freed(second), "answer of attempt 1"));
  }

  /** As if its holder had told how it ended. */
  @ParameterizedTest
  @EnumSource(
      value = TaskState.class,
      names = {"INITIALIZING", "RUNNING", "CANCELING"})
  void an_answer_ends_the_attempt_of_a_task_that_nobody_holds(TaskState state) {
    Stream.of(
            new Completed(),
            new ExecutorFailed(0, 1, CAUSE),
            new InputFailed(CAUSE, true),
            new Deferred(CAUSE))
        .forEach(outcome ->
            assertThat(TaskMachine.apply(freed(aTask(state)), new Answered(1, outcome, 0.3, NOW)))
                .isEqualTo(TaskMachine.apply(aTask(state), new Ended(LEASE, outcome, 0.3, NOW))));
  }

  @Test
  void a_deferred_attempt_uses_up_no_try_and_its_task_waits_until_it_is_woken() {
    Task last = with(aTask(RUNNING), RetryPolicy.DEFAULT.attempts());

    Changed deferred = changed(last, new Ended(LEASE, new Deferred(CAUSE), 0, NOW));
    assertThat(deferred.attemptEnded()).contains(new Deferred(CAUSE));
    assertThat(deferred.task().waitsFor()).contains(CAUSE);
    assertThat(deferred.task().uncounted()).isEqualTo(1);

    Changed woken = changed(deferred.task(), new Woken(NOW));
    assertThat(woken.task().dueAt()).isEqualTo(NOW);
    assertThat(woken.task().waitsFor()).isEmpty();
    assertThat(woken.effects()).containsExactly(new Effect.Ring(new Lane("sandbox")));
  }

  @Test
  void a_long_pause_ends_soon_when_it_is_woken_and_the_try_is_not_counted() {
    Duration first = Duration.ofSeconds(2);
    Task begun =
        withRetry(with(aTask(RUNNING), 3), new RetryPolicy(9, first, Duration.ofMinutes(5), false));
    Task failed = changed(begun, new Ended(LEASE, new InputFailed(CAUSE, true), 0, NOW)).task();
    assertThat(failed.dueAt()).isAfter(NOW.plus(first));

    Changed woken = changed(failed, new Woken(NOW));

    assertThat(woken.kind()).isEqualTo(Kind.WOKEN);
    assertThat(woken.task().dueAt()).isEqualTo(NOW.plus(first));
    assertThat(woken.task().uncounted()).isEqualTo(failed.uncounted() + 1);
    assertThat(woken.task().waitsFor()).as("it still waits").contains(CAUSE);
    assertThat(TaskMachine.apply(woken.task(), new Woken(NOW)))
        .as("no pause is ended twice")
        .isInstanceOf(Unchanged.class);
  }

  @Test
  void a_short_pause_is_not_made_shorter() {
    Task failed =
        changed(aTask(RUNNING), new Ended(LEASE, new InputFailed(CAUSE, true), 0.9, NOW)).task();

    assertThat(failed.dueAt()).isAfter(NOW);
    assertThat(TaskMachine.apply(failed, new Woken(NOW))).isInstanceOf(Unchanged.class);
  }

  @Test
  void what_is_asked_for_again_is_as_if_it_had_never_ended_and_its_attempts_go_on_counting() {
    Task failed = with(aTask(EXECUTOR_ERROR), 3);

    Task again = changed(failed, new AskedAgain("somebody", "retry", false, NOW)).task();
    assertThat(again.attempt()).isEqualTo(3);
    assertThat(again.uncounted()).isEqualTo(3);
    assertThat(again.outcome()).isEmpty();
    assertThat(again.endedAt()).isEmpty();
    assertThat(again.dueAt()).isEqualTo(NOW);
    assertThat(TaskMachine.apply(again, new AskedAgain("somebody", "retry", false, NOW)))
        .isInstanceOf(Changed.class);
  }

  @Test
  void a_task_that_waits_to_be_asked_for_begins_when_it_is() {
    Task waiting = freed(aTask(QUEUED)).waiting();
    assertThat(waiting.isUnasked()).isTrue();

    Task asked = changed(waiting, new AskedAgain("the run", "run", false, NOW)).task();

    assertThat(asked.state()).isEqualTo(QUEUED);
    assertThat(asked.isUnasked()).isFalse();
    assertThat(with(aTask(WAITING), 1).isUnasked()).as("it was put off").isFalse();
    Task later = changed(waiting, new AskedAgain("ada", "reset", true, true, NOW)).task();
    assertThat(later.isUnasked()).isTrue();
  }

  @Test
  void a_task_that_is_just_being_begun_is_not_asked_again() {
    assertThat(TaskMachine.apply(aTask(QUEUED), new AskedAgain("somebody", "retry", true, NOW)))
        .isInstanceOf(Unchanged.class);
    assertThat(
            changed(freed(aTask(QUEUED)), new AskedAgain("somebody", "retry", false, NOW)).kind())
        .isEqualTo(Kind.ASKED_AGAIN);
  }

  @Test
  void an_overtaken_attempt_ends_and_its_lease_is_no_longer_in_force() {
    Changed overtaken =
        changed(aTask(RUNNING), new AskedAgain("somebody", "forceretry", true, NOW));

    assertThat(overtaken.attemptEnded()).contains(new Outcome.Cancelled("somebody"));
    assertThat(overtaken.task().isHeldUnder(LEASE)).isFalse();
    assertThat(overtaken.detail()).contains("forceretry");
  }

  private static Map<String, String> row(TaskState state) {
    return state.isFinal() ? FINAL : TABLE.getOrDefault(state, HELD_BACK);
  }

  private static String shown(Transition transition) {
    return switch (transition) {
      case Changed changed -> {
        Kind kind = changed.kind();
        Task task = changed.task();
        yield kind + " " + task.state() + (task.lease().isPresent() ? " held" : " free");
      }
      case Unchanged _ -> "unchanged";
      case Late _ -> "late";
      case Noted(Task task, String remark) -> "noted " + task.state() + " " + remark;
    };
  }

  private static Changed changed(Task task, TaskEvent event) {
    return (Changed) TaskMachine.apply(task, event);
  }

  private static TaskEvent under(Lease lease, TaskEvent event) {
    return switch (event) {
      case AttemptBegun e -> new AttemptBegun(lease, e.handle(), e.at());
      case PutBack e -> new PutBack(lease, e.cause(), e.dueAt(), e.at());
      case Started e -> new Started(lease, e.at());
      case HandedOver e -> new HandedOver(lease, e.lookAt(), e.at());
      case Ended e -> new Ended(lease, e.outcome(), e.chance(), e.at());
      case CancelFinished e -> new CancelFinished(lease, e.at());
      case LeaseEnded e -> new LeaseEnded(lease, e.at());
      case CancelRequested _,
          AskedAgain _,
          Woken _,
          WaitedTooLong _,
          Answered _,
          AnsweredLate _,
          Remarked _ ->
          event;
    };
  }

  /** A task in this state, held under {@link #LEASE} where that state can be held. */
  private static Task aTask(TaskState state) {
    boolean held = Arrays.asList(QUEUED, INITIALIZING, RUNNING, CANCELING).contains(state);
    return new Task(
        ID,
        Owner.ANONYMOUS,
        new Lane("sandbox"),
        RetryPolicy.DEFAULT,
        TimeLimits.NONE,
        state,
        state.isUnderWay() || state.isFinal() ? 1 : 0,
        held ? Optional.of(LEASE) : Optional.empty(),
        7,
        state.isUnderWay() ? Optional.of(HANDLE) : Optional.empty(),
        BEGIN,
        BEGIN,
        state == RUNNING ? Optional.of(BEGIN) : Optional.empty(),
        state.isFinal() ? Optional.of(BEGIN) : Optional.empty(),
        Optional.empty(),
        state.isFinal() ? Optional.of(outcomeOf(state)) : Optional.empty(),
        state == CANCELING
            ? Optional.of(new Task.Cancellation("somebody", BEGIN, RUNNING))
            : Optional.empty(),
        0,
        false);
  }

  private static Outcome outcomeOf(TaskState state) {
    return state == COMPLETE
        ? new Completed()
        : state == EXECUTOR_ERROR
            ? new ExecutorFailed(0, 1, CAUSE)
            : state == CANCELED ? new Outcome.Cancelled("somebody") : new InputFailed(CAUSE, false);
  }

  private static Task freed(Task task) {
    return copy(task, task.attempt(), Optional.empty(), task.retry(), task.limits());
  }

  private static Task with(Task task, int attempt) {
    return copy(task, attempt, task.lease(), task.retry(), task.limits());
  }

  private static Task withRetry(Task task, RetryPolicy retry) {
    return copy(task, task.attempt(), task.lease(), retry, task.limits());
  }

  private static Task withLimits(Task task, Optional<Duration> queue, Optional<Duration> total) {
    return copy(
        task,
        task.attempt(),
        task.lease(),
        task.retry(),
        new TimeLimits(queue, Optional.empty(), total));
  }

  private static Task copy(
      Task task, int attempt, Optional<Lease> lease, RetryPolicy retry, TimeLimits limits) {
    return new Task(
        task.id(),
        task.owner(),
        task.lane(),
        retry,
        limits,
        task.state(),
        attempt,
        lease,
        task.leaseNumber(),
        task.handle(),
        task.createdAt(),
        task.dueAt(),
        task.startedAt(),
        task.endedAt(),
        task.waitsFor(),
        task.outcome(),
        task.cancellation(),
        Math.min(attempt, task.uncounted()),
        task.assigned());
  }

  @Test
  void a_new_task_that_is_done_at_once_has_had_its_first_attempt() {
    Task fresh = freed(aTask(QUEUED));

    Changed done = TaskMachine.doneAtOnce(fresh);

    assertThat(done.kind()).isEqualTo(Kind.ENDED);
    assertThat(done.attemptEnded()).contains(new Completed());
    assertThat(done.task().state()).isEqualTo(COMPLETE);
    assertThat(done.task().attempt()).isEqualTo(1);
    assertThat(done.task().startedAt()).contains(BEGIN);
    assertThat(done.task().endedAt()).contains(BEGIN);
    for (Task other : List.of(aTask(QUEUED), with(fresh, 1), done.task())) {
      assertThatIllegalArgumentException().isThrownBy(() -> TaskMachine.doneAtOnce(other));
    }
  }
}
