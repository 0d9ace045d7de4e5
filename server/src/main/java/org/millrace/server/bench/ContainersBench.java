package org.millrace.server.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.millrace.runtimes.container.BareContainerLoop;
import org.millrace.runtimes.container.EngineAddress;
import org.millrace.server.MillraceServer;
import org.millrace.server.TemporaryFolder;
import org.millrace.server.config.ServerConfig;
import org.millrace.server.config.Sources;

/**
 * How many no-op containers a second go from POST to COMPLETE, with everything a task has stored,
 * streams followed and use measured.
 */
final class ContainersBench {
  private static final int WARM_UP = 16;
  private static final int TASKS = 150;

  /** As many as the server has slots. */
  private static final int AT_ONCE = 4;

  private ContainersBench() {}

  static Result run() throws IOException, InterruptedException {
    EngineAddress usual = ServerConfig.from(new Sources()).containers().host();
    try (BenchEngine engine = BenchEngine.open(usual)) {
      double before = bare(engine.address());
      double measured = measure(engine.address());
      double after = bare(engine.address());
      BenchCommand.say(
          "%.1f tasks/s; bare loop %.1f and %.1f runs/s".formatted(measured, before, after));
      return Result.ofRate(
          "containers",
          measured,
          "tasks/s",
          (before + after) / 2,
          "create, start, wait, remove on the same engine in a bare loop, "
              + AT_ONCE
              + " at once as in the server, before and after",
          0.7);
    }
  }

  private static ServerConfig config(Path data, EngineAddress engine) {
    return NoOps.config(
        data,
        Map.of(
            "runtimes.container",
            "allow",
            "container.host",
            engine.text(),
            "container.network",
            "none",
            "container.pull",
            "never",
            "container.slots",
            String.valueOf(AT_ONCE)));
  }

  private static double bare(EngineAddress engine) throws IOException, InterruptedException {
    try (var folder = TemporaryFolder.create("millrace-bench")) {
      BenchCommand.say("bare loop of " + TASKS + " containers");
      var settings = config(folder.path(), engine).containers().settings("bench", folder.path());
      var loop = new BareContainerLoop(settings, BenchEngine.IMAGE);
      loop.run(WARM_UP, AT_ONCE);
      return loop.run(TASKS, AT_ONCE).perSecond();
    }
  }

  private static double measure(EngineAddress engine) throws IOException, InterruptedException {
    try (var folder = TemporaryFolder.create("millrace-bench");
        MillraceServer server =
            MillraceServer.open(config(folder.path().resolve("data"), engine))) {
      server.start();
      perSecond(server, WARM_UP);
      BenchCommand.say("running " + TASKS + " tasks");
      return perSecond(server, TASKS);
    }
  }

  private static double perSecond(MillraceServer server, int tasks)
      throws IOException, InterruptedException {
    return NoOps.<IOException>perSecond(
        server.engine(),
        tasks,
        () -> SubmittedTasks.submit(server.listening().getFirst(), BenchEngine.IMAGE, tasks));
  }
}
