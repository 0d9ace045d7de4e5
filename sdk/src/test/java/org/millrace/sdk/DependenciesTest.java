package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** How long an index that is away is waited for, without waiting. */
class DependenciesTest {
  private static final Document DOCUMENT =
      Document.of(Target.of("T1T", "u", TargetType.TEXT), Creator.of("C", AgentType.HUMAN))
          .registered("d", "now");

  /** Pauses are not longer than they must be. */
  private static final RandomGenerator NONE = () -> 0;

  private final Deque<RuntimeException> failures = new ArrayDeque<>();
  private final List<Duration> pauses = new ArrayList<>();

  /** Fails in the ways that are left, then knows of no task. */
  private Handler handler() {
    return (Handler)
        Proxy.newProxyInstance(
            Handler.class.getClassLoader(),
            new Class<?>[] {Handler.class},
            (_, method, _) -> {
              assertThat(method.getName()).isEqualTo("assignedTasks");
              if (!failures.isEmpty()) {
                throw failures.remove();
              }
              return List.of();
            });
  }

  private Dependencies dependencies(RandomGenerator chance) {
    return new Dependencies(List.of(Task.of("BEFORE")), handler(), pauses::add, chance);
  }

  private void away(int times) {
    for (int i = 0; i < times; i++) {
      failures.add(new ResourceUnreachable("nobody there"));
    }
  }

  private static List<Duration> millis(long... all) {
    return Arrays.stream(all).mapToObj(Duration::ofMillis).toList();
  }

  @Test
  void pauses_grow_to_a_limit_until_the_index_is_there() throws InterruptedException {
    away(9);
    assertThat(dependencies(NONE).unfinished(DOCUMENT))
        .contains(
            Answer.of(412, "Unfinished dependencies").with("dependencies", List.of("BEFORE")));
    assertThat(pauses).isEqualTo(millis(100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000));
  }

  @Test
  void pauses_are_up_to_a_quarter_longer() throws InterruptedException {
    away(200);
    dependencies(new SplittableRandom(1)).unfinished(DOCUMENT);
    List<Duration> longest = pauses.subList(7, 200);
    assertThat(longest)
        .allSatisfy(pause ->
            assertThat(pause).isBetween(Duration.ofSeconds(10), Duration.ofMillis(12_500)));
    assertThat(longest).anyMatch(pause -> pause.toMillis() < 10_500);
    assertThat(longest).anyMatch(pause -> pause.toMillis() > 12_000);
    assertThat(Pauses.spread(Duration.ZERO, new SplittableRandom(1))).isZero();
  }

  @Test
  void a_server_that_is_not_ready_is_away_too() throws InterruptedException {
    for (int status : List.of(429, 502, 503, 504)) {
      failures.add(new DaneException.Refused(status, "starting"));
    }
    assertThat(dependencies(NONE).unfinished(DOCUMENT)).isPresent();
    assertThat(pauses).isEqualTo(millis(100, 200, 400, 800));
  }

  @Test
  void what_is_refused_is_not_asked_again() {
    for (int status : List.of(0, 200, 403, 500)) {
      failures.add(new DaneException.Refused(status, "no"));
      assertThatThrownBy(() -> dependencies(NONE).unfinished(DOCUMENT))
          .isInstanceOf(DaneException.Refused.class);
    }
    assertThat(pauses).isEmpty();
  }

  @Test
  void a_worker_that_stops_does_not_wait_on() {
    away(2);
    Dependencies interrupted =
        new Dependencies(
            List.of(Task.of("BEFORE")),
            handler(),
            _ -> {
              throw new InterruptedException("told to stop");
            },
            NONE);
    assertThatThrownBy(() -> interrupted.unfinished(DOCUMENT))
        .isInstanceOf(InterruptedException.class);
    assertThat(failures).as("left unasked").hasSize(1);
  }
}
