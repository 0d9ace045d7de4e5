package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Refusal;

final class OpenStreamsTest {
  private final OpenStreams streams = new OpenStreams(1);

  @Test
  void once_they_end_none_is_let_in() {
    streams.end(Duration.ZERO);

    assertThatThrownBy(streams::enter).isInstanceOf(Refusal.class).hasMessageContaining("stopping");
  }

  @Test
  void one_that_does_not_heed_its_end_is_waited_for_only_so_long() throws InterruptedException {
    var entered = new CountDownLatch(1);
    var mayGo = new CountDownLatch(1);
    Thread stubborn =
        Thread.ofVirtual()
            .start(() -> {
              try (var _ = streams.enter()) {
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
    OpenStreams.OpenStream stream = streams.enter();
    stream.abandon();
    stream.close();
    stream.abandon();

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(stream.isAbandoned()).isTrue();
    assertThat(stream.isOpen()).isFalse();
  }
}
