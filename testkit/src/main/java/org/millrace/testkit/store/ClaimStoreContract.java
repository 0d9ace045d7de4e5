package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.HERE;
import static org.millrace.testkit.Fixtures.LANE;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.SOUTH;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.Fixtures.executorFailed;
import static org.millrace.testkit.Fixtures.threeTimes;
import static org.millrace.testkit.TaskSteps.leaseOf;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.dispatch.ClaimStore;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;

/** What {@link ClaimStore} promises. */
public abstract class ClaimStoreContract extends StoreContract {

  // Ready tasks

  @Test
  void a_ready_task_is_granted_with_its_specification() {
    Task before = aTask().of("ada").task();
    north.submit(aTask().of("ada"));

    List<Claimed> granted = claim(NORTH, 5, NOON);

    assertThat(granted).hasSize(1);
    Claimed claimed = granted.getFirst();
    assertThat(claimed.spec()).isEqualTo(aTask().of("ada").spec());
    assertThat(claimed.report()).isEqualTo(AttemptReport.EMPTY);
    assertThat(claimed.lease()).isEqualTo(new Lease(NORTH, 1));
    assertThat(claimed.task().leaseNumber()).isEqualTo(1);
    assertThat(claimed.task().state()).isEqualTo(TaskState.QUEUED);
    assertThat(claimed.task().attempt()).isZero();
    assertThat(claimed.task().owner()).isEqualTo(before.owner());
    assertThat(claimed.task().dueAt()).isEqualTo(before.dueAt());
    assertThat(stored(before.id())).isEqualTo(claimed.task());
  }

  @Test
  void lanes_with_something_ready_and_due_are_known() {
    Lane other = new Lane("other");
    north.submit(aTask("one").inLane("other"));
    north.submit(aTask("two").inLane("other"));
    north.submit(aTask("three").inLane("later").dueAt(at(10)));

    assertThat(store.claims().readyLanes(NOON)).containsExactly(other);
    assertThat(store.claims().readyLanes(at(10))).containsExactly(new Lane("later"), other);

    north.claimed(aTask("four"));
    assertThat(store.claims().readyLanes(NOON)).containsExactly(other);
  }

  @Test
  void a_grant_writes_no_history() {
    north.submit(aTask());
    long before = store.views().newestEvent();

    claim(NORTH, 5, NOON);

    assertThat(store.views().newestEvent()).isEqualTo(before);
  }

  @Test
  void a_granted_task_is_granted_to_nobody_else() {
    north.submit(aTask());
    claim(NORTH, 5, NOON);

    assertThat(claim(NORTH, 5, NOON)).isEmpty();
    assertThat(claim(SOUTH, 5, at(3000))).isEmpty();
  }

  @Test
  void the_lease_number_grows_with_every_grant() {
    Task task = north.claimed(aTask());
    assertThat(leaseOf(task).number()).isEqualTo(1);

    north.apply(task, new TaskEvent.LeaseEnded(leaseOf(task), at(1)));
    Task again = claim(SOUTH, 5, at(1)).getFirst().task();
    assertThat(leaseOf(again)).isEqualTo(new Lease(SOUTH, 2));

    south.apply(again, new TaskEvent.PutBack(leaseOf(again), aCause("no-room"), at(2), at(1)));
    assertThat(claim(SOUTH, 5, at(2)).getFirst().lease()).isEqualTo(new Lease(SOUTH, 3));
  }

  @Test
  void a_task_is_ready_from_the_moment_it_is_due() {
    north.submit(aTask().dueAt(at(10)));

    assertThat(claim(NORTH, 5, at(9))).isEmpty();
    assertThat(claim(NORTH, 5, at(10))).hasSize(1);
  }

  @Test
  void a_task_that_was_put_back_is_ready_again_when_due() {
    Task task = north.claimed(aTask());
    north.apply(task, new TaskEvent.PutBack(leaseOf(task), aCause("no-room"), at(10), at(1)));

    assertThat(claim(NORTH, 5, at(9))).isEmpty();
    assertThat(claim(NORTH, 5, at(10))).hasSize(1);
  }

  @Test
  void a_retried_task_is_ready_again_when_due_and_its_next_attempt_knows_nothing_yet() {
    Task running = north.running(aTask().retried(threeTimes()));
    store
        .transitions()
        .note(running.id(), leaseOf(running), AttemptReport.EMPTY.withCheckpoint("pid", "7"));
    Task again = north.end(running, executorFailed(), at(20));

    assertThat(claim(NORTH, 5, again.dueAt().minusSeconds(1))).isEmpty();
    Claimed claimed = claim(NORTH, 5, again.dueAt()).getFirst();
    assertThat(claimed.task().attempt()).isEqualTo(1);
    assertThat(claimed.report()).isEqualTo(AttemptReport.EMPTY);
  }

  @Test
  void only_queued_tasks_are_ready() {
    north.preparing(aTask("preparing"));
    north.running(aTask("running"));
    north.handedOver(aTask("handed-over"), at(1));
    north.ended(aTask("ended"), completed());
    Task canceled = north.claimed(aTask("canceled"));
    north.apply(canceled, new TaskEvent.CancelRequested("ada", at(1)));

    assertThat(claim(NORTH, 50, at(3000))).isEmpty();
  }

  @Test
  void other_lanes_are_left_alone() {
    north.submit(aTask("here"), aTask("there").inLane("pulsar:north"));

    assertThat(ids(claim(NORTH, 5, NOON))).containsExactly("here");
  }

  // Room

  @Test
  void no_more_are_granted_than_there_is_room_for() {
    submitTen();

    assertThat(claim(NORTH, 3, NOON)).hasSize(3);
    assertThat(claim(NORTH, 3, NOON)).isEmpty();
    assertThat(claim(NORTH, 4, NOON)).hasSize(1);
    assertThat(claim(NORTH, 2, NOON)).as("overfull").isEmpty();
  }

  @Test
  void slots_of_one_server_are_not_filled_by_another() {
    submitTen();

    assertThat(claim(NORTH, 3, NOON)).hasSize(3);
    assertThat(claim(SOUTH, 3, NOON)).hasSize(3);
  }

  @Test
  void slots_are_filled_by_whatever_the_server_holds_of_the_lane() {
    north.preparing(aTask("preparing"));
    north.running(aTask("running"));
    Task canceling = north.running(aTask("canceling"));
    north.apply(canceling, new TaskEvent.CancelRequested("ada", at(1)));
    north.running(aTask("other-lane").inLane("pulsar:north"));
    submitTen();

    assertThat(claim(NORTH, 3, NOON)).isEmpty();
    assertThat(claim(NORTH, 4, NOON)).hasSize(1);
  }

  @Test
  void slots_are_not_filled_by_what_was_handed_over_or_ended() {
    north.handedOver(aTask("handed-over"), at(60));
    north.ended(aTask("ended"), completed());
    submitTen();

    assertThat(claim(NORTH, 3, NOON)).hasSize(3);
  }

  @Test
  void a_window_is_filled_by_all_that_is_held_or_handed_over() {
    north.handedOver(aTask("handed-over"), at(60));
    south.running(aTask("held-elsewhere"));
    north.claimed(aTask("held-here"));
    north.ended(aTask("ended"), completed());
    north.running(aTask("other-lane").inLane("pulsar:north"));
    submitTen();

    assertThat(claimWindow(NORTH, 3, NOON)).isEmpty();
    assertThat(claimWindow(NORTH, 5, NOON)).hasSize(2);
    assertThat(claimWindow(SOUTH, 5, NOON)).isEmpty();
    assertThat(claimWindow(SOUTH, 6, NOON)).hasSize(1);
  }

  @Test
  void room_comes_back_when_an_attempt_ends() {
    Task running = north.running(aTask("running"));
    submitTen();
    assertThat(claimWindow(NORTH, 1, NOON)).isEmpty();

    north.end(running, completed(), at(1));

    assertThat(claimWindow(NORTH, 1, at(1))).hasSize(1);
  }

  // Order

  @Test
  void the_longest_ready_goes_first() {
    north.submit(
        aTask("late").dueAt(at(9)), aTask("early").dueAt(at(3)), aTask("middle").dueAt(at(6)));

    assertThat(ids(claim(NORTH, 5, at(10)))).containsExactly("early", "middle", "late");
  }

  @Test
  void of_equals_the_one_submitted_first_goes_first() {
    north.submit(aTask("c"), aTask("a"), aTask("b"));

    assertThat(ids(claim(NORTH, 2, NOON))).containsExactly("c", "a");
    assertThat(ids(claim(NORTH, 3, NOON))).containsExactly("b");
  }

  @Test
  void priority_goes_before_waiting_until_its_worth_is_waited_away() {
    long worth = ClaimStore.AGEING.toSeconds();
    north.submit(
        aTask("plain").withPriority(5).dueAt(NOON),
        aTask("higher").withPriority(6).dueAt(at(worth - 1)),
        aTask("higher-too-late").withPriority(6).dueAt(at(worth + 1)),
        aTask("much-higher").withPriority(10).dueAt(at(4 * worth)),
        aTask("lower").withPriority(0).dueAt(at(-4 * worth)));

    assertThat(ids(claim(NORTH, 5, at(10 * worth))))
        .containsExactly("much-higher", "higher", "plain", "higher-too-late", "lower");
  }

  @Test
  void a_task_that_was_put_back_is_ranked_by_when_it_became_ready_again() {
    Task first = north.claimed(aTask("first"));
    north.submit(aTask("second").dueAt(at(5)), aTask("third").dueAt(at(15)));
    north.apply(first, new TaskEvent.PutBack(leaseOf(first), aCause("no-room"), at(10), at(1)));

    assertThat(ids(claim(NORTH, 5, at(20)))).containsExactly("second", "first", "third");
  }

  @Test
  void owners_take_turns() {
    north.submit(
        aTask("ada-1").of("ada"),
        aTask("ada-2").of("ada"),
        aTask("ada-3").of("ada"),
        aTask("cid-1").of("cid"),
        aTask("cid-2").of("cid"),
        aTask("bob-1").of("bob").dueAt(at(5)));

    assertThat(ids(claim(NORTH, 5, at(5))))
        .containsExactly("ada-1", "bob-1", "cid-1", "ada-2", "cid-2");
  }

  @Test
  void the_turn_goes_to_the_owner_after_the_one_served_last() {
    submitOneOfEach("ada", "bob", "cid", "dan");

    assertThat(ids(claimAfter("bob", 3))).containsExactly("of-cid", "of-dan", "of-ada");
  }

  @Test
  void the_owner_served_last_comes_last() {
    submitOneOfEach("ada", "bob", "cid");

    assertThat(ids(claimAfter("bob", 3))).containsExactly("of-cid", "of-ada", "of-bob");
  }

  @Test
  void after_the_last_name_the_turn_is_the_first_one_s() {
    submitOneOfEach("ada", "bob");

    assertThat(ids(claimAfter("zoe", 1))).containsExactly("of-ada");
  }

  @Test
  void the_turn_goes_on_after_an_owner_who_has_nothing_ready() {
    submitOneOfEach("ada", "cid");

    assertThat(ids(claimAfter("bob", 1))).containsExactly("of-cid");
  }

  @Test
  void each_round_of_turns_begins_where_the_first_one_did() {
    north.submit(
        aTask("ada-1").of("ada"),
        aTask("ada-2").of("ada"),
        aTask("bob-1").of("bob"),
        aTask("cid-1").of("cid"),
        aTask("cid-2").of("cid"));

    assertThat(ids(claimAfter("ada", 4))).containsExactly("bob-1", "cid-1", "ada-1", "cid-2");
  }

  @Test
  void one_owner_s_priority_does_not_take_another_s_turn() {
    north.submit(
        aTask("ada-1").of("ada").withPriority(10),
        aTask("ada-2").of("ada").withPriority(10),
        aTask("bob-1").of("bob").withPriority(0));

    assertThat(ids(claim(NORTH, 2, NOON))).containsExactly("ada-1", "bob-1");
  }

  @Test
  void an_owner_with_a_long_backlog_does_not_delay_others() {
    IntStream.range(0, 300).forEach(number -> north.submit(aTask("ada-" + number).of("ada")));
    north.submit(aTask("bob-1").of("bob").dueAt(at(5)));

    assertThat(ids(claim(NORTH, 2, at(5)))).containsExactly("ada-0", "bob-1");
  }

  // Who may be granted anything

  @Test
  void a_server_that_was_never_announced_is_granted_nothing() {
    north.submit(aTask());

    assertThat(claim(new ServerId("stranger"), 5, NOON)).isEmpty();
  }

  @Test
  void a_server_is_granted_nothing_once_its_time_is_over() {
    store.heartbeats().announce(NORTH, at(10));
    Task waiting = south.handedOver(aTask("waiting"), at(1));
    north.submit(aTask("ready"));

    assertThat(claim(NORTH, 5, at(10))).isEmpty();
    assertThat(takeUp(NORTH, at(10))).isEmpty();
    assertThat(store.claims().takeUpAnswered(waiting.id(), 1, NORTH, at(10))).isEmpty();
    assertThat(claim(NORTH, 5, at(9))).hasSize(1);
    assertThat(takeUp(NORTH, at(9))).hasSize(1);
  }

  @Test
  void a_server_declared_dead_is_granted_nothing_until_it_is_announced_again() {
    Task waiting = south.handedOver(aTask("waiting"), at(1));
    north.submit(aTask("ready"));
    store.heartbeats().declareOthersDead(SOUTH);

    assertThat(claim(NORTH, 5, at(5))).isEmpty();
    assertThat(takeUp(NORTH, at(5))).isEmpty();
    assertThat(store.claims().takeUpAnswered(waiting.id(), 1, NORTH, at(5))).isEmpty();
    store.heartbeats().announce(NORTH, at(3600));
    assertThat(claim(NORTH, 5, at(5))).hasSize(1);
  }

  @Test
  void a_buried_server_is_granted_nothing() {
    store.heartbeats().declareOthersDead(SOUTH);
    store.heartbeats().bury(NORTH);
    north.submit(aTask());

    assertThat(claim(NORTH, 5, NOON)).isEmpty();
  }

  // Attempts under way

  @Test
  void a_handed_over_attempt_is_taken_up_when_it_is_to_be_looked_at() {
    Task waiting = north.handedOver(aTask(), at(10));

    assertThat(takeUp(SOUTH, at(9))).isEmpty();
    Claimed taken = takeUp(SOUTH, at(10)).getFirst();
    assertThat(taken.lease()).isEqualTo(new Lease(SOUTH, waiting.leaseNumber() + 1));
    assertThat(taken.task().state()).isEqualTo(TaskState.RUNNING);
    assertThat(taken.task().attempt()).isEqualTo(1);
    assertThat(taken.task().handle()).isEqualTo(waiting.handle());
    assertThat(taken.spec()).isEqualTo(aTask().spec());
    assertThat(stored(waiting.id())).isEqualTo(taken.task());
  }

  @Test
  void what_is_taken_up_comes_with_what_is_known_of_it() {
    Task running = north.running(aTask());
    AttemptReport known =
        AttemptReport.EMPTY.withCheckpoint("pid", "7").withStep("prepared", at(1));
    store.transitions().note(running.id(), leaseOf(running), known);
    north.apply(running, new TaskEvent.HandedOver(leaseOf(running), at(10), at(2)));

    assertThat(takeUp(SOUTH, at(10)).getFirst().report()).isEqualTo(known);
  }

  @Test
  void taking_up_changes_no_state_and_writes_no_history() {
    Task preparing = north.preparing(aTask());
    north.apply(preparing, new TaskEvent.LeaseEnded(leaseOf(preparing), at(1)));
    long before = store.views().newestEvent();

    assertThat(takeUp(SOUTH, at(1)).getFirst().task().state()).isEqualTo(TaskState.INITIALIZING);
    assertThat(store.views().newestEvent()).isEqualTo(before);
  }

  @Test
  void attempts_whose_holder_is_gone_are_taken_up_in_whatever_state_they_were() {
    for (Task held :
        List.of(
            north.preparing(aTask("preparing")),
            north.running(aTask("running")),
            canceling("canceling"))) {
      north.apply(held, new TaskEvent.LeaseEnded(leaseOf(held), at(1)));
    }

    assertThat(takeUp(SOUTH, at(1)))
        .extracting(taken -> taken.task().state())
        .containsExactlyInAnyOrder(TaskState.INITIALIZING, TaskState.RUNNING, TaskState.CANCELING);
  }

  @Test
  void a_handed_over_attempt_that_is_to_be_stopped_is_taken_up_at_once() {
    Task waiting = north.handedOver(aTask(), at(1000));
    north.apply(waiting, new TaskEvent.CancelRequested("ada", at(5)));

    assertThat(takeUp(SOUTH, at(4))).isEmpty();
    assertThat(takeUp(SOUTH, at(5)).getFirst().task().state()).isEqualTo(TaskState.CANCELING);
  }

  @Test
  void what_somebody_holds_is_not_taken_up() {
    north.running(aTask("running"));
    north.preparing(aTask("preparing"));
    canceling("canceling");

    assertThat(takeUp(SOUTH, at(3000))).isEmpty();
  }

  @Test
  void what_has_no_attempt_under_way_is_not_taken_up() {
    north.ended(aTask("ended"), completed());
    north.ended(aTask("retried").retried(threeTimes()), executorFailed());
    north.submit(aTask("ready"));

    assertThat(takeUp(SOUTH, at(3000))).isEmpty();
  }

  @Test
  void only_attempts_at_the_sites_asked_for_are_taken_up() {
    north.handedOver(aTask("here"), at(1));
    north.handedOver(aTask("there"), "host-b", at(1));
    north.handedOver(aTask("anywhere"), "", at(1));

    assertThat(ids(takeUp(Set.of("host-c"), SOUTH, at(2), 9))).isEmpty();
    assertThat(ids(takeUp(Set.of(), SOUTH, at(2), 9))).isEmpty();
    assertThat(ids(takeUp(Set.of(HERE, ""), SOUTH, at(2), 9)))
        .containsExactlyInAnyOrder("here", "anywhere");
    assertThat(ids(takeUp(Set.of("host-b"), SOUTH, at(2), 9))).containsExactly("there");
  }

  @Test
  void the_earliest_due_is_taken_up_first_and_no_more_than_asked_for() {
    north.handedOver(aTask("late"), at(9));
    north.handedOver(aTask("early").inLane("pulsar:north"), at(3));
    north.handedOver(aTask("middle"), at(6));

    assertThat(ids(takeUp(Set.of(HERE), SOUTH, at(10), 2))).containsExactly("early", "middle");
    assertThat(ids(takeUp(Set.of(HERE), SOUTH, at(10), 2))).containsExactly("late");
  }

  @Test
  void an_answered_attempt_is_taken_up_before_it_is_due() {
    Task waiting = north.handedOver(aTask(), "somewhere", at(3000));

    Optional<Claimed> taken = store.claims().takeUpAnswered(waiting.id(), 1, SOUTH, at(5));

    assertThat(taken).isPresent();
    assertThat(taken.orElseThrow().lease()).isEqualTo(new Lease(SOUTH, waiting.leaseNumber() + 1));
    assertThat(stored(waiting.id())).isEqualTo(taken.orElseThrow().task());
  }

  @Test
  void an_answer_comes_with_what_is_known_of_its_attempt() {
    Task running = north.running(aTask());
    AttemptReport known = AttemptReport.EMPTY.withCheckpoint("job", "7");
    store.transitions().note(running.id(), leaseOf(running), known);
    north.apply(running, new TaskEvent.HandedOver(leaseOf(running), at(3000), at(2)));

    assertThat(store.claims().takeUpAnswered(running.id(), 1, SOUTH, at(5)))
        .map(Claimed::report)
        .hasValue(known);
  }

  @Test
  void an_answer_that_came_twice_is_taken_up_once() {
    Task waiting = north.handedOver(aTask(), at(3000));

    assertThat(store.claims().takeUpAnswered(waiting.id(), 1, NORTH, at(5))).isPresent();
    assertThat(store.claims().takeUpAnswered(waiting.id(), 1, SOUTH, at(5))).isEmpty();
    assertThat(store.claims().takeUpAnswered(waiting.id(), 1, NORTH, at(5))).isEmpty();
  }

  @Test
  void an_answer_to_what_is_held_is_late() {
    Task running = north.running(aTask());

    assertThat(store.claims().takeUpAnswered(running.id(), 1, NORTH, at(5))).isEmpty();
    assertThat(store.claims().takeUpAnswered(running.id(), 1, SOUTH, at(5))).isEmpty();
  }

  @Test
  void an_answer_from_an_overtaken_attempt_is_late() {
    Task first = north.ended(aTask().retried(threeTimes()), executorFailed());
    Task second = north.begin(north.claimAll(LANE, first.dueAt()).getFirst().task());
    north.apply(second, new TaskEvent.LeaseEnded(leaseOf(second), at(30)));

    assertThat(store.claims().takeUpAnswered(second.id(), 1, SOUTH, at(31))).isEmpty();
    assertThat(store.claims().takeUpAnswered(second.id(), 3, SOUTH, at(31))).isEmpty();
    assertThat(store.claims().takeUpAnswered(second.id(), 2, SOUTH, at(31))).isPresent();
  }

  @Test
  void an_answer_to_what_has_ended_or_was_never_begun_is_late() {
    Task ended = north.ended(aTask("ended"), completed());
    Task waiting = north.ended(aTask("retried").retried(threeTimes()), executorFailed());
    north.submit(aTask("ready"));

    assertThat(store.claims().takeUpAnswered(ended.id(), 1, SOUTH, at(5))).isEmpty();
    assertThat(store.claims().takeUpAnswered(waiting.id(), 1, SOUTH, at(5))).isEmpty();
    assertThat(store.claims().takeUpAnswered(new TaskId("ready"), 0, SOUTH, at(5))).isEmpty();
    assertThat(store.claims().takeUpAnswered(new TaskId("nobody"), 1, SOUTH, at(5))).isEmpty();
  }

  // At once

  @Test
  void two_servers_never_hold_the_same_task() throws Exception {
    IntStream.range(0, 200)
        .forEach(number -> north.submit(aTask("t" + number).of("owner-" + number % 7)));

    List<Callable<List<Claimed>>> claims = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      ServerId server = i % 2 == 0 ? NORTH : SOUTH;
      claims.add(() -> {
        var mine = new ArrayList<Claimed>();
        for (int room = 10; room <= 200; room += 10) {
          mine.addAll(claim(server, room, NOON));
        }
        return mine;
      });
    }
    List<Claimed> granted = AtOnce.run(claims).stream().flatMap(List::stream).toList();

    assertThat(ids(granted)).hasSize(200).doesNotHaveDuplicates();
    assertThat(granted)
        .allSatisfy(claimed -> {
          assertThat(claimed.lease().number()).isEqualTo(1);
          assertThat(stored(claimed.task().id()).lease()).hasValue(claimed.lease());
        });
  }

  @Test
  void a_window_never_overflows_however_many_claim_at_once() throws Exception {
    IntStream.range(0, 100).forEach(number -> north.submit(aTask("t" + number)));

    List<Callable<List<Claimed>>> claims =
        IntStream.range(0, 16)
            .<Callable<List<Claimed>>>mapToObj(
                number -> () -> claimWindow(number % 2 == 0 ? NORTH : SOUTH, 13, NOON))
            .toList();

    assertThat(AtOnce.run(claims).stream().mapToInt(List::size).sum()).isEqualTo(13);
  }

  @Test
  void what_is_left_alone_is_taken_up_by_one_whatever_the_reason() throws Exception {
    IntStream.range(0, 40).forEach(number -> north.handedOver(aTask("t" + number), at(1)));

    List<Callable<List<Claimed>>> takers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      var task = new TaskId("t" + i);
      takers.add(() -> store.claims().takeUpAnswered(task, 1, NORTH, at(2)).stream().toList());
      takers.add(() -> takeUp(Set.of(HERE), SOUTH, at(2), 3));
    }
    List<Claimed> taken = AtOnce.run(takers).stream().flatMap(List::stream).toList();

    assertThat(ids(taken)).hasSize(40).doesNotHaveDuplicates();
  }

  @Test
  void an_interrupted_caller_is_served_and_stays_interrupted() {
    Task waiting = north.handedOver(aTask("waiting"), at(1));
    Task answered = north.handedOver(aTask("answered"), at(60));
    north.submit(aTask("ready"));

    assertThat(interrupted(() -> claim(NORTH, 5, NOON))).hasSize(1);
    assertThat(ids(interrupted(() -> takeUp(NORTH, at(1))))).containsExactly(waiting.id().text());
    assertThat(interrupted(() -> store.claims().takeUpAnswered(answered.id(), 1, NORTH, at(1))))
        .isPresent();
  }

  private Task canceling(String id) {
    Task running = north.running(aTask(id));
    return north.apply(running, new TaskEvent.CancelRequested("ada", NOON)).task();
  }

  private void submitTen() {
    IntStream.range(0, 10).forEach(number -> north.submit(aTask("waiting-" + number)));
  }

  private void submitOneOfEach(String... owners) {
    for (String owner : owners) {
      north.submit(aTask("of-" + owner).of(owner));
    }
  }

  /** As many as the slots of one server take. */
  private List<Claimed> claim(ServerId server, int limit, Instant now) {
    return claim(LANE, limit, Counts.THIS_SERVER, Optional.empty(), server, now);
  }

  /** As many as the window of the whole lane takes. */
  private List<Claimed> claimWindow(ServerId server, int limit, Instant now) {
    return claim(LANE, limit, Counts.ALL, Optional.empty(), server, now);
  }

  private List<Claimed> claimAfter(String servedLast, int limit) {
    return claim(LANE, limit, Counts.THIS_SERVER, Optional.of(new Owner(servedLast)), NORTH, NOON);
  }

  private List<Claimed> claim(
      Lane lane,
      int limit,
      Counts counts,
      Optional<Owner> servedLast,
      ServerId server,
      Instant now) {
    return store
        .claims()
        .claimReady(new LaneRule(lane, limit, counts, WhenFull.WAIT), servedLast, server, now);
  }

  private List<Claimed> takeUp(ServerId server, Instant now) {
    return takeUp(Set.of(HERE), server, now, 100);
  }

  private List<Claimed> takeUp(Set<String> sites, ServerId server, Instant now, int most) {
    return store.claims().takeUp(sites, server, now, most);
  }

  private static List<String> ids(List<Claimed> granted) {
    return granted.stream().map(claimed -> claimed.task().id().text()).toList();
  }
}
