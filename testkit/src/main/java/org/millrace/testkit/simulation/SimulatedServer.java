package org.millrace.testkit.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.Engine;
import org.millrace.engine.EngineConfig;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.AttemptTimes;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.delivery.Courier;
import org.millrace.engine.delivery.Deliveries.Patience;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.retention.KeptLogs;
import org.millrace.engine.retention.RetentionRules;
import org.millrace.engine.threads.Service;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.threads.TimeOrderedIds;
import org.millrace.engine.transition.Announcer;

/** One run of one server on one machine: real engine code, wired to the simulated world. */
final class SimulatedServer {
  static final LaneRule LOCAL =
      new LaneRule(new Lane("local"), 3, Counts.THIS_SERVER, WhenFull.WAIT);
  static final LaneRule REMOTE = new LaneRule(new Lane("remote"), 8, Counts.ALL, WhenFull.WAIT);

  static final LaneRule MUTE = new LaneRule(new Lane("mute"), 8, Counts.ALL, WhenFull.WAIT);
  static final LaneRule WORKERS =
      new LaneRule(new Lane(WorkerSide.NAME), 4, Counts.ALL, WhenFull.WAIT);

  private static EngineConfig config(boolean alone) {
    return new EngineConfig(
        Duration.ofSeconds(10),
        Duration.ofSeconds(3),
        Duration.ofMillis(500),
        Duration.ofSeconds(60),
        true,
        alone,
        new AttemptTimes(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(1)),
        new Patience(1000, Duration.ofSeconds(1), Duration.ofSeconds(10)),
        RetentionRules.KEEP_ALL);
  }

  private final ServerId id;
  private final Engine engine;
  private final Threads threads;
  private final Service beside;
  private boolean up;

  /**
   * A server that is not started yet.
   *
   * @param beside what works beside its engine, on what that offers
   */
  SimulatedServer(
      ServerId id,
      Threads threads,
      StorePorts stores,
      List<TaskRuntime> runtimes,
      Documents.Face face,
      Function<Engine, Service> beside,
      Announcer announcer,
      Courier courier,
      InstantSource clock,
      Random random,
      boolean alone) {
    this.id = id;
    this.threads = threads;
    var world = new Engine.World(id, threads, clock, new TimeOrderedIds(clock, random), random);
    var parts =
        new Engine.Parts(
            stores,
            new Runtimes(runtimes),
            new Lanes(
                List.of(LOCAL, REMOTE, MUTE, WORKERS),
                Map.of(ContainerWork.class, LOCAL.lane(), WorkerWork.class, WORKERS.lane())),
            spec -> spec,
            face,
            announcer,
            List.of(courier),
            KeptLogs.NONE);
    this.engine = Engine.wire(world, parts, config(alone));
    this.beside = beside.apply(engine);
  }

  ServerId id() {
    return id;
  }

  Engine engine() {
    return engine;
  }

  /** Whether it takes requests. */
  boolean isUp() {
    return up;
  }

  /** Starts in a thread of its own, as often as the store makes it fail. */
  void start() {
    threads.start("main", this::startUntilUp);
  }

  private void startUntilUp() {
    while (!up) {
      try {
        engine.start();
        beside.start();
        up = true;
      } catch (Refusal | Error _) {
        try {
          threads.sleep(Duration.ofMillis(500));
        } catch (InterruptedException _) {
          return;
        }
      }
    }
  }

  /** Ends in order, in a thread of its own; then calls back. */
  void stop(Runnable ended) {
    up = false;
    threads.start(
        "shutdown",
        () -> {
          beside.close();
          engine.close();
          ended.run();
        });
  }

  /**
   * Runs a request on this server; what becomes of it if the server dies, its sender never hears.
   */
  void serve(String name, Runnable request) {
    threads.start(name, request);
  }

  static Instant at(long millis) {
    return Instant.parse("2026-01-01T00:00:00Z").plusMillis(millis);
  }
}
