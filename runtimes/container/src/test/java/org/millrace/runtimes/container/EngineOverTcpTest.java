package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.attempt.Collected;
import org.millrace.testkit.runtime.TestEngine;
import org.millrace.testkit.runtime.TestTask;

/** An engine that is reached over TCP: it may be elsewhere, so that files are copied. */
class EngineOverTcpTest {
  @TempDir Path temp;

  @Test
  void streams_and_files_come_and_go_over_tcp() throws Exception {
    String address = "tcp://127.0.0.1:" + TestSite.freePort();
    TestEngine engine =
        TestEngine.own(Files.createDirectory(temp.resolve("engine")), "-H", address, "--tls=false");
    var site = new TestSite(temp, address);
    try (ContainerRuntime runtime = site.open()) {
      assertThat(site.settings().binds()).isFalse();
      TestTask task =
          new TestTask(ContainerRuntime.NAME)
              .input("/data/in", "given\n")
              .volume("/v")
              .shell("tee /v/seen")
              .from("/data/in")
              .shell("cat /v/seen /data/in >/out/both; cat /v/seen")
              .output("/out/both", "mem:both");
      runtime.prepare(task);
      runtime.start(task);
      Collected collected = runtime.collect(task, runtime.await(task));
      runtime.clean(task.handle());

      assertThat(collected.executors()).hasSize(2);
      assertThat(collected.executors())
          .allSatisfy(executor -> assertThat(executor.stdout()).isEqualTo("given\n"));
      assertThat(site.transfer.files).containsEntry("mem:both", "given\ngiven\n");
      assertThat(runtime.survivors()).isEmpty();
    } finally {
      engine.stopAndRemove();
    }
  }

  /** As it hears of the end of a container and of the lack of memory by two ways. */
  @Test
  void an_engine_may_tell_of_the_lack_of_memory_after_the_end() throws Exception {
    int port = TestSite.freePort();
    TestEngine engine =
        TestEngine.own(
            Files.createDirectory(temp.resolve("engine")),
            "-H",
            "tcp://127.0.0.1:" + port,
            "--tls=false");
    try (var late =
        new LateEngine(
            port,
            "\"OOMKilled\":true",
            "\"OOMKilled\":null",
            "\"OOMKilled\":false,\"Dead\":false,\"Pid\":0,\"ExitCode\":137")) {
      var site = new TestSite(temp, "tcp://127.0.0.1:" + late.port());
      try (ContainerRuntime runtime = site.open()) {
        TestTask task =
            new TestTask(ContainerRuntime.NAME)
                .asks(1, 0.0625)
                .runs("tail", "-n", "1", "/dev/zero");
        runtime.prepare(task);
        runtime.start(task);
        Collected collected = runtime.collect(task, runtime.await(task));
        runtime.clean(task.handle());

        assertThat(late.hasBeenLate()).isTrue();
        assertThat(collected.executors().getFirst().outOfMemory()).isTrue();
      }
    } finally {
      engine.stopAndRemove();
    }
  }
}
