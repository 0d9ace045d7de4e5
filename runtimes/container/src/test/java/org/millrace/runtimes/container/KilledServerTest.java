package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.views.LogFolder.Stream;
import org.millrace.testkit.runtime.TestEngine;
import org.millrace.testkit.runtime.TestTask;
import org.millrace.testkit.runtime.Waiting;

/**
 * A server that is killed, and the one that comes after it. That none is lost however often it
 * happens is shown end to end, by the packaged server.
 */
@Timeout(600)
class KilledServerTest {
  private static final int TASKS = 20;

  @TempDir Path temp;

  @Test
  void twenty_running_containers_are_adopted_and_none_runs_twice() throws Exception {
    adoptAfter(TASKS, temp, TestEngine.shared());
  }

  private static void adoptAfter(int started, Path folder, TestEngine engine) throws Exception {
    List<TaskId> ids = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      ids.add(new TaskId(folder.getFileName() + "-" + i + "-" + System.nanoTime()));
    }
    runAndKill(started, folder, engine, ids);

    var site = new TestSite(folder, engine.host());
    try (ContainerRuntime runtime = site.open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> adoptions = new ArrayList<>();
      for (TaskId id : ids) {
        adoptions.add(() -> {
          adopt(runtime, site, id);
          return true;
        });
      }
      for (Future<Boolean> adoption : threads.invokeAll(adoptions)) {
        assertThat(adoption.get()).isTrue();
      }
      assertThat(runtime.survivors()).as("killed after %s", started).isEmpty();
    }
    assertThat(engine.docker("ps", "-aq", "--filter", "label=" + Labels.INSTALLATION)).isEmpty();
  }

  private static void adopt(ContainerRuntime runtime, TestSite site, TaskId id) throws Exception {
    TestTask task = ServerThatDies.counted(id);
    runtime.prepare(task);
    runtime.start(task);
    Path root = site.work.resolve("attempts/container/" + task.handle().name() + "/root");
    Files.createFile(root.resolve("v/go"));
    assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Ran());
    Collected collected = runtime.collect(task, new ComputeEnd.Ran());
    runtime.clean(task.handle());

    assertThat(collected.executors()).hasSize(2);
    assertThat(collected.executors().getLast().stdout()).isEqualTo("brought in\n");
    assertThat(collected.outputs()).as("runs of %s", id).hasSize(1);
    EngineAwayTest.assertWhole(Files.readAllLines(site.logs().place(id, 1, 0, Stream.STDOUT)));
  }

  private static void runAndKill(int started, Path folder, TestEngine engine, List<TaskId> ids)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ServerThatDies.class.getName(),
                folder.toString(),
                engine.host()));
    ids.forEach(id -> command.add(id.text()));
    Process server =
        new ProcessBuilder(command).redirectError(folder.resolve("errors").toFile()).start();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      for (int seen = -1; seen < started; seen++) {
        String line;
        do {
          line = lines.readLine();
          assertThat(line).as(Files.readString(folder.resolve("errors"))).isNotNull();
        } while (!line.equals("ready") && !line.startsWith("started "));
      }
    } finally {
      server.destroyForcibly();
      server.waitFor();
    }
  }

  @Test
  void what_was_fed_only_in_part_is_lost_and_never_cut_short() throws Exception {
    TestEngine engine = TestEngine.shared();
    var site = new TestSite(temp, engine.host());
    TestTask task =
        new TestTask(ContainerRuntime.NAME)
            .input("/d/in", "x".repeat(4_000_000))
            .shell("sleep 60; wc -c") // it is killed long before
            .from("/d/in");
    ContainerRuntime dies = site.open();
    dies.prepare(task);
    dies.start(task);
    try (ContainerRuntime next = site.open()) {
      ComputeEnd end = next.await(task); // as if the first were gone: it has not fed all yet

      assertThat(end)
          .isInstanceOfSatisfying(
              ComputeEnd.Lost.class,
              lost -> assertThat(lost.cause().code()).isEqualTo("stdin-cut"));
      next.collect(task, end);
      next.clean(task.handle());
    }
    dies.close();
    Waiting.until(
        () -> engine.docker("ps", "-aq", "--filter", "label=" + Labels.INSTALLATION).isEmpty());
  }
}
