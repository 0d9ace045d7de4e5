package org.millrace.server.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.millrace.server.TemporaryFolder;
import org.millrace.server.bench.HttpLoad.Measured;

/** How many tasks a second can be looked at, each another one. */
final class GetBench {
  private static final int CONNECTIONS = 64;
  private static final int TASKS = 1_000;
  private static final Duration LONG = Duration.ofSeconds(6);

  private GetBench() {}

  static Result run() throws IOException, InterruptedException {
    try (var folder = TemporaryFolder.create("millrace-bench");
        var server =
            ServerProcess.start(
                folder.path().resolve("data"), "engine.dispatch=false", "logging.level=warn")) {
      List<byte[]> requests = new ArrayList<>();
      for (String id : SubmittedTasks.submit(server.address(), "alpine", TASKS)) {
        requests.add(HttpLoad.request("GET", "/ga4gh/tes/v1/tasks/" + id + "?view=MINIMAL", ""));
      }
      byte[] still = HttpLoad.request("GET", "/healthz", "");
      var load = new HttpLoad(server.address(), CONNECTIONS);
      BenchCommand.say("warming up");
      load.run(LONG, i -> requests.get(i % TASKS));
      load.run(LONG, _ -> still);
      BenchCommand.say("getting tasks over " + CONNECTIONS + " connections");
      double before = load.run(LONG, _ -> still).perSecond();
      Measured measured = load.run(LONG, i -> requests.get(i % TASKS));
      double after = load.run(LONG, _ -> still).perSecond();
      BenchCommand.say(
          "%.0f gets/s, p99 %.1f ms; static answer %.0f and %.0f/s"
              .formatted(measured.perSecond(), measured.percentile(0.99), before, after));
      return Result.ofRate(
              "get",
              measured.perSecond(),
              "gets/s",
              (before + after) / 2,
              "the same server's static answer, /healthz, over the same connections, before and"
                  + " after",
              0.4)
          .with("p99_ms", measured.percentile(0.99));
    }
  }
}
