package org.millrace.server.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.millrace.server.TemporaryFolder;

/** How long it takes from the start of the process until requests are accepted. */
final class StartBench {
  private static final int STARTS = 7;
  private static final double BUDGET_SECONDS = 1.0;

  /** What a person sees who looks a moment after the start. */
  private static final Duration IDLE = Duration.ofSeconds(5);

  private StartBench() {}

  static Result run() throws IOException, InterruptedException {
    List<Double> seconds = new ArrayList<>();
    double megabytes;
    WithBroker withBroker;
    try (var folder = TemporaryFolder.create("millrace-bench")) {
      start(folder, seconds); // makes the data folder, and warms the disk's cache
      seconds.clear();
      for (int i = 0; i < STARTS; i++) {
        start(folder, seconds);
      }
      megabytes = idle(folder);
      withBroker = withBroker(folder);
    }
    Collections.sort(seconds);
    double median = seconds.get(STARTS / 2);
    BenchCommand.say("ready after %s s; idle with %.0f MB".formatted(seconds, megabytes));
    BenchCommand.say(
        "with the embedded broker: ready after %.2f s, workers can connect after %.2f s; idle with %.0f MB"
            .formatted(withBroker.ready, withBroker.open, withBroker.megabytes));
    return Result.ofTime(
            "start",
            median,
            "s",
            BUDGET_SECONDS,
            "the budget: ready within a second, by the start cache",
            1.0)
        .with("slowest_s", seconds.getLast())
        .with("idle_mb", megabytes)
        .with("idle_mb_at_most", 256)
        .with("with_broker_s", withBroker.ready)
        .with("broker_open_s", withBroker.open)
        .with("idle_mb_with_broker", withBroker.megabytes)
        .with("idle_mb_with_broker_at_most", 400);
  }

  /**
   * A server with the broker in its process.
   *
   * @param ready seconds until requests are accepted
   * @param open seconds until workers can connect
   */
  private record WithBroker(double ready, double open, double megabytes) {}

  /** The second start: the first one makes what it keeps on the disk. */
  private static WithBroker withBroker(TemporaryFolder folder)
      throws IOException, InterruptedException {
    startWithBroker(folder);
    return startWithBroker(folder);
  }

  private static WithBroker startWithBroker(TemporaryFolder folder)
      throws IOException, InterruptedException {
    int port = AmqpPort.free();
    long begun = System.nanoTime();
    try (var server =
        ServerProcess.start(
            folder.path().resolve("with-broker"), "broker.kind=embedded", "broker.port=" + port)) {
      server.awaitBroker(port);
      double open = (System.nanoTime() - begun) / 1e9;
      Thread.sleep(IDLE);
      return new WithBroker(
          server.untilReady().toMillis() / 1000.0, open, server.residentBytes() / 1e6);
    }
  }

  private static void start(TemporaryFolder folder, List<Double> seconds) throws IOException {
    try (var server = ServerProcess.start(folder.path().resolve("data"))) {
      seconds.add(server.untilReady().toMillis() / 1000.0);
    }
  }

  private static double idle(TemporaryFolder folder) throws IOException, InterruptedException {
    try (var server = ServerProcess.start(folder.path().resolve("data"))) {
      Thread.sleep(IDLE);
      return server.residentBytes() / 1e6;
    }
  }
}
