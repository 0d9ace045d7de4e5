package org.millrace.server.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.millrace.runtimes.local.BareSandboxLoop;
import org.millrace.runtimes.local.LocalSettings;
import org.millrace.runtimes.local.WorkArea;
import org.millrace.server.MillraceServer;
import org.millrace.server.TemporaryFolder;
import org.millrace.server.config.ServerConfig;

/**
 * How many no-op tasks a second go from submitted to ended, in the sandbox, with everything a task
 * has stored.
 */
final class DispatchBench {
  private static final int WARM_UP = 400;
  private static final int TASKS = 2_000;
  private static final int BARE_THREADS = 2;

  private DispatchBench() {}

  static Result run() throws IOException, InterruptedException {
    double before = bare();
    double measured = measure();
    double after = bare();
    BenchCommand.say(
        "%.0f tasks/s; bare loop %.0f and %.0f runs/s".formatted(measured, before, after));
    return Result.ofRate(
        "dispatch",
        measured,
        "tasks/s",
        (before + after) / 2,
        "the same bwrap … true under the same supervisor and control groups in a bare loop of "
            + BARE_THREADS
            + " threads, before and after",
        0.6);
  }

  private static ServerConfig config(Path data) {
    return NoOps.config(data, Map.of());
  }

  private static double bare() throws IOException, InterruptedException {
    try (var folder = TemporaryFolder.create("millrace-bench")) {
      BenchCommand.say("bare loop of " + TASKS + " sandboxes");
      ServerConfig config = config(folder.path().resolve("data"));
      LocalSettings settings = config.runtimes().settings("bench", config.data());
      var loop =
          new BareSandboxLoop(settings, config.runtimes().sandbox(), WorkArea.open(settings));
      loop.run(WARM_UP, BARE_THREADS);
      return loop.run(TASKS, BARE_THREADS).perSecond();
    }
  }

  private static double measure() throws IOException, InterruptedException {
    try (var folder = TemporaryFolder.create("millrace-bench");
        MillraceServer server = MillraceServer.open(config(folder.path().resolve("data")))) {
      server.start();
      NoOps.perSecond(server.engine(), WARM_UP);
      BenchCommand.say("running " + TASKS + " tasks");
      return NoOps.perSecond(server.engine(), TASKS);
    }
  }
}
