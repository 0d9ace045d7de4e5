package org.millrace.runtimes.container;

import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.testkit.runtime.TestTask;

/**
 * A server in a JVM of its own, to be killed: prepares and starts tasks, four at once, follows
 * them, and tells of each that was started on standard output.
 */
final class ServerThatDies {
  private static final int AT_ONCE = 4;

  private ServerThatDies() {}

  /** Arguments: a temporary folder, the engine's address, ids of tasks. */
  public static void main(String[] arguments) throws Exception {
    var site = new TestSite(Path.of(arguments[0]), arguments[1]);
    ContainerRuntime runtime = site.open();
    tell("ready");
    var places = new Semaphore(AT_ONCE);
    for (int i = 2; i < arguments.length; i++) {
      TestTask task = counted(new TaskId(arguments[i]));
      places.acquire();
      Thread.ofPlatform().start(() -> run(runtime, task, places));
    }
    Thread.currentThread().join(); // until somebody kills this process
  }

  private static void run(ContainerRuntime runtime, TestTask task, Semaphore places) {
    try {
      runtime.prepare(task);
      runtime.start(task);
      tell("started " + task.task());
      places.release();
      tell("ended " + task.task() + " " + runtime.await(task));
    } catch (AttemptFailed failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static synchronized void tell(String line) {
    System.out.println(line); // the parent reads it
    System.out.flush();
  }

  /** A task that leaves a file for each time it ran, and counts until it is told to end. */
  static TestTask counted(TaskId id) {
    return new TestTask(ContainerRuntime.NAME, id)
        .volume("/v")
        .volume("/count")
        .input("/data/in", "brought in\n")
        .shell(
            "mktemp /count/XXXXXX >&2; i=0; while [ ! -e /v/go ]; do echo line $i; i=$((i+1));"
                + " sleep 0.05; done; echo end $i")
        .shell("cat /data/in")
        .outputFolder("/count", "mem:" + id);
  }
}
