package org.millrace.server.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.Engine;
import org.millrace.engine.views.ViewStore.LaneLoad;
import org.millrace.server.MillraceServer;
import org.millrace.server.TemporaryFolder;

/** Whether a long queue in a full lane is felt in another lane. */
final class LanesBench {
  private static final int WARM_UP = 400;
  private static final int TASKS = 2_000;
  private static final int BACKLOG = 100_000;
  private static final int SUBMITTERS = 64;
  private static final String FULL_LANE = "process";
  private static final Resources IN_THE_FULL_LANE =
      new Resources(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Map.of(Resources.RUNTIME_PARAMETER, FULL_LANE),
          Optional.empty());

  private LanesBench() {}

  static Result run() throws IOException, InterruptedException, ExecutionException {
    try (var folder = TemporaryFolder.create("millrace-bench");
        MillraceServer server =
            MillraceServer.open(
                NoOps.config(
                    folder.path().resolve("data"),
                    Map.of("runtimes.process", "allow", "lanes." + FULL_LANE + ".limit", "1")))) {
      server.start();
      Engine engine = server.engine();
      NoOps.perSecond(engine, WARM_UP);
      BenchCommand.say("running " + TASKS + " tasks with nothing else waiting");
      double alone = NoOps.perSecond(engine, TASKS);
      TaskId occupant = fill(engine);
      BenchCommand.say("running " + TASKS + " tasks beside them");
      double beside = NoOps.perSecond(engine, TASKS);
      refuseUnlessFull(engine);
      engine.cancelTask().cancel(occupant, Caller.ANONYMOUS);
      return Result.ofRate(
          "lanes",
          beside,
          "tasks/s",
          alone,
          "the same tasks in the same server before " + BACKLOG + " were ready in the full lane",
          0.9);
    }
  }

  /** One task that holds the lane's only place, and behind it the backlog. */
  private static TaskId fill(Engine engine) throws InterruptedException, ExecutionException {
    TaskId occupant = submit(engine, NoOps.task(IN_THE_FULL_LANE, "sleep", "600"));
    BenchCommand.say("queueing " + BACKLOG + " tasks in the full lane");
    TaskSpec waiting = NoOps.task(IN_THE_FULL_LANE, "true");
    try (var threads = Executors.newFixedThreadPool(SUBMITTERS, Thread.ofVirtual().factory())) {
      List<Future<TaskId>> submitted =
          IntStream.range(0, BACKLOG)
              .mapToObj(_ -> threads.submit(() -> submit(engine, waiting)))
              .toList();
      for (Future<TaskId> one : submitted) {
        one.get();
      }
    }
    return occupant;
  }

  private static TaskId submit(Engine engine, TaskSpec task) {
    return engine.submitTask().submit(task, Optional.empty());
  }

  private static void refuseUnlessFull(Engine engine) {
    LaneLoad load = engine.views().load(new Lane(FULL_LANE), BACKLOG + 1);
    if (load.ready() != BACKLOG || load.inFlight() != 1) {
      throw new IllegalStateException("the lane was not full all the time: " + load);
    }
  }
}
