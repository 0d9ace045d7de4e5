package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.aTask;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.Engine;
import org.millrace.server.config.ServerConfig;
import org.millrace.server.config.Sources;

/** What a signal cancels, in whatever order it and the task come. */
@Timeout(60)
final class CancelledBySignalTest {
  private static final Caller ADA = Caller.of("ada");
  private TemporaryFolder folder;
  private MillraceServer server;
  private Engine engine;

  @BeforeEach
  void start() throws IOException {
    folder = TemporaryFolder.create("millrace-test");
    server =
        MillraceServer.open(
            ServerConfig.from(
                new Sources()
                    .flag("data", folder.path().toString(), "test")
                    .flag("runtimes.container", "deny", "test")
                    .flag("http.port", "0", "test")
                    .flag("engine.dispatch", "false", "test")));
    server.start();
    engine = server.engine();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    folder.close();
  }

  private TaskId submit(Caller caller) {
    return engine.submitTask().submit(aTask().of(caller.owner().name()).spec(), Optional.empty());
  }

  private TaskState state(TaskId task, Caller caller) {
    return engine.views().glance(task, caller).state();
  }

  private void awaitCancelled(TaskId task) {
    while (state(task, ADA) != TaskState.CANCELED) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void a_task_submitted_after_the_signal_is_cancelled_like_one_before() throws Exception {
    var signal = new CancelledBySignal();
    assertThat(signal.watch(engine, ADA)).isTrue();
    TaskId before = submit(ADA);
    TaskId foreign = submit(Caller.of("bob"));

    Thread hook = Thread.ofPlatform().start(signal::cancelUntilClosed);
    awaitCancelled(before);
    TaskId after = submit(ADA);
    awaitCancelled(after);
    signal.close();
    hook.join();

    assertThat(state(foreign, Caller.of("bob"))).isEqualTo(TaskState.QUEUED);
  }

  @Test
  void after_a_signal_nothing_more_is_begun() throws Exception {
    var signal = new CancelledBySignal();
    Thread hook = Thread.ofPlatform().start(signal::cancelUntilClosed);
    while (signal.watch(engine, ADA)) {
      LockSupport.parkNanos(1_000_000);
    }
    signal.close();
    hook.join();
  }
}
