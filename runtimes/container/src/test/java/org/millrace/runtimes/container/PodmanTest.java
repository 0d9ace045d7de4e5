package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.views.LogFolder.Stream;
import org.millrace.testkit.runtime.TestTask;
import org.millrace.testkit.runtime.Waiting;

/** What sites do that have Podman's socket in place of Docker's. */
@Tag("full")
@Timeout(120)
class PodmanTest {
  @TempDir Path temp;
  PodmanEngine engine;
  TestSite site;

  @BeforeEach
  void opens() throws Exception {
    engine = PodmanEngine.start(Files.createDirectory(temp.resolve("e")));
    site = new TestSite(temp, engine.host());
  }

  @AfterEach
  void closes() {
    if (engine != null) {
      engine.stopAndRemove();
    }
  }

  @Test
  void executors_run_in_order_with_stdin_streams_outputs_and_their_use_measured() throws Exception {
    String lines = "one\ntwo\n".repeat(100_000);
    TestTask task =
        new TestTask(ContainerRuntime.NAME)
            .input("/data/in", lines)
            .volume("/v")
            .shell("tee /v/seen | wc -l; echo to errors >&2")
            .from("/data/in")
            .shell(
                "wc -c </v/seen >/out/size; head -c 300000000 /dev/zero | md5sum >/v/sum; exit 3")
            .to("/v/out")
            .ignoringErrors()
            .output("/out/size", "mem:size");
    try (ContainerRuntime runtime = site.open()) {
      assertThat(runtime.offer().unavailable()).isEmpty();
      runtime.prepare(task);
      runtime.start(task);
      ComputeEnd end = runtime.await(task);
      Collected collected = runtime.collect(task, end);
      runtime.clean(task.handle());

      assertThat(end).isEqualTo(new ComputeEnd.Ran());
      assertThat(collected.executors()).extracting(ExecutorResult::exitCode).containsExactly(0, 3);
      assertThat(collected.executors().getFirst().stdout()).isEqualTo("200000\n");
      assertThat(collected.executors().getFirst().stderr()).isEqualTo("to errors\n");
      assertThat(site.transfer.files).containsEntry("mem:size", lines.length() + "\n");
      assertThat(collected.executors().getLast().usage().cpu().orElseThrow().toMillis())
          .isBetween(50L, 60_000L);
      assertThat(collected.executors().getLast().usage().peakMemory().orElseThrow())
          .isBetween(100_000L, 512L << 20);
      assertThat(runtime.survivors()).isEmpty();
    }
    assertNothingIsLeft();
  }

  @Test
  void a_cancel_stops_what_runs_within_seconds() throws Exception {
    TestTask task = new TestTask(ContainerRuntime.NAME).shell("echo begun; sleep 3600");
    try (ContainerRuntime runtime = site.open()) {
      runtime.prepare(task);
      runtime.start(task);
      FutureTask<ComputeEnd> waiting = new FutureTask<>(() -> runtime.await(task));
      Thread.ofVirtual().start(waiting);
      Waiting.until(() -> Files.size(log(task)) > 0);

      runtime.cancel(task.handle());

      ComputeEnd end = waiting.get(10, TimeUnit.SECONDS);
      assertThat(end).isEqualTo(new ComputeEnd.Stopped(false));
      assertThat(engine.podman("ps", "--quiet")).isEmpty();
      assertThat(runtime.collect(task, end).executors())
          .singleElement()
          .satisfies(executor -> {
            assertThat(executor.exitCode()).isEqualTo(137);
            assertThat(executor.stdout()).isEqualTo("begun\n");
          });
      runtime.clean(task.handle());
    }
    assertNothingIsLeft();
  }

  @Test
  void the_next_server_adopts_what_runs_also_over_a_service_that_was_away() throws Exception {
    TestTask task = ServerThatDies.counted(new TestTask(ContainerRuntime.NAME).task());
    try (ContainerRuntime dies = site.open()) {
      dies.prepare(task);
      dies.start(task);
      Waiting.until(() -> Files.size(log(task)) > 100);
    }
    engine.stop();
    try (ContainerRuntime next = site.open()) {
      assertThat(next.offer().unavailable()).isPresent();
      next.prepare(task);
      next.start(task);
      FutureTask<ComputeEnd> waiting = new FutureTask<>(() -> next.await(task));
      Thread.ofVirtual().start(waiting);
      engine.serve();
      long before = Files.size(log(task));
      Waiting.until(() -> Files.size(log(task)) > before);
      Files.createFile(
          site.work.resolve("attempts/container/" + task.handle().name() + "/root/v/go"));

      ComputeEnd end = waiting.get(30, TimeUnit.SECONDS);
      assertThat(end).isEqualTo(new ComputeEnd.Ran());
      Collected collected = next.collect(task, end);
      next.clean(task.handle());
      assertThat(collected.executors().getLast().stdout()).isEqualTo("brought in\n");
      assertThat(collected.outputs()).as("one file for each time it ran").hasSize(1);
      EngineAwayTest.assertWhole(Files.readAllLines(log(task)));
    }
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() throws Exception {
    assertThat(engine.podman("ps", "--all", "--quiet")).isEmpty();
    assertThat(site.work.resolve("attempts/container")).isEmptyDirectory();
    String groups = "millrace-" + ContainerRuntime.installation(site.settings());
    try (DirectoryStream<Path> controllers =
        Files.newDirectoryStream(Path.of("/sys/fs/cgroup"), Files::isDirectory)) {
      assertThat(controllers)
          .allSatisfy(controller -> assertThat(controller.resolve(groups)).doesNotExist());
    }
  }

  private Path log(TestTask task) {
    return site.logs().place(task.task(), 1, 0, Stream.STDOUT);
  }
}
