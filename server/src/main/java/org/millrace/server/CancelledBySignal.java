package org.millrace.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.Engine;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.Detail;

/**
 * While it is open, a signal that ends this process first cancels the unfinished tasks of a caller,
 * again and again, since one may be submitted at this moment, until whoever opened it has come to
 * an end and closes it, or some time is over. Without it what runs would go on, since it is made to
 * outlive its server.
 */
final class CancelledBySignal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final int PAGE = 1_000;

  private record Tasks(Engine engine, Caller caller) {}

  private final AtomicReference<@Nullable Tasks> watched = new AtomicReference<>();
  private final AtomicBoolean seen = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::cancelUntilClosed, "cancel");
  private final Set<String> reported = new HashSet<>(); // known to the signal's thread alone

  CancelledBySignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * From now on it is the tasks of this caller that a signal cancels. False if there was one
   * already: then nothing is to be begun.
   */
  boolean watch(Engine engine, Caller caller) {
    watched.set(new Tasks(engine, caller));
    return !seen.get();
  }

  /** Their server is about to end, and with it what could be cancelled. */
  void unwatch() {
    watched.set(null);
  }

  /** What the signal does. */
  void cancelUntilClosed() {
    seen.set(true); // before the first look: either watch() knows of it, or is looked at here
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      do {
        Optional.ofNullable(watched.get()).ifPresent(this::cancelAll);
        if (closed.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } while (System.nanoTime() < end);
      System.err.println("millrace: what was cancelled did not end in time");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void cancelAll(Tasks tasks) {
    Optional<String> next = Optional.empty();
    do {
      Optional<Page> page = page(tasks, next);
      page.stream()
          .flatMap(found -> found.glances().stream())
          .filter(CancelledBySignal::isToBeCancelled)
          .forEach(task -> cancel(tasks, task.id()));
      next = page.flatMap(Page::next);
    } while (next.isPresent() && closed.getCount() > 0);
  }

  private static boolean isToBeCancelled(TaskGlance task) {
    return !task.state().isFinal() && task.state() != TaskState.CANCELING;
  }

  private Optional<Page> page(Tasks tasks, Optional<String> token) {
    var all =
        new TaskQuery(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            PAGE,
            token,
            Detail.GLANCE);
    try {
      return Optional.of(tasks.engine.views().list(all, tasks.caller));
    } catch (RuntimeException failure) { // edge: the next look may fare better
      report("the tasks to be cancelled cannot be listed: " + failure);
      return Optional.empty();
    }
  }

  private void cancel(Tasks tasks, TaskId task) {
    try {
      tasks.engine.cancelTask().cancel(task, tasks.caller);
    } catch (RuntimeException failure) { // edge: the others are cancelled all the same
      report("task " + task + " cannot be cancelled: " + failure);
    }
  }

  /** Once, however often it is tried again; and not of a server that ended meanwhile. */
  private void report(String trouble) {
    if (watched.get() != null && reported.add(trouble)) {
      System.err.println("millrace: " + trouble + "; it is tried again");
    }
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
