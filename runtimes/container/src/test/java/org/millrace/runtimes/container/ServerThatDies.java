package org.millrace.runtimes.container;

import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.millrace.domain.task.TaskId;
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
    var site = new TestSite(Path.of(arguments[0]), new EngineAddress(arguments[1]));
    ContainerRuntime runtime = site.open();
    tell("ready");
    try (var threads = Executors.newFixedThreadPool(AT_ONCE);
        var followers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 2; i < arguments.length; i++) {
        TestTask task = counted(new TaskId(arguments[i]));
        threads.submit(() -> {
          runtime.prepare(task);
          runtime.start(task);
          tell("started " + task.task());
          followers.submit(() -> runtime.await(task));
          return true;
        });
      }
      Thread.currentThread().join(); // until somebody kills this process
    } catch (InterruptedException stopped) {
      throw new AssertionError("nobody interrupts this", stopped);
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
