package org.millrace.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.testkit.simulation.Faults.Fault;

/**
 * Every run ends once, and no node begins twice but by being made anew, whatever fails. How many
 * seeds: {@code -Dmillrace.seeds}; one that failed is printed and replayed with {@code
 * -Dmillrace.seed}.
 */
class GraphSimulation {
  private static final int SEEDS = Integer.getInteger("millrace.seeds", 200) / 2;

  @Test
  void every_run_ends_once_whatever_fails() {
    Long one = Long.getLong("millrace.seed");
    (one == null ? LongStream.range(0, SEEDS).parallel() : LongStream.of(one))
        .forEach(GraphSimulation::play);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void each_kind_of_trouble_alone(Fault fault) {
    LongStream.range(0, Math.max(3, SEEDS / 40))
        .forEach(seed -> {
          var world = new SimulatedWorld(seed, 2, EnumSet.of(fault));
          world.submitRuns(2, 2, 12);
          assertQuiet(seed, world);
        });
  }

  @Test
  void alone_on_one_machine() {
    LongStream.range(0, Math.max(10, SEEDS / 10))
        .parallel()
        .forEach(seed -> {
          var world = new SimulatedWorld(seed, 1, EnumSet.allOf(Fault.class));
          world.submitRuns(2, 2, 15);
          assertQuiet(seed, world);
        });
  }

  @Test
  void the_same_seed_is_the_same_world() {
    for (long seed = 0; seed < 5; seed++) {
      assertThat(play(seed)).as("seed %d", seed).isEqualTo(play(seed));
    }
  }

  /** A simulation in which nothing goes wrong would prove nothing. */
  @Test
  void runs_end_in_every_way() {
    Map<String, Long> happened = new TreeMap<>();
    for (long seed = 0; seed < 15; seed++) {
      var world = SimulatedWorld.of(seed);
      world.submitRuns(3, 2, 15);
      assertQuiet(seed, world);
      world.happened().forEach((kind, count) -> happened.merge(kind, count, Long::sum));
    }
    System.getLogger("simulation").log(System.Logger.Level.INFO, "15 worlds: {0}", happened);
    assertThat(happened).containsKeys("RUN_COMPLETE", "RUN_FAILED", "RUN_CANCELED", "CRASH");
  }

  private static long play(long seed) {
    var world = SimulatedWorld.of(seed);
    world.submitRuns(3, 2, 15);
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
