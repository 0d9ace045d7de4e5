package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Outcome;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.testkit.runtime.Processes;
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
      Waiting.until(() -> !Processes.sleeping("4781").isEmpty());

      runtime.cancel(task.handle());

      assertThat(Processes.sleeping("4781")).isEmpty();
      runtime.await(task);
      runtime.clean(task.handle());
      assertThat(runtime.survivors()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "head -c 45000000 /dev/zero; sleep 4783",
        "head -c 45000000 /dev/zero >&2; sleep 4783",
        "exec 3>full; rm full; head -c 45000000 /dev/zero >&3; sleep 4783"
      })
  void what_a_task_writes_where_nobody_sees_it_counts_as_well(String fills) throws Exception {
    run("mount", "-o", "remount,size=64m", disk.toString());
    var host = new TestHost(disk).withFloor(24 << 20).withLogLimit(1 << 30);
    try (ProcessRuntime runtime = host.process()) {
      TestTask task = new TestTask(ProcessRuntime.NAME).shell(fills);
      runtime.prepare(task);
      runtime.start(task);

      assertThat(runtime.await(task))
          .asInstanceOf(type(ComputeEnd.Broken.class))
          .satisfies(
              broken -> assertThat(broken.cause().message()).contains("runtimes.disk-floor"));
      runtime.clean(task.handle());
      assertThat(Files.getFileStore(disk).getUsableSpace()).isGreaterThan(60_000_000L);
    }
  }

  @Test
  void whoever_holds_the_most_of_a_disk_below_its_floor_is_stopped_and_nobody_else()
      throws Exception {
    run("mount", "-o", "remount,size=64m", disk.toString());
    var host = new TestHost(disk).withFloor(24 << 20);
    try (ProcessRuntime runtime = host.process();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      TestTask small =
          new TestTask(ProcessRuntime.NAME)
              .shell("head -c 9000000 /dev/zero > some; while [ ! -e go ]; do sleep 0.02; done");
      TestTask large =
          new TestTask(ProcessRuntime.NAME)
              .shell("echo 1 > o; head -c 36000000 /dev/zero > most; sleep 4782")
              .output("/o", "mem:o");
      Future<ComputeEnd> first = threads.submit(() -> toTheEnd(runtime, small));
      Future<ComputeEnd> second = threads.submit(() -> toTheEnd(runtime, large));

      assertThat(second.get())
          .asInstanceOf(type(ComputeEnd.Broken.class))
          .satisfies(broken -> {
            assertThat(broken.cause().code()).isEqualTo("disk-full");
            assertThat(broken.cause().message()).contains("runtimes.disk-floor");
          });
      assertThat(first.isDone()).isFalse();
      assertThat(runtime.collect(large, second.get()).outputs()).hasSize(1);

      TestTask next = new TestTask(ProcessRuntime.NAME).runs("true");
      assertThatThrownBy(() -> runtime.prepare(next))
          .asInstanceOf(type(AttemptFailed.class))
          .satisfies(
              failed -> assertThat(failed.outcome().why().map(Cause::code)).contains("disk-full"));

      runtime.clean(large.handle());
      runtime.prepare(next);
      runtime.clean(next.handle());
      Files.createFile(
          host.area.attempt(ProcessRuntime.NAME, small.handle().name()).root().resolve("go"));
      assertThat(first.get()).isEqualTo(new ComputeEnd.Ran());
      runtime.clean(small.handle());
    }
  }

  private static ComputeEnd toTheEnd(ProcessRuntime runtime, TestTask task)
      throws AttemptFailed, InterruptedException {
    runtime.prepare(task);
    runtime.start(task);
    return runtime.await(task);
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
