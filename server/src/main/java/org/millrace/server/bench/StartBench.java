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

  private StartBench() {}

  static Result run() throws IOException, InterruptedException {
    List<Double> seconds = new ArrayList<>();
    double megabytes;
    try (var folder = TemporaryFolder.create("millrace-bench")) {
      start(folder, seconds); // makes the data folder, and warms the disk's cache
      seconds.clear();
      for (int i = 0; i < STARTS; i++) {
        start(folder, seconds);
      }
      megabytes = idle(folder);
    }
    Collections.sort(seconds);
    double median = seconds.get(STARTS / 2);
    BenchCommand.say("ready after %s s; idle with %.0f MB".formatted(seconds, megabytes));
    return Result.ofTime(
            "start",
            median,
            "s",
            BUDGET_SECONDS,
            "the budget: ready within a second, by the start cache",
            1.0)
        .with("slowest_s", seconds.getLast())
        .with("idle_mb", megabytes)
        .with("idle_mb_at_most", 256);
  }

  private static void start(TemporaryFolder folder, List<Double> seconds) throws IOException {
    try (var server = ServerProcess.start(folder.path().resolve("data"))) {
      seconds.add(server.untilReady().toMillis() / 1000.0);
    }
  }

  private static double idle(TemporaryFolder folder) throws IOException, InterruptedException {
    try (var server = ServerProcess.start(folder.path().resolve("data"))) {
      Thread.sleep(Duration.ofSeconds(5)); // what a person sees who looks a moment after the start
      return server.residentBytes() / 1e6;
    }
  }
}
