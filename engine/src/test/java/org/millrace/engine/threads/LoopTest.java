package org.millrace.engine.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/** The life of a background part, and what may go wrong in a turn of it. */
@Timeout(60)
final class LoopTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final Threads threads = new VirtualThreads();

  private Loop loop(Duration interval, Loop.Turn turn) {
    return new Loop("test", threads, threads.bell(), interval, turn);
  }

  @Test
  void it_takes_a_turn_at_its_start_and_whenever_the_bell_rings() throws Exception {
    Bell bell = threads.bell();
    var turns = new AtomicInteger();
    var second = new CountDownLatch(2);
    var loop =
        new Loop(
            "test",
            threads,
            bell,
            LONG,
            () -> {
              turns.incrementAndGet();
              second.countDown();
              bell.ring(); // heard although it rang within the turn
            });
    loop.start();
    assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
    loop.close();
    assertThat(turns).hasValueGreaterThanOrEqualTo(2);
  }

  @Test
  void it_rests_after_a_turn_for_nothing_and_hears_what_rings_meanwhile_as_one() throws Exception {
    Bell bell = threads.bell();
    var turns = new AtomicInteger();
    var rests = new AtomicInteger();
    var third = new CountDownLatch(1);
    Threads resting =
        new Threads() {
          @Override
          public Running start(String name, Runnable body) {
            return threads.start(name, body);
          }

          @Override
          public void sleep(Duration duration) throws InterruptedException {
            assertThat(duration).isEqualTo(SHORT);
            bell.ring();
            bell.ring();
            if (rests.incrementAndGet() == 3) {
              third.countDown();
              new CountDownLatch(1).await();
            }
          }

          @Override
          public Bell bell() {
            return threads.bell();
          }
        };
    var loop =
        new Loop(
            "test",
            resting,
            bell,
            SHORT,
            LONG,
            () -> {
              bell.ring();
              return turns.incrementAndGet() % 2 == 0; // then it goes on without a rest
            });
    loop.start();
    assertThat(third.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(turns).hasValue(5);
    loop.close();
  }

  @Test
  void no_kind_of_failure_ends_it() throws Exception {
    var turns = new AtomicInteger();
    var fourth = new CountDownLatch(4);
    Loop loop =
        loop(
            SHORT,
            () -> {
              fourth.countDown();
              switch (turns.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("a defect");
                case 2 -> throw new AssertionError("a worse one");
                case 3 -> throw new Refusal(new Failure.Unavailable("away", SHORT));
                default -> {}
              }
            });
    loop.start();
    assertThat(fourth.await(30, TimeUnit.SECONDS)).isTrue();
    loop.close();
  }

  @Test
  void closing_waits_for_the_turn_under_way() throws Exception {
    var within = new CountDownLatch(1);
    var ended = new AtomicInteger();
    Loop loop =
        loop(
            LONG,
            () -> {
              within.countDown();
              try {
                new CountDownLatch(1).await();
              } finally {
                ended.incrementAndGet();
              }
            });
    loop.start();
    within.await();
    loop.close();
    assertThat(ended).hasValue(1);
  }

  @Test
  void starting_twice_and_closing_early_or_twice_is_harmless() {
    var turns = new AtomicInteger();
    Loop early = loop(LONG, turns::incrementAndGet);
    early.close();
    early.start();
    early.close();
    assertThat(turns).hasValue(0);
  }

  /** Whoever comes first, there is never a second thread, and closing comes back. */
  @Test
  void started_and_closed_at_the_same_time_it_is_closed_in_the_end() throws Exception {
    for (int i = 0; i < 2_000; i++) {
      var inTurn = new AtomicInteger();
      var most = new AtomicInteger();
      Loop loop =
          loop(
              Duration.ofNanos(1),
              () -> {
                most.accumulateAndGet(inTurn.incrementAndGet(), Math::max);
                inTurn.decrementAndGet();
              });
      var together = new CyclicBarrier(3);
      Thread first = Thread.ofPlatform().start(() -> meet(together, loop::start));
      Thread second = Thread.ofPlatform().start(() -> meet(together, loop::start));
      meet(together, loop::close);
      first.join();
      second.join();
      loop.close();
      assertThat(most.get()).isLessThanOrEqualTo(1);
    }
  }

  private static void meet(CyclicBarrier barrier, Runnable act) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    act.run();
  }
}
