package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.views.LogFolder.Stream;
import org.millrace.testkit.runtime.TestEngine;
import org.millrace.testkit.runtime.TestTask;
import org.millrace.testkit.runtime.Waiting;

/** An engine that goes away and comes back, in the middle of things. */
@Timeout(180)
class EngineAwayTest {
  private static final String COUNTS =
      "i=0; while [ ! -e /v/go ]; do echo line $i; i=$((i+1)); sleep 0.02; done; echo end $i";

  @TempDir Path temp;
  TestEngine engine;
  TestSite site;
  ContainerRuntime runtime;

  @BeforeEach
  void opens() throws Exception {
    engine = TestEngine.own(Files.createDirectory(temp.resolve("e")), "--live-restore");
    site = new TestSite(temp, engine.host());
    runtime = site.open();
  }

  @AfterEach
  void closes() {
    if (engine != null) {
      runtime.close();
      engine.stopAndRemove();
    }
  }

  @Test
  void while_it_is_away_nothing_is_taken_and_what_was_begun_waits() throws Exception {
    assertThat(runtime.offer().unavailable()).isEmpty();
    assertThat(runtime.offer().comesBack()).isTrue();
    TestTask running = counting();
    runtime.prepare(running);
    runtime.start(running);
    Instant begin = Instant.now().minusSeconds(1); // it is told in whole seconds
    engine.stop();
    Waiting.until(() -> runtime.offer().unavailable().isPresent());

    Cause why = runtime.offer().unavailable().orElseThrow();
    assertThat(why.code()).isEqualTo("container-engine-away");
    assertThat(why.message()).contains(engine.host() + " does not answer, first noticed at ");
    Instant since = Instant.parse(why.message().replaceFirst(".* noticed at (\\S+Z): .*", "$1"));
    assertThat(since).isBetween(begin, Instant.now());
    TestTask task = task().shell("echo ran");
    FutureTask<ComputeEnd> waiting =
        inBackground(() -> {
          runtime.prepare(task);
          runtime.start(task);
          return runtime.await(task);
        });
    assertThat(runtime.offer().unavailable()).as("looked at again").contains(why);
    assertThatThrownBy(() -> runtime.cancel(running.handle())).isInstanceOf(AttemptFailed.class);
    assertThat(runtime.survivors()).contains(running.handle());

    engine.start();
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo(new ComputeEnd.Ran());
    Waiting.until(() -> runtime.offer().unavailable().isEmpty());
    assertThat(runtime.collect(task, new ComputeEnd.Ran()).executors().getFirst().stdout())
        .isEqualTo("ran\n");
    runtime.clean(task.handle());
    runtime.cancel(running.handle());
    assertThat(runtime.await(running)).isEqualTo(new ComputeEnd.Stopped(false));
    runtime.clean(running.handle());
    assertThat(engine.docker("ps", "-aq")).isEmpty();
  }

  @Test
  void what_runs_goes_on_over_an_engine_that_crashed_and_its_stream_is_whole() throws Exception {
    TestTask task = counting();
    runtime.prepare(task);
    runtime.start(task);
    FutureTask<ComputeEnd> waiting = inBackground(() -> runtime.await(task));
    Waiting.until(() -> Files.size(log(task)) > 200);

    engine.kill();
    engine.start();
    long before = Files.size(log(task));
    Waiting.until(() -> Files.size(log(task)) > before + 100);
    Files.createFile(
        site.work.resolve("attempts/container/" + task.handle().name() + "/root/v/go"));

    assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo(new ComputeEnd.Ran());
    runtime.collect(task, new ComputeEnd.Ran());
    runtime.clean(task.handle());
    assertWhole(Files.readAllLines(log(task)));
  }

  @Test
  void what_was_fed_when_the_engine_crashed_is_lost_and_never_cut_short() throws Exception {
    TestTask task =
        task().input("/d/in", "x".repeat(4_000_000)).shell("sleep 20; wc -c").from("/d/in");
    runtime.prepare(task);
    runtime.start(task);
    FutureTask<ComputeEnd> waiting = inBackground(() -> runtime.await(task));
    engine.kill();
    engine.start();

    ComputeEnd end = waiting.get(60, TimeUnit.SECONDS);
    assertThat(end)
        .asInstanceOf(type(ComputeEnd.Lost.class))
        .satisfies(lost -> assertThat(lost.cause().code()).isEqualTo("stdin-cut"));
    runtime.collect(task, end);
    runtime.clean(task.handle());
    assertThat(engine.docker("ps", "-aq")).isEmpty();
  }

  static void assertWhole(List<String> lines) {
    int count = lines.size() - 1;
    assertThat(lines.getLast()).isEqualTo("end " + count);
    assertThat(lines.subList(0, count))
        .isEqualTo(IntStream.range(0, count).mapToObj(i -> "line " + i).toList());
  }

  @Test
  void what_an_engine_took_down_when_it_was_stopped_is_lost_and_not_the_tasks_fault()
      throws Exception {
    runtime.close();
    engine.stopAndRemove();
    engine = TestEngine.own(Files.createDirectory(temp.resolve("e2"))); // keeps no containers
    site = new TestSite(temp, engine.host());
    runtime = site.open();
    TestTask task = counting();
    runtime.prepare(task);
    runtime.start(task);
    FutureTask<ComputeEnd> waiting = inBackground(() -> runtime.await(task));
    Waiting.until(() -> Files.size(log(task)) > 0);
    engine.stop();
    engine.start();

    ComputeEnd end = waiting.get(60, TimeUnit.SECONDS);
    assertThat(end)
        .asInstanceOf(type(ComputeEnd.Lost.class))
        .satisfies(lost -> assertThat(lost.cause().code()).isEqualTo("container-stopped"));
    Collected collected = runtime.collect(task, end);
    assertThat(collected.executors()).isEmpty();
    runtime.clean(task.handle());
    assertThat(engine.docker("ps", "-aq")).isEmpty();
  }

  private TestTask task() {
    return new TestTask(ContainerRuntime.NAME);
  }

  private TestTask counting() {
    return task().volume("/v").shell(COUNTS);
  }

  private Path log(TestTask task) {
    return site.logs().place(task.task(), 1, 0, Stream.STDOUT);
  }

  private static <T> FutureTask<T> inBackground(Callable<T> work) {
    var task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    return task;
  }
}
