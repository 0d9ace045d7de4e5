package org.millrace.runtimes.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.domain.task.RuntimeName;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.testkit.simulation.Faults.Fault;
import org.millrace.testkit.simulation.SimulatedWorld;
import org.millrace.testkit.simulation.WorkerSide;

/**
 * Every task of a document is done in the end, those that wait for others included, whatever fails:
 * servers, the store, the broker, workers. Nobody asks for a task that waits. How many seeds:
 * {@code -Dmillrace.seeds}; one that failed is printed and replayed with {@code -Dmillrace.seed}.
 */
class WorkerSimulation {
  private static final int SEEDS = Integer.getInteger("millrace.seeds", 200) / 10;

  @Test
  void every_task_of_a_document_is_done_in_the_end_whatever_fails() {
    Long one = Long.getLong("millrace.seed");
    (one == null ? LongStream.range(0, SEEDS).parallel() : LongStream.of(one))
        .forEach(WorkerSimulation::play);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void each_kind_of_trouble_alone(Fault fault) {
    LongStream.range(0, Math.max(3, SEEDS / 40))
        .forEach(seed -> assertQuiet(seed, world(seed, 2, EnumSet.of(fault)), 2, 2));
  }

  @Test
  void alone_on_one_machine() {
    LongStream.range(0, Math.max(5, SEEDS / 10))
        .parallel()
        .forEach(seed -> assertQuiet(seed, world(seed, 1, EnumSet.allOf(Fault.class)), 2, 3));
  }

  @Test
  void the_same_seed_is_the_same_world() {
    for (long seed = 0; seed < 5; seed++) {
      assertThat(play(seed)).as("seed %d", seed).isEqualTo(play(seed));
    }
  }

  /** A simulation in which nothing goes wrong would prove nothing. */
  @Test
  void trouble_does_happen() {
    Map<String, Long> happened = new TreeMap<>();
    for (long seed = 0; seed < 5; seed++) {
      SimulatedWorld world = world(seed, 3, EnumSet.allOf(Fault.class));
      assertQuiet(seed, world, 3, 3);
      world.happened().forEach((kind, count) -> happened.merge(kind, count, Long::sum));
    }
    System.getLogger("simulation").log(System.Logger.Level.INFO, "5 worlds: {0}", happened);
    assertThat(happened)
        .containsKeys(
            "DEFERRED", "WOKEN", "ASKED_AGAIN", "LATE", "HANDED_OVER", "RETRIED", "ENDED", "CRASH");
  }

  private static SimulatedWorld world(long seed, int machines, EnumSet<Fault> weather) {
    return SimulatedWorld.withWorkers(seed, machines, weather, WorkerSimulation::runtime);
  }

  private static TaskRuntime runtime(
      WorkerBroker broker, WorkerProtocol protocol, Threads threads, InstantSource clock) {
    return new WorkerRuntime(
        new RuntimeName(WorkerSide.NAME),
        broker,
        List.of(protocol),
        new WorkerTimes(
            Duration.ofSeconds(5),
            Duration.ofSeconds(40),
            Duration.ofSeconds(10),
            Duration.ofMillis(500),
            Duration.ofSeconds(5)),
        threads,
        clock);
  }

  private static long play(long seed) {
    SimulatedWorld world = world(seed, 3, EnumSet.allOf(Fault.class));
    assertQuiet(seed, world, 3, 3);
    return world.trace();
  }

  private static void assertQuiet(long seed, SimulatedWorld world, int clients, int each) {
    world.submitDocuments(clients, each);
    try {
      world.runUntilQuiet();
    } catch (AssertionError | RuntimeException broken) {
      fail("seed " + seed + ": replay with -Dmillrace.seed=" + seed, broken);
    }
  }
}
