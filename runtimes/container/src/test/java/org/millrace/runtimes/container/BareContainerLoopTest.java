package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.testkit.runtime.TestEngine;
import org.millrace.testkit.runtime.TestTask;

class BareContainerLoopTest {
  private static final int RUNS = Integer.getInteger("millrace.bare-runs", 6);

  @TempDir Path temp;

  @Test
  void runs_as_often_as_asked_and_leaves_nothing() throws Exception {
    TestEngine engine = TestEngine.shared();
    var site = new TestSite(temp, engine.host());

    var bare = new BareContainerLoop(site.settings(), TestEngine.BUSYBOX).run(RUNS, 3);

    assertThat(bare.runs()).isEqualTo(RUNS);
    assertThat(bare.perSecond()).isPositive();
    assertThat(engine.docker("ps", "-aq", "--filter", "name=millrace-bare")).isEmpty();
    System.out.println(
        "bare: " + bare.perSecond() + "/s; runtime: " + perSecond(site, RUNS, 3) + "/s");
  }

  /** The same number of attempts through the runtime, for comparison by eye. */
  private static double perSecond(TestSite site, int runs, int threads) throws Exception {
    try (ContainerRuntime runtime = site.open();
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var left = new AtomicInteger(runs);
      List<Callable<Boolean>> loops = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        loops.add(() -> {
          while (left.getAndDecrement() > 0) {
            TestTask task = new TestTask(ContainerRuntime.NAME).runs("true");
            runtime.prepare(task);
            runtime.start(task);
            ComputeEnd end = runtime.await(task);
            assertThat(runtime.collect(task, end).executors()).hasSize(1);
            runtime.clean(task.handle());
          }
          return true;
        });
      }
      long begun = System.nanoTime();
      for (Future<Boolean> loop : executor.invokeAll(loops)) {
        loop.get();
      }
      return runs * 1e9 / (System.nanoTime() - begun);
    }
  }
}
