package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.checks.endtoend.DaneSite.Kept;
import org.millrace.testkit.broker.RabbitNode;

/**
 * Somebody deletes the queues of workers on RabbitMQ, and the messages of two tasks with them. On
 * the embedded broker nobody can: {@code EmbeddedFaultsTest}.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@Order(1) // it takes two looks at what is out, a minute each
class DaneDeletedQueueEndToEndTest {
  /** What docs/dane.md calls minutes. */
  private static final Duration MINUTES = Duration.ofMinutes(5);

  @TempDir private Path folder;
  @TempDir private Path workers;

  @Test
  void a_task_whose_queue_was_deleted_is_published_again_or_ends_as_unroutable() throws Exception {
    try (var rabbit = RabbitNode.start(folder, true);
        var site = DaneSite.on(rabbit);
        var programs = site.programs(workers)) {
      DaneCalls calls = site.calls();
      site.start();
      site.awaitBroker();
      makeQueues(programs);
      String awaited = calls.assign("AWAITED", "FILESIZE");
      String forgotten = calls.assign("FORGOTTEN", "MOODY");
      for (String task : List.of(awaited, forgotten)) {
        PackagedServer.await(MINUTES, () -> liesInAQueue(calls, task));
      }

      programs.run("delete-filesize", "dane_delete_queue.py", "filesize_queue");
      programs.run("delete-moody", "dane_delete_queue.py", "moody_queue");

      for (String task : List.of(awaited, forgotten)) {
        PackagedServer.await(MINUTES, () -> calls.causes(task).equals(List.of("no-queue")));
        assertThat(calls.state(task)).isEqualTo("102");
      }
      programs.startWorker("filesize", "back");
      PackagedServer.await(MINUTES, () -> calls.isDone(awaited));
      List<String> saved = programs.told("back", "saved");
      assertThat(saved).hasSize(1);
      assertThat(site.kept(awaited))
          .as("under the same attempt")
          .containsExactly(new Kept(saved.getFirst(), 1, false));

      PackagedServer.await(MINUTES, () -> calls.state(forgotten).equals("422"));
      assertThat(calls.causes(forgotten)).containsExactly("unroutable");
      isDoneOnceAskedForAgain(calls, programs, forgotten);
    }
  }

  /** Durable ones, which are there without their workers. */
  private static void makeQueues(DanePrograms programs) throws Exception {
    for (String kind : List.of("filesize", "moody")) {
      programs.startWorker(kind, kind + "-first").destroyForcibly().onExit().join();
    }
  }

  private static boolean liesInAQueue(DaneCalls calls, String task) {
    String why = calls.get("/DANE/task/" + task + "/explain").path("causes").toString();
    return why.contains("no-worker") && why.contains("holds 1 message");
  }

  private static void isDoneOnceAskedForAgain(DaneCalls calls, DanePrograms programs, String task)
      throws Exception {
    programs.makeWilling();
    programs.startWorker("moody", "moody-back");
    calls.get("/DANE/task/" + task + "/retry");
    PackagedServer.await(MINUTES, () -> calls.isDone(task));
  }
}
