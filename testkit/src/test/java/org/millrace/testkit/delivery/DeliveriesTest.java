package org.millrace.testkit.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aDraft;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.StorePorts;
import org.millrace.engine.delivery.Courier;
import org.millrace.engine.delivery.Deliveries;
import org.millrace.engine.delivery.Deliveries.Patience;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.delivery.DeliveryStore;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.testkit.TaskFixture;
import org.millrace.testkit.TaskSteps;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.store.Intercepted;

/** What peers are told, and in spite of whom. */
final class DeliveriesTest {
  private static final Patience TWICE =
      new Patience(2, Duration.ofSeconds(10), Duration.ofSeconds(10));

  private final StorePorts store = new InMemoryStore().ports();
  private final Peers peers = new Peers();
  private final CountDownLatch over = new CountDownLatch(1);
  private Deliveries deliveries = over(store.deliveries());

  @BeforeEach
  void announce() {
    store.heartbeats().announce(NORTH, at(3600));
  }

  @AfterEach
  void close() {
    over.countDown();
    deliveries.close();
  }

  private Deliveries over(DeliveryStore outbox) {
    var threads = new VirtualThreads();
    return new Deliveries(
        outbox, List.of(peers), TWICE, threads, threads.bell(), () -> NOON, new Random(1));
  }

  /** Each target behaves as its name says. */
  private final class Peers implements Courier {
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    final AtomicInteger hanging = new AtomicInteger();

    @Override
    public String channel() {
      return "webhook";
    }

    @Override
    public void carry(Delivery.Draft draft) throws NotDelivered, InterruptedException {
      switch (draft.target()) {
        case "dead" -> {
          hanging.incrementAndGet();
          over.await();
        }
        case "absent" -> throw new NotDelivered("connection refused", false);
        case "gone" -> throw new NotDelivered("410 Gone", true);
        case "cursed" -> throw new IllegalStateException("a defect");
        default -> heard.add(draft.body());
      }
    }

    String next() throws InterruptedException {
      String body = heard.poll(30, TimeUnit.SECONDS);
      assertThat(body).as("heard within 30 s").isNotNull();
      return String.valueOf(body);
    }
  }

  @Test
  void a_target_that_hangs_holds_up_no_other() throws Exception {
    for (int i = 0; i < 20; i++) {
      write(aDraft("dead-" + i, "never").to("dead"));
    }
    write(aDraft("live", "hello").to("live"));

    deliveries.runOnce();

    assertThat(peers.next()).isEqualTo("hello");
  }

  @Test
  void what_is_on_its_way_is_not_sent_again_and_has_a_bound_for_each_target() {
    for (int i = 0; i < 20; i++) {
      write(aDraft("dead-" + i, "never").to("dead"));
    }

    deliveries.runOnce();
    deliveries.runOnce();
    until("four are on their way", () -> peers.hanging.get() == 4);
    deliveries.runOnce();

    assertThat(peers.hanging.get()).isEqualTo(4);
  }

  @Test
  void those_of_one_key_arrive_in_order_one_by_one() throws Exception {
    write(aDraft("key", "one").to("live"), aDraft("key", "two").to("live"));

    deliveries.runOnce();
    assertThat(peers.next()).isEqualTo("one");
    until("the first is forgotten", () -> bodiesDue(NOON).equals(List.of("two")));
    until(
        "the second is heard",
        () -> {
          deliveries.runOnce();
          return peers.heard.contains("two");
        });
    until("nothing is left", () -> bodiesDue(NOON).isEmpty());
    assertThat(peers.heard).containsExactly("two");
  }

  @Test
  void a_defect_postpones_that_one_and_stops_no_other() throws Exception {
    write(aDraft("a", "bad").to("cursed"), aDraft("b", "good").to("live"));

    deliveries.runOnce();

    assertThat(peers.next()).isEqualTo("good");
    until("both are done with", () -> bodiesDue(NOON).isEmpty());
    Delivery cursed = due(at(10)).getFirst();
    assertThat(cursed.tries()).isEqualTo(1);
    assertThat(cursed.lastError()).hasValue("a defect of the server: IllegalStateException");
  }

  @Test
  void what_the_peer_will_never_take_is_given_up_at_once_and_counted() {
    write(aDraft("a", "unwanted").to("gone"));

    deliveries.runOnce();

    until("it is given up", () -> store.deliveries().countGivenUp(10) == 1);
    assertThat(store.views().undelivered(1).getFirst().lastError()).hasValue("410 Gone");
  }

  @Test
  void what_was_tried_often_enough_is_given_up() {
    write(aDraft("a", "unheard").to("absent"));
    store.deliveries().postponed(due(NOON).getFirst(), NOON, "connection refused");

    deliveries.runOnce();

    until("it is given up", () -> store.deliveries().countGivenUp(10) == 1);
  }

  @Test
  void what_no_courier_carries_is_given_up() {
    write(new Delivery.Draft("pigeon", "a", "roof", "coo"));

    deliveries.runOnce();

    until("it is given up", () -> store.deliveries().countGivenUp(10) == 1);
  }

  @Test
  void a_store_that_cannot_take_it_now_does_not_make_the_peer_hear_it_again() throws Exception {
    var refusals = new AtomicInteger(1);
    deliveries = over(refusing(store.deliveries(), refusals));
    write(aDraft("a", "once").to("live"));

    deliveries.runOnce();
    assertThat(peers.next()).isEqualTo("once");
    until(
        "it is forgotten",
        () -> {
          deliveries.runOnce();
          return bodiesDue(NOON).isEmpty();
        });

    assertThat(refusals.get()).isNegative();
    assertThat(peers.heard).isEmpty();
  }

  @Test
  void closing_leaves_what_is_on_its_way_to_the_next_start() {
    write(aDraft("a", "never").to("dead"));
    deliveries.runOnce();
    until("it is on its way", () -> peers.hanging.get() == 1);

    deliveries.close();

    assertThat(bodiesDue(NOON)).containsExactly("never");
  }

  /** Refuses to hear of so many arrivals. */
  private static DeliveryStore refusing(DeliveryStore good, AtomicInteger refusals) {
    return Intercepted.port(
        DeliveryStore.class,
        good,
        call -> {
          if (call.method().equals("delivered") && refusals.getAndDecrement() > 0) {
            throw new Refusal(new Failure.Unavailable("disk full", Duration.ofSeconds(1)));
          }
          return call.make();
        });
  }

  private void write(Delivery.Draft... drafts) {
    TaskFixture task = aTask("writes-" + store.views().newestEvent());
    for (Delivery.Draft draft : drafts) {
      task = task.telling(draft);
    }
    new TaskSteps(store, NORTH).submit(task);
  }

  private List<Delivery> due(Instant now) {
    return store.deliveries().due(now, 100, 100);
  }

  private List<String> bodiesDue(Instant now) {
    var bodies = new ArrayList<String>();
    due(now).forEach(delivery -> bodies.add(delivery.draft().body()));
    return bodies;
  }

  private static void until(String what, java.util.function.BooleanSupplier isSo) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!isSo.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within 30 s: " + what).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
