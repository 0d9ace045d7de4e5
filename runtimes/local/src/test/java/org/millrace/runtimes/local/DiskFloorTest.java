package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class DiskFloorTest {
  private static final long FLOOR = 64_000;
  private static final AttemptFolder LARGE = new AttemptFolder(Path.of("/work/large"));
  private static final AttemptFolder SMALL = new AttemptFolder(Path.of("/work/small"));
  private static final AttemptFolder TINY = new AttemptFolder(Path.of("/work/tiny"));

  private final Map<AttemptFolder, Long> held =
      new ConcurrentHashMap<>(Map.of(LARGE, 50_000L, SMALL, 20_000L, TINY, 900L));
  private final AtomicLong free = new AtomicLong(100);
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // it may turn over
  private final DiskFloor floor = new DiskFloor(free::get, FLOOR, now::get);

  private long heldBy(AttemptFolder attempt) {
    return held.getOrDefault(attempt, 0L);
  }

  private void enter(AttemptFolder... attempts) {
    for (AttemptFolder attempt : attempts) {
      floor.enter(attempt, () -> heldBy(attempt));
    }
  }

  private void later() {
    now.addAndGet(DiskFloor.BETWEEN_TWO.toNanos());
  }

  @Test
  void who_holds_most_has_to_go_whoever_asks() throws Exception {
    enter(TINY, SMALL, LARGE);

    assertThat(floor.hasToGo(SMALL)).isFalse();
    assertThat(floor.hasToGo(LARGE)).isTrue();
    assertThat(floor.hasToGo(TINY)).isFalse();
  }

  @Test
  void while_there_is_room_nobody_has_to_go() throws Exception {
    enter(LARGE);
    free.set(FLOOR);

    assertThat(floor.hasToGo(LARGE)).isFalse();
  }

  @Test
  void the_next_one_goes_only_when_the_first_had_time_to_give_its_room_back() throws Exception {
    enter(SMALL, LARGE);
    assertThat(floor.hasToGo(LARGE)).isTrue();
    floor.leave(LARGE);

    assertThat(floor.hasToGo(SMALL)).isFalse();
    later();
    assertThat(floor.hasToGo(SMALL)).isTrue();
  }

  @Test
  void who_holds_almost_nothing_stays_whoever_filled_the_disk() throws Exception {
    enter(TINY);

    assertThat(floor.hasToGo(TINY)).isFalse();
    later();
    assertThat(floor.hasToGo(TINY)).isFalse();

    held.put(TINY, 30_000L); // it grows
    assertThat(floor.hasToGo(TINY)).as("measured a moment ago").isFalse();
    later();
    assertThat(floor.hasToGo(TINY)).isTrue();
  }

  @Test
  void a_shortage_that_is_over_is_nobodys_any_more() throws Exception {
    enter(SMALL, LARGE);
    assertThat(floor.hasToGo(SMALL)).as("LARGE was chosen").isFalse();
    free.set(FLOOR);
    assertThat(floor.hasToGo(LARGE)).isFalse();

    held.put(LARGE, 0L);
    free.set(100);
    later();
    assertThat(floor.hasToGo(SMALL)).isTrue();
    assertThat(floor.hasToGo(LARGE)).isFalse();
  }

  @Test
  void one_that_cannot_be_killed_keeps_no_other_from_being_chosen() throws Exception {
    enter(SMALL, LARGE);
    assertThat(floor.hasToGo(LARGE)).isTrue();

    later();
    assertThat(floor.hasToGo(SMALL)).isTrue();
    assertThat(floor.hasToGo(LARGE)).as("is tried on").isTrue();
  }

  @Test
  void nobody_waits_while_another_measures() throws Exception {
    var measuring = new CountDownLatch(1);
    var measured = new CountDownLatch(1);
    floor.enter(
        LARGE,
        () -> {
          measuring.countDown();
          measured.await();
          return heldBy(LARGE);
        });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> first = threads.submit(() -> floor.hasToGo(LARGE));
      measuring.await();
      try {
        assertThat(floor.hasToGo(SMALL)).isFalse();
      } finally {
        measured.countDown();
      }
      assertThat(first.get()).isTrue();
    }
  }
}
