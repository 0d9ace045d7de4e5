package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.SOUTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.TaskSteps.leaseOf;

import org.junit.jupiter.api.Test;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.engine.recovery.HeartbeatStore;

/** What {@link HeartbeatStore} promises. Two servers, north and south, are alive for an hour. */
public abstract class HeartbeatStoreContract extends StoreContract {
  private static final ServerId EAST = new ServerId("east");

  @Test
  void an_announced_server_is_alive_until_its_time_is_over() {
    store.heartbeats().announce(EAST, at(10));

    assertThat(store.heartbeats().declareDead(at(9))).isEmpty();
    assertThat(store.heartbeats().declareDead(at(10))).containsExactly(EAST);
  }

  @Test
  void renewing_keeps_a_server_alive() {
    store.heartbeats().announce(EAST, at(10));

    assertThat(store.heartbeats().renew(EAST, at(20))).isTrue();

    assertThat(store.heartbeats().declareDead(at(19))).isEmpty();
    assertThat(store.heartbeats().declareDead(at(20))).containsExactly(EAST);
  }

  @Test
  void a_late_server_may_renew_until_it_is_declared_dead() {
    store.heartbeats().announce(EAST, at(10));

    assertThat(store.heartbeats().renew(EAST, at(50))).isTrue();
    assertThat(store.heartbeats().declareDead(at(49))).isEmpty();
    assertThat(store.heartbeats().declareDead(at(50))).containsExactly(EAST);
    assertThat(store.heartbeats().renew(EAST, at(60))).isFalse();
    assertThat(store.heartbeats().renew(EAST, at(70))).isFalse();
  }

  @Test
  void a_dead_server_stays_dead_until_it_is_announced_again() {
    store.heartbeats().announce(EAST, at(10));
    store.heartbeats().declareDead(at(10));

    assertThat(store.heartbeats().renew(EAST, at(60))).isFalse();
    assertThat(store.heartbeats().declareDead(at(11))).containsExactly(EAST);

    store.heartbeats().announce(EAST, at(60));
    assertThat(store.heartbeats().declareDead(at(11))).isEmpty();
    assertThat(store.heartbeats().renew(EAST, at(70))).isTrue();
  }

  @Test
  void a_server_that_was_never_announced_cannot_renew() {
    assertThat(store.heartbeats().renew(EAST, at(10))).isFalse();
    assertThat(store.heartbeats().declareDead(at(20))).isEmpty();
  }

  @Test
  void all_that_are_dead_are_returned_until_they_are_buried() {
    assertThat(store.heartbeats().declareDead(at(3600))).containsExactlyInAnyOrder(NORTH, SOUTH);
    assertThat(store.heartbeats().declareDead(NOON)).containsExactlyInAnyOrder(NORTH, SOUTH);

    store.heartbeats().bury(NORTH);

    assertThat(store.heartbeats().declareDead(NOON)).containsExactly(SOUTH);
  }

  @Test
  void every_server_but_the_survivor_is_declared_dead() {
    store.heartbeats().announce(EAST, at(3600));

    store.heartbeats().declareOthersDead(SOUTH);

    assertThat(store.heartbeats().declareDead(NOON)).containsExactlyInAnyOrder(NORTH, EAST);
    assertThat(store.heartbeats().renew(NORTH, at(4000))).isFalse();
    assertThat(store.heartbeats().renew(SOUTH, at(4000))).isTrue();
  }

  @Test
  void a_survivor_need_not_be_announced_yet() {
    store.heartbeats().declareOthersDead(EAST);

    assertThat(store.heartbeats().declareDead(NOON)).containsExactlyInAnyOrder(NORTH, SOUTH);
    assertThat(store.heartbeats().renew(EAST, at(10))).isFalse();
  }

  @Test
  void a_server_holds_what_was_granted_to_it_and_has_not_ended() {
    Task claimed = north.claimed(aTask("claimed"));
    Task running = north.running(aTask("running"));
    north.handedOver(aTask("handed-over"), at(60));
    north.ended(aTask("ended"), completed());
    south.running(aTask("elsewhere"));
    north.submit(aTask("ready"));

    assertThat(store.heartbeats().heldBy(NORTH, 10)).containsExactlyInAnyOrder(claimed, running);
    assertThat(store.heartbeats().heldBy(EAST, 10)).isEmpty();
  }

  @Test
  void no_more_is_told_of_than_was_asked_for() {
    north.claimed(aTask("one"));
    north.claimed(aTask("two"));
    north.claimed(aTask("three"));

    assertThat(store.heartbeats().heldBy(NORTH, 2)).hasSize(2);
    assertThat(store.heartbeats().heldBy(NORTH, 3)).hasSize(3);
  }

  @Test
  void death_alone_takes_nothing_away() {
    Task running = north.running(aTask());

    store.heartbeats().declareOthersDead(SOUTH);

    assertThat(store.heartbeats().heldBy(NORTH, 10)).containsExactly(running);
    assertThat(stored(running.id())).isEqualTo(running);
  }

  @Test
  void a_dead_server_is_buried_once_it_holds_nothing_any_more() {
    Task running = north.running(aTask());
    store.heartbeats().declareOthersDead(SOUTH);

    store.heartbeats().bury(NORTH);
    assertThat(store.heartbeats().declareDead(NOON)).containsExactly(NORTH);

    north.apply(running, new TaskEvent.LeaseEnded(leaseOf(running), at(1)));
    store.heartbeats().bury(NORTH);
    assertThat(store.heartbeats().declareDead(NOON)).isEmpty();
    assertThat(store.heartbeats().renew(NORTH, at(4000))).isFalse();
  }

  @Test
  void a_server_that_lives_is_not_buried() {
    store.heartbeats().bury(NORTH);

    assertThat(store.heartbeats().renew(NORTH, at(4000))).isTrue();
  }

  @Test
  void burying_a_stranger_does_nothing() {
    store.heartbeats().bury(EAST);

    assertThat(store.heartbeats().declareDead(NOON)).isEmpty();
    assertThat(store.heartbeats().renew(NORTH, at(4000))).isTrue();
  }

  @Test
  void a_buried_server_may_be_announced_again() {
    store.heartbeats().declareOthersDead(SOUTH);
    store.heartbeats().bury(NORTH);

    store.heartbeats().announce(NORTH, at(10));

    assertThat(store.heartbeats().renew(NORTH, at(20))).isTrue();
    assertThat(store.heartbeats().declareDead(NOON)).isEmpty();
  }

  @Test
  void an_interrupted_caller_is_served_and_stays_interrupted() {
    Task running = north.running(aTask());

    assertThat(interrupted(() -> store.heartbeats().renew(NORTH, at(10)))).isTrue();
    assertThat(interrupted(() -> store.heartbeats().heldBy(NORTH, 9))).containsExactly(running);
    assertThat(interrupted(() -> store.heartbeats().declareDead(at(10)))).containsExactly(NORTH);
  }

  @Test
  void a_server_announced_anew_lives_until_its_new_time() {
    store.heartbeats().announce(EAST, at(100));
    store.heartbeats().announce(EAST, at(10));

    assertThat(store.heartbeats().declareDead(at(10))).containsExactly(EAST);
  }
}
