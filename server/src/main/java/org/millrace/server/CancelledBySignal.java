package org.millrace.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.caller.Caller;
import org.millrace.engine.Engine;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.Detail;

/**
 * While it is open, a signal that ends this process first cancels the unfinished tasks of a caller,
 * and then waits a moment for whoever opened it to come to an end and close it. Without it what
 * runs would go on, since it is made to outlive its server.
 */
final class CancelledBySignal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MOST = 1_000;

  private record Tasks(Engine engine, Caller caller) {}

  private final AtomicReference<@Nullable Tasks> watched = new AtomicReference<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::cancelAndWait, "cancel");

  CancelledBySignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** From now on it is the tasks of this caller that a signal cancels. */
  void watch(Engine engine, Caller caller) {
    watched.set(new Tasks(engine, caller));
  }

  private void cancelAndWait() {
    Optional.ofNullable(watched.get()).ifPresent(tasks -> cancelAll(tasks.engine, tasks.caller));
    try {
      if (!closed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("millrace: what was cancelled did not end in time");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void cancelAll(Engine engine, Caller caller) {
    var all =
        new TaskQuery(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            MOST,
            Optional.empty(),
            Detail.GLANCE);
    engine.views().list(all, caller).glances().stream()
        .filter(task -> !task.state().isFinal())
        .forEach(task -> engine.cancelTask().cancel(task.id(), caller));
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // the process is ending: the hook was what ended this
    }
  }
}
