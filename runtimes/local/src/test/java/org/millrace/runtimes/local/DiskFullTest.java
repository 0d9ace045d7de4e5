package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.Outcome;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.testkit.runtime.TestTask;
import org.millrace.testkit.runtime.Waiting;

/** On a small disk of its own, which takes root to mount. */
@Timeout(60)
final class DiskFullTest {
  @TempDir Path temp;
  private Path disk;

  @BeforeEach
  void mounts_a_small_disk() throws Exception {
    disk = Files.createDirectory(temp.resolve("disk"));
    Files.setPosixFilePermissions(temp, OthersMay.ENTER);
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=2m,mode=711", "tmpfs", disk.toString()) == 0,
        "no disk can be mounted here");
  }

  @AfterEach
  void unmounts_it() throws Exception {
    run("umount", "-l", disk.toString());
  }

  @Test
  void an_input_that_does_not_fit_is_said_not_to_and_its_room_is_free_again() throws Exception {
    var host = new TestHost(disk);
    String large = "x".repeat(3 << 20);
    host.transfer.files.put("mem:large", large);
    try (ProcessRuntime runtime = host.process()) {
      for (TestTask task :
          new TestTask[] {
            new TestTask(ProcessRuntime.NAME)
                .input("/small", "s")
                .input("/large", large)
                .runs("true"),
            new TestTask(ProcessRuntime.NAME).fetch("mem:large", "/large").runs("true")
          }) {
        assertThatThrownBy(() -> runtime.prepare(task))
            .asInstanceOf(type(AttemptFailed.class))
            .extracting(AttemptFailed::outcome)
            .asInstanceOf(type(Outcome.InputFailed.class))
            .satisfies(failed -> {
              assertThat(failed.cause().code()).isEqualTo("disk-full");
              assertThat(failed.cause().message()).contains("/large").contains("no space left");
              assertThat(failed.passing()).isTrue();
            });
        assertThat(runtime.survivors()).isEmpty();
        runtime.cancel(task.handle());
        runtime.clean(task.handle());
      }
      TestTask fits = new TestTask(ProcessRuntime.NAME).input("/small", "s").runs("cat", "small");
      runtime.prepare(fits);
      runtime.start(fits);
      assertThat(runtime.await(fits)).isEqualTo(new ComputeEnd.Ran());
      assertThat(runtime.collect(fits, new ComputeEnd.Ran()).executors().getFirst().stdout())
          .isEqualTo("s");
      runtime.clean(fits.handle());
      assertThat(runtime.survivors()).isEmpty();
    }
  }

  @Test
  void a_task_that_fills_the_disk_can_be_stopped_and_cleaned() throws Exception {
    var host = new TestHost(disk);
    try (ProcessRuntime runtime = host.process()) {
      TestTask task = new TestTask(ProcessRuntime.NAME).shell("cat /dev/zero > full; sleep 4781");
      runtime.prepare(task);
      runtime.start(task);
      Waiting.until(() -> !LocalRuntimeContract.sleepers("4781").isEmpty());

      runtime.cancel(task.handle());

      assertThat(LocalRuntimeContract.sleepers("4781")).isEmpty();
      runtime.await(task);
      runtime.clean(task.handle());
      assertThat(runtime.survivors()).isEmpty();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
