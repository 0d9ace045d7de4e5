package org.millrace.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.testkit.simulation.Faults.Fault;

/**
 * Every task ends exactly once, whatever fails. How many seeds: {@code -Dmillrace.seeds}; one that
 * failed is printed and replayed with {@code -Dmillrace.seed}.
 */
class EngineSimulation {
  private static final int SEEDS = Integer.getInteger("millrace.seeds", 200);

  @Test
  void every_task_ends_exactly_once_whatever_fails() {
    Long one = Long.getLong("millrace.seed");
    (one == null ? LongStream.range(0, SEEDS).parallel() : LongStream.of(one))
        .forEach(EngineSimulation::play);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void each_kind_of_trouble_alone(Fault fault) {
    LongStream.range(0, Math.max(5, SEEDS / 40))
        .forEach(seed -> {
          var world = new SimulatedWorld(seed, 2, EnumSet.of(fault));
          world.submit(2, 5);
          assertQuiet(seed, world);
        });
  }

  /** One server, as most sites have: at its start it knows that whoever was before it is gone. */
  @Test
  void alone_on_one_machine() {
    LongStream.range(0, Math.max(20, SEEDS / 10))
        .parallel()
        .forEach(seed -> {
          var world = new SimulatedWorld(seed, 1, EnumSet.allOf(Fault.class));
          world.submit(5, 10);
          assertQuiet(seed, world);
        });
  }

  @Test
  void without_trouble_everything_ends_as_its_work_did() {
    var world = new SimulatedWorld(1, 2, EnumSet.noneOf(Fault.class));
    world.submit(3, 10);
    assertQuiet(1, world);
    assertThat(world.acknowledged()).hasSize(30);
  }

  @Test
  void the_same_seed_is_the_same_world() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(play(seed)).as("seed %d", seed).isEqualTo(play(seed));
    }
  }

  /** Only workers put off what they are asked for, and say more; here there are none. */
  private static final Set<Kind> OF_WORKERS =
      EnumSet.of(Kind.DEFERRED, Kind.WOKEN, Kind.ASKED_AGAIN, Kind.REMARKED);

  /** A simulation in which nothing goes wrong would prove nothing. */
  @Test
  void trouble_does_happen() {
    Map<String, Long> happened = new TreeMap<>();
    for (long seed = 0; seed < 10; seed++) {
      var world = SimulatedWorld.of(seed);
      world.submit(5, 10);
      assertQuiet(seed, world);
      world.happened().forEach((kind, count) -> happened.merge(kind, count, Long::sum));
    }
    System.getLogger("simulation").log(System.Logger.Level.INFO, "10 worlds: {0}", happened);
    assertThat(happened.keySet())
        .containsAll(
            Stream.of(Kind.values())
                .filter(kind -> !OF_WORKERS.contains(kind))
                .map(Kind::name)
                .toList())
        .contains("CRASH", "STOP");
    assertThat(happened.get("CRASH")).isGreaterThan(50);
    assertThat(happened.get("STOP")).isGreaterThan(20);
  }

  private static long play(long seed) {
    var world = SimulatedWorld.of(seed);
    world.submit(5, 10);
    assertQuiet(seed, world);
    return world.trace();
  }

  private static void assertQuiet(long seed, SimulatedWorld world) {
    try {
      world.runUntilQuiet();
    } catch (AssertionError | RuntimeException broken) {
      fail("seed " + seed + ": replay with -Dmillrace.seed=" + seed, broken);
    }
  }
}
