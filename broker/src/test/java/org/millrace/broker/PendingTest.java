package org.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;

/** What is known of one message, in every order in which brokers tell it. */
class PendingTest {
  private static final Troubles TROUBLES =
      new Troubles(RabbitConfig.of("mq", 1, new Account("a", "b"), List.of("x"), "q"));
  private final AtomicInteger settled = new AtomicInteger();
  private final Pending pending =
      new Pending(
          new Message("x", "k", "t", 0, new byte[0]), TROUBLES, _ -> settled.incrementAndGet());

  private Published now() throws InterruptedException {
    return pending.await(System.nanoTime() + 50_000_000L);
  }

  @Test
  void rabbit_confirms() throws Exception {
    assertThat(pending.send()).isTrue();
    pending.confirmed();
    assertThat(now()).isEqualTo(new Published.Confirmed());
    assertThat(settled).hasValue(1);
  }

  @Test
  void rabbit_returns_then_confirms() throws Exception {
    assertThat(pending.send()).isTrue();
    pending.returned(312, "NO_ROUTE");
    pending.confirmed();
    assertThat(now()).isEqualTo(new Published.Unroutable());
  }

  @Test
  void qpid_refuses_then_returns() throws Exception {
    assertThat(pending.send()).isTrue();
    pending.refused();
    pending.returned(312, "NO_ROUTE");
    assertThat(now()).isEqualTo(new Published.Unroutable());
    assertThat(settled).hasValue(1);
  }

  @Test
  void returned_for_another_reason_it_is_unknown() throws Exception {
    assertThat(pending.send()).isTrue();
    pending.returned(506, "queue is full");
    pending.refused();
    assertThat(now().toString()).contains("Unknown").contains("queue is full");
    assertThat(settled).hasValue(1);
  }

  @Test
  void refused_without_a_return_it_is_unknown_and_over() throws Exception {
    assertThat(pending.send()).isTrue();
    pending.refused();
    assertThat(pending.await(System.nanoTime() + 30_000_000_000L).toString()).contains("refused");
    assertThat(settled).hasValue(1);
  }

  @Test
  void silence_ends_the_wait_but_not_the_message() throws Exception {
    assertThat(pending.send()).isTrue();
    assertThat(now().toString()).contains("did not confirm");
    assertThat(settled).as("a confirm may still come").hasValue(0);
    pending.refused();
    assertThat(settled).hasValue(1);
    pending.confirmed();
    assertThat(settled).hasValue(1);
  }

  @Test
  void never_sent_it_is_withdrawn() throws Exception {
    assertThat(now().toString()).contains("took no further messages");
    assertThat(settled).hasValue(1);
    assertThat(pending.send()).isFalse();
  }

  @Test
  void an_interrupted_publisher_leaves_it_to_its_confirm() throws Exception {
    assertThat(pending.send()).isTrue();
    var stopped = new AtomicInteger();
    Thread publisher =
        Thread.ofVirtual()
            .start(() -> {
              try {
                pending.await(System.nanoTime() + 30_000_000_000L);
              } catch (InterruptedException expected) {
                stopped.incrementAndGet();
              }
            });
    publisher.interrupt();
    publisher.join();
    assertThat(stopped).hasValue(1);
    assertThat(settled).hasValue(0);
    pending.lost(TROUBLES.closed());
    assertThat(settled).hasValue(1);
  }
}
