package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.Path;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.testkit.runtime.TestTask;

/**
 * A server in a JVM of its own, to be killed: prepares and starts tasks, tells of each on standard
 * output, and then waits for its death.
 */
final class ServerThatDies {
  private ServerThatDies() {}

  /** Arguments: a temporary folder, {@code sandbox} or {@code process}, ids of tasks. */
  public static void main(String[] arguments)
      throws IOException, AttemptFailed, InterruptedException {
    var host = new TestHost(Path.of(arguments[0]));
    var name = new RuntimeName(arguments[1]);
    try (LocalRuntime runtime =
        name.equals(SandboxRuntime.NAME) ? host.sandbox() : host.process()) {
      tell("ready");
      for (int i = 2; i < arguments.length; i++) {
        TestTask task = counted(name, new TaskId(arguments[i]));
        runtime.prepare(task);
        runtime.start(task);
        tell("started " + arguments[i]);
      }
      Thread.currentThread().join(); // until somebody kills this process
    }
  }

  private static void tell(String line) {
    System.out.println(line); // the parent reads it
    System.out.flush();
  }

  /** A task that leaves a file for each time it ran. */
  static TestTask counted(RuntimeName name, TaskId id) {
    return new TestTask(name, id)
        .volume("/count")
        .input("/data/in", "brought in")
        .shell("mktemp count/XXXXXX; cat data/in; sleep 0.3; echo half")
        .shell("echo whole")
        .outputFolder("/count", "mem:" + id);
  }
}
