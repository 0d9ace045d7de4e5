package org.millrace.server.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.engine.Engine;
import org.millrace.runtimes.local.BareSandboxLoop;
import org.millrace.runtimes.local.LocalSettings;
import org.millrace.runtimes.local.WorkArea;
import org.millrace.server.MillraceServer;
import org.millrace.server.config.ServerConfig;
import org.millrace.server.config.Sources;

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
    return ServerConfig.from(
        new Sources()
            .flag("data", data.toString(), "bench")
            .flag("http.port", "0", "bench")
            .flag("logging.level", "warn", "bench"));
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
      run(server.engine(), WARM_UP);
      BenchCommand.say("running " + TASKS + " tasks");
      long begin = System.nanoTime();
      run(server.engine(), TASKS);
      return TASKS * 1e9 / (System.nanoTime() - begin);
    }
  }

  /** Submits, and returns when all have ended; one that does not end well ends the benchmark. */
  private static void run(Engine engine, int tasks) throws InterruptedException {
    long cursor = engine.views().newestEvent();
    for (int i = 0; i < tasks; i++) {
      engine.submitTask().submit(noOp(), Optional.empty());
    }
    int ended = 0;
    while (ended < tasks) {
      long heard = engine.news().history().rings();
      List<HistoryEvent> news =
          engine.views().history(cursor, Optional.empty(), 1000, Caller.ANONYMOUS);
      for (HistoryEvent event : news) {
        cursor = event.sequence();
        if (event.state().isFinal()) {
          ended++;
          refuseUnless(event.state() == TaskState.COMPLETE, event);
        }
      }
      if (news.isEmpty()) {
        engine.news().history().await(heard, java.time.Duration.ofSeconds(1));
      }
    }
  }

  private static void refuseUnless(boolean complete, HistoryEvent event) {
    if (!complete) {
      throw new IllegalStateException(
          "a no-op ended " + event.state() + ": " + event.detail().orElse(""));
    }
  }

  private static TaskSpec noOp() {
    var executor =
        new ExecutorSpec(
            "none",
            List.of("true"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            false);
    return new TaskSpec(
        Owner.ANONYMOUS,
        "bench",
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        TaskSpec.NORMAL_PRIORITY,
        new ContainerWork(List.of(executor), List.of(), List.of(), List.of()),
        Resources.NONE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }
}
