package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

final class OpenStreamsTest {
  private final OpenStreams streams = new OpenStreams(1);

  @Test
  void once_they_end_none_is_let_in() {
    streams.end(Duration.ZERO);

    assertThatThrownBy(() -> streams.enter("user ann"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("stopping");
  }

  @Test
  void one_that_does_not_heed_its_end_is_waited_for_only_so_long() throws InterruptedException {
    var entered = new CountDownLatch(1);
    var mayGo = new CountDownLatch(1);
    Thread stubborn =
        Thread.ofVirtual()
            .start(() -> {
              try (var _ = streams.enter("user ann")) {
                entered.countDown();
                awaitStubbornly(mayGo);
              }
            });
    entered.await();
    streams.end(Duration.ofMillis(20));

    assertThat(streams.count()).isEqualTo(1);
    mayGo.countDown();
    stubborn.join();
    assertThat(streams.count()).isZero();
  }

  private static void awaitStubbornly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException _) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void a_late_interrupt_does_not_hit_what_the_thread_does_next() {
    OpenStreams.OpenStream stream = streams.enter("user ann");
    stream.abandon();
    stream.close();
    stream.abandon();

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(stream.isAbandoned()).isTrue();
    assertThat(stream.isOpen()).isFalse();
  }

  @Test
  void nobody_has_more_than_a_quarter_of_them() {
    var eight = new OpenStreams(8);
    OpenStreams.OpenStream first = eight.enter("user ann");
    eight.enter("user ann");

    assertThatThrownBy(() -> eight.enter("user ann"))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.TooMany.class))
        .hasMessageContaining("2 event streams are open for user ann");
    eight.enter("user bob");
    first.close();
    eight.enter("user ann");
  }

  @Test
  void all_together_have_no_more_than_there_are() {
    var four = new OpenStreams(4);
    for (String who : List.of("a", "b", "c", "d")) {
      four.enter(who);
    }

    assertThatThrownBy(() -> four.enter("e")).hasMessageContaining("all 4 event streams are taken");
  }
}
