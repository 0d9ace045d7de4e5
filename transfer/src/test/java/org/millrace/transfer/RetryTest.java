package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RetryTest {
  private final Fixtures.NoSleep threads = new Fixtures.NoSleep();
  private final AtomicInteger tries = new AtomicInteger();
  private final Retry retry = new Retry(HttpConfig.DEFAULT, threads, Fixtures.chance());

  private Fault failing(Fault fault) {
    return catchThrowableOfType(
        Fault.class,
        () ->
            retry.run(() -> {
              tries.incrementAndGet();
              throw fault;
            }));
  }

  @Test
  void what_fails_for_good_is_tried_once() {
    assertThat(failing(Fault.forGood("input-not-found", "gone", "")).why().message())
        .isEqualTo("gone");
    assertThat(tries).hasValue(1);
    assertThat(threads.slept).isEmpty();
  }

  @Test
  void a_full_disk_is_not_tried_again_here() {
    assertThat(failing(Fault.later("disk-full", "full")).toTransferFailed().isPassing()).isTrue();
    assertThat(tries).hasValue(1);
  }

  @Test
  void what_passes_is_tried_as_often_as_configured_and_then_says_so() {
    assertThat(failing(Fault.passing("peer-failed", "500")).why().message())
        .isEqualTo("500, after 5 tries");
    assertThat(tries).hasValue(5);
    assertThat(threads.slept).hasSize(4);
  }

  @Test
  void waits_double_with_jitter_up_to_a_bound() {
    for (int n = 1; n < 100; n++) {
      long step = n > 6 ? 30_000 : Math.min(30_000, 500L << (n - 1));
      assertThat(retry.waitAfter(n, Optional.empty()))
          .isBetween(Duration.ofMillis(step / 2), Duration.ofMillis(step));
    }
  }

  @Test
  void a_peer_that_asks_for_time_gets_it_up_to_a_bound() {
    assertThat(retry.waitAfter(1, Optional.of(Duration.ofSeconds(7))))
        .isEqualTo(Duration.ofSeconds(7));
    assertThat(retry.waitAfter(1, Optional.of(Duration.ofDays(7))))
        .isEqualTo(Duration.ofMinutes(2));
    assertThat(retry.waitAfter(1, Optional.of(Duration.ofSeconds(-7))))
        .isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
  }

  @Test
  void getting_ahead_counts_anew() {
    AtomicInteger ahead = new AtomicInteger(7);
    Fault last =
        catchThrowableOfType(
            Fault.class,
            () ->
                retry.run(
                    () -> {
                      tries.incrementAndGet();
                      throw Fault.passing("peer-broke-off", "cut");
                    },
                    () -> ahead.decrementAndGet() > 0));
    assertThat(last.why().message()).isEqualTo("cut, after 5 tries");
    assertThat(tries).hasValue(6 + 5 - 1);
  }
}
