package org.millrace.transfer;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few platform threads for what may never come back from the kernel: resolving and opening on a
 * network disk that is dead, or what was exchanged for a pipe in the last moment. On a virtual
 * thread that would hold a carrier, and a small machine has two. Whoever asks waits no longer than
 * a limit; a thread that does not come back is lost to this pool, and to nothing else. Thread-safe.
 */
final class FileThreads {
  private static final Logger LOG = LoggerFactory.getLogger(FileThreads.class);
  private static final int THREADS = 16;
  private static final int WAITING = 4_096;
  private final Duration longest;
  private final ThreadPoolExecutor threads;

  FileThreads(Duration longest) {
    this.longest = longest;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("files-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** What may take long. */
  interface Work<T> {
    T run() throws IOException, Fault, InterruptedException;
  }

  /** No answer in time. */
  static final class NoAnswer extends IOException {
    private static final long serialVersionUID = 1L;

    NoAnswer(String message) {
      super(message);
    }
  }

  /**
   * Does it, and waits for it. What is opened too late is closed again.
   *
   * @param times as many limits it may take
   * @throws NoAnswer when it takes longer, or too much is waiting already
   */
  <T> T call(int times, Work<T> work) throws IOException, Fault, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    var settled = new AtomicBoolean(); // by the thread that is done, or by us who wait no longer
    var task =
        new FutureTask<>(() -> {
          T result = work.run();
          if (!settled.compareAndSet(false, true)) {
            close(result);
          }
          return result;
        });
    try {
      threads.execute(task);
    } catch (RejectedExecutionException _) {
      throw new NoAnswer("too many files are being opened");
    }
    try {
      return task.get(longest.toMillis() * times, TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw rethrown(failed.getCause());
    } catch (TimeoutException _) {
      if (!settled.compareAndSet(false, true)) {
        return done(task); // in this very moment
      }
      task.cancel(true);
      throw new NoAnswer("no answer within " + longest.multipliedBy(times).toSeconds() + " s");
    } catch (InterruptedException stopped) {
      if (settled.compareAndSet(false, true)) {
        task.cancel(true);
      } else {
        close(done(task));
      }
      throw stopped;
    }
  }

  private static <T> T done(FutureTask<T> task) throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("what was done has failed", impossible.getCause());
    }
  }

  private static void close(Object result) {
    if (result instanceof AutoCloseable open) {
      try {
        open.close();
      } catch (Exception problem) {
        LOG.debug("a file that was opened too late could not be closed", problem);
      }
    }
  }

  private static IOException rethrown(@Nullable Throwable cause)
      throws Fault, InterruptedException {
    return switch (cause) {
      case IOException problem -> problem;
      case Fault fault -> throw fault;
      case InterruptedException stopped -> throw stopped;
      case RuntimeException defect -> throw defect;
      case Error error -> throw error;
      case null, default -> throw new IllegalStateException(cause);
    };
  }
}
