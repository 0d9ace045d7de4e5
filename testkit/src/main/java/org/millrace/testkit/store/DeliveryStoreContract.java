package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.aDraft;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.delivery.DeliveryStore;
import org.millrace.testkit.TaskFixture;

/** What {@link DeliveryStore} promises. */
public abstract class DeliveryStoreContract extends StoreContract {

  @Test
  void a_new_delivery_was_never_tried() {
    write(aDraft("ada", "one"));

    Delivery delivery = outbox().getFirst();
    assertThat(delivery.draft()).isEqualTo(aDraft("ada", "one"));
    assertThat(delivery.tries()).isZero();
    assertThat(delivery.lastError()).isEmpty();
    assertThat(delivery.dueAt()).isEqualTo(NOON);
  }

  @Test
  void the_oldest_of_each_key_is_due_by_target() {
    write(
        aDraft("zoe", "z1"),
        aDraft("ada", "a1"),
        aDraft("zoe", "z2"),
        aDraft("bob", "b1"),
        aDraft("ada", "a2"));

    assertThat(bodies(due(0, 9))).containsExactly("a1", "b1", "z1");
    assertThat(bodies(due(0, 2))).containsExactly("a1", "b1");
  }

  @Test
  void to_one_target_the_one_due_earliest_goes_first_then_the_one_written_first() {
    write(
        aDraft("1", "late").to("peer"),
        aDraft("2", "next").to("peer"),
        aDraft("3", "last").to("peer"));
    store.deliveries().postponed(due(0, 9).getFirst(), at(5), "connection refused");

    assertThat(bodies(due(5, 9))).containsExactly("next", "last", "late");
  }

  @Test
  void a_target_with_many_leaves_room_for_others() {
    write(
        aDraft("1", "b1").to("busy"),
        aDraft("2", "b2").to("busy"),
        aDraft("3", "b3").to("busy"),
        aDraft("4", "i1").to("idle"));

    assertThat(bodies(store.deliveries().due(NOON, 2, 9))).containsExactly("b1", "b2", "i1");
    assertThat(bodies(store.deliveries().due(NOON, 2, 2))).containsExactly("b1", "b2");
  }

  @Test
  void asking_changes_nothing() {
    write(aDraft("ada", "a1"));

    assertThat(due(0, 9)).isEqualTo(due(0, 9)).hasSize(1);
  }

  @Test
  void what_arrived_is_forgotten_and_the_next_of_its_key_is_due() {
    write(aDraft("ada", "a1"), aDraft("ada", "a2"));

    store.deliveries().delivered(only());

    assertThat(bodies(due(0, 9))).containsExactly("a2");
    store.deliveries().delivered(only());
    assertThat(outbox()).isEmpty();
    assertThat(store.views().undelivered(9)).isEmpty();
  }

  @Test
  void what_did_not_arrive_is_tried_again_when_due_and_says_why() {
    write(aDraft("ada", "a1"));
    Delivery first = only();

    store.deliveries().postponed(first, at(10), "connection refused");

    assertThat(due(9, 9)).isEmpty();
    Delivery again = due(10, 9).getFirst();
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.draft()).isEqualTo(first.draft());
    assertThat(again.tries()).isEqualTo(1);
    assertThat(again.dueAt()).isEqualTo(at(10));
    assertThat(again.lastError()).hasValue("connection refused");

    store.deliveries().postponed(again, at(20), "timed out");
    assertThat(due(20, 9).getFirst().tries()).isEqualTo(2);
    assertThat(due(20, 9).getFirst().lastError()).hasValue("timed out");
  }

  @Test
  void a_postponed_delivery_makes_its_key_wait_and_no_other() {
    write(aDraft("ada", "a1"), aDraft("ada", "a2"), aDraft("bob", "b1"));

    store.deliveries().postponed(due(0, 9).getFirst(), at(10), "connection refused");

    assertThat(bodies(due(5, 9))).containsExactly("b1");
    assertThat(bodies(due(10, 9))).containsExactly("a1", "b1");
  }

  @Test
  void keys_that_wait_do_not_use_up_what_was_asked_for() {
    write(aDraft("ada", "a1"), aDraft("bob", "b1"), aDraft("cid", "c1"));
    for (Delivery delivery : due(0, 2)) {
      store.deliveries().postponed(delivery, at(10), "connection refused");
    }

    assertThat(bodies(due(5, 1))).containsExactly("c1");
  }

  @Test
  void what_is_given_up_gets_out_of_the_way_and_is_kept() {
    write(aDraft("ada", "a1"), aDraft("ada", "a2"));
    Delivery first = only();
    store.deliveries().postponed(first, at(5), "connection refused");

    store.deliveries().givenUp(first, "410 Gone");

    assertThat(bodies(due(5, 9))).containsExactly("a2");
    Delivery evidence = store.views().undelivered(9).getFirst();
    assertThat(store.views().undelivered(9)).containsExactly(evidence);
    assertThat(evidence.id()).isEqualTo(first.id());
    assertThat(evidence.draft()).isEqualTo(first.draft());
    assertThat(evidence.tries()).isEqualTo(2);
    assertThat(evidence.lastError()).hasValue("410 Gone");
    assertThat(store.deliveries().countGivenUp(9)).isEqualTo(1);
  }

  @Test
  void of_those_given_up_the_one_written_last_comes_first() {
    write(aDraft("ada", "a1"), aDraft("bob", "b1"), aDraft("cid", "c1"));
    due(0, 9).forEach(delivery -> store.deliveries().givenUp(delivery, "410 Gone"));

    assertThat(bodies(store.views().undelivered(9))).containsExactly("c1", "b1", "a1");
    assertThat(bodies(store.views().undelivered(2))).containsExactly("c1", "b1");
    assertThat(store.deliveries().countGivenUp(9)).isEqualTo(3);
    assertThat(store.deliveries().countGivenUp(2)).isEqualTo(2);
  }

  @Test
  void news_of_what_has_arrived_changes_nothing() {
    write(aDraft("ada", "a1"), aDraft("ada", "a2"));
    Delivery first = only();
    store.deliveries().delivered(first);

    store.deliveries().delivered(first);
    store.deliveries().postponed(first, at(10), "connection refused");
    store.deliveries().givenUp(first, "410 Gone");

    assertThat(bodies(due(0, 9))).containsExactly("a2");
    assertThat(store.views().undelivered(9)).isEmpty();
  }

  @Test
  void news_of_what_was_given_up_changes_nothing() {
    write(aDraft("ada", "a1"));
    Delivery first = only();
    store.deliveries().givenUp(first, "410 Gone");
    List<Delivery> evidence = store.views().undelivered(9);

    store.deliveries().delivered(first);
    store.deliveries().postponed(first, NOON, "connection refused");
    store.deliveries().givenUp(first, "404 Not Found");

    assertThat(outbox()).isEmpty();
    assertThat(store.views().undelivered(9)).isEqualTo(evidence);
  }

  @Test
  void an_interrupted_caller_is_served_and_stays_interrupted() {
    write(aDraft("ada", "a1"), aDraft("ada", "a2"));

    Delivery first = interrupted(() -> due(0, 9)).getFirst();
    interrupted(() -> {
      store.deliveries().delivered(first);
      return "done";
    });

    assertThat(bodies(due(0, 9))).containsExactly("a2");
  }

  /** Stores deliveries due at noon, in this order. */
  private void write(Delivery.Draft... drafts) {
    TaskFixture task = aTask("writes-" + store.views().newestEvent());
    for (Delivery.Draft draft : drafts) {
      task = task.telling(draft);
    }
    north.submit(task);
  }

  private Delivery only() {
    assertThat(due(0, 9)).hasSize(1);
    return due(0, 9).getFirst();
  }

  private List<Delivery> due(long seconds, int most) {
    return store.deliveries().due(at(seconds), most, most);
  }

  private static List<String> bodies(List<Delivery> deliveries) {
    return deliveries.stream().map(delivery -> delivery.draft().body()).toList();
  }
}
