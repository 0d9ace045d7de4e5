package org.millrace.server.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.server.TemporaryFolder;
import org.millrace.server.bench.HttpLoad.Measured;
import org.millrace.store.bench.BareInsertLoop;
import org.millrace.store.sqlite.SqliteConfig;

/** How many tasks a second are taken in, each on disk before it is acknowledged. */
final class AcceptBench {
  private static final int CONNECTIONS = 64;
  private static final int BARE_TASKS = 60_000;
  private static final Map<String, String> TAGS =
      Map.of("project", "bench", "stage", "accept", "team", "none");
  private static final String TASK =
      """
      {"name": "bench", "tags": {"project": "bench", "stage": "accept", "team": "none"},
       "resources": {"cpu_cores": 1, "ram_gb": 1.0},
       "executors": [{"image": "alpine", "command": ["true"]}]}\
      """;

  private AcceptBench() {}

  static Result run() throws IOException, SQLException, InterruptedException {
    double before = bare();
    Measured measured;
    try (var folder = TemporaryFolder.create("millrace-bench");
        var server =
            ServerProcess.start(
                folder.path().resolve("data"), "engine.dispatch=false", "logging.level=warn")) {
      var load = new HttpLoad(server.address(), CONNECTIONS);
      byte[] create = HttpLoad.request("POST", "/ga4gh/tes/v1/tasks", TASK);
      BenchCommand.say("warming up");
      load.run(Duration.ofSeconds(8), _ -> create);
      BenchCommand.say("creating tasks over " + CONNECTIONS + " connections");
      measured = load.run(Duration.ofSeconds(10), _ -> create);
    }
    double after = bare();
    BenchCommand.say(
        "%.0f creates/s, p50 %.1f ms, p99 %.1f ms; bare loop %.0f and %.0f rows/s"
            .formatted(
                measured.perSecond(),
                measured.percentile(0.5),
                measured.percentile(0.99),
                before,
                after));
    return Result.ofRate(
            "accept",
            measured.perSecond(),
            "tasks/s",
            (before + after) / 2,
            "a bare SQLite loop writing the same rows (task, spec, event, three tags and their"
                + " indexes) in groups of 100, before and after",
            0.4)
        .with("p50_ms", measured.percentile(0.5))
        .with("p99_ms", measured.percentile(0.99));
  }

  private static double bare() throws IOException, SQLException {
    try (var folder = TemporaryFolder.create("millrace-bench")) {
      BenchCommand.say("bare loop of " + BARE_TASKS + " tasks");
      Path data = folder.path().resolve("data");
      TaskSpec spec = spec();
      Task sample = Task.submitted(new TaskId("sample"), spec, new Lane("sandbox"), Instant.EPOCH);
      return BareInsertLoop.run(SqliteConfig.of(data), sample, spec, BARE_TASKS);
    }
  }

  /** What the face makes of the task above. */
  private static TaskSpec spec() {
    var resources =
        new Resources(
            Optional.of(1),
            Optional.of(1.0),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Map.of(),
            Optional.empty());
    return new TaskSpec(
        Owner.ANONYMOUS,
        "tes",
        Optional.of("bench"),
        Optional.empty(),
        TAGS,
        TaskSpec.NORMAL_PRIORITY,
        NoOps.work("true"),
        resources,
        RetryPolicy.DEFAULT,
        TimeLimits.NONE,
        List.of());
  }
}
