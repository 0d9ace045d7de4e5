package org.millrace.store.sqlite;

import static org.millrace.testkit.Fixtures.aTask;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.millrace.domain.failure.Refusal;
import org.millrace.testkit.TaskFixture;

/**
 * A process of its own that opens a store and inserts tasks until it is killed; prints the id of
 * each that was acknowledged.
 */
final class Child implements AutoCloseable {
  private static final int WRITERS = 16;

  private final Process process;
  private final BufferedReader output;

  private Child(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static Child start(Path folder, String prefix) throws IOException {
    return new Child(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.toString(),
                prefix)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** What it printed next. */
  String line() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new AssertionError("the child has ended");
    }
    return line;
  }

  /** Kills it; returns the whole lines it had printed before and nobody has read yet. */
  List<String> kill() throws IOException {
    process.toHandle().destroyForcibly(); // Process would close what it printed, too
    process.onExit().join();
    var lines = new ArrayList<String>();
    var text = new StringBuilder();
    for (int character = output.read(); character >= 0; character = output.read()) {
      if (character == '\n') {
        lines.add(text.toString());
        text.setLength(0);
      } else {
        text.append((char) character);
      }
    }
    return lines;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** The child's own life. */
  public static void main(String[] arguments) {
    try (SqliteStore store = SqliteStore.open(SqliteConfig.of(Path.of(arguments[0])));
        ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      var numbers = new AtomicInteger();
      for (int writer = 0; writer < WRITERS; writer++) {
        writers.execute(() -> insertForEver(store, arguments[1], numbers));
      }
    } catch (Refusal refused) {
      System.out.println(refused.getMessage());
    }
  }

  private static void insertForEver(SqliteStore store, String prefix, AtomicInteger numbers) {
    while (true) {
      TaskFixture task = aTask(prefix + numbers.incrementAndGet()).tagged("project", "demo");
      store.ports().intake().insert(task.newTask());
      System.out.println(task.id());
    }
  }
}
