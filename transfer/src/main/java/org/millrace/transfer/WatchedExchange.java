package org.millrace.transfer;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs blocking I/O on a thread of its own, so that it ends at once when the caller, on whatever
 * kind of thread, is interrupted, and also when bytes only drip: a time-out of a socket starts
 * again with each byte.
 */
final class WatchedExchange {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedExchange.class);
  private static final Duration LONGEST_END = Duration.ofSeconds(10);
  private final Runnable abort;
  private final LongSupplier moved;
  private final Duration window;
  private final long least;

  /**
   * What to watch, and what to do about it.
   *
   * @param abort closes the socket under the exchange
   * @param moved bytes so far
   * @param window how often the pace is looked at
   * @param least bytes that must move within a window
   */
  WatchedExchange(Runnable abort, LongSupplier moved, Duration window, long least) {
    this.abort = abort;
    this.moved = moved;
    this.window = window;
    this.least = least;
  }

  /** Bytes move too slowly to wait for them. */
  static final class Crawling extends IOException {
    private static final long serialVersionUID = 1L;

    Crawling(long bytes, Duration window) {
      super("only " + bytes + " bytes moved in " + window.toMillis() + " ms");
    }
  }

  /** Returns or throws what {@code exchange} does. Nothing of it runs any more then. */
  <T> T run(Callable<T> exchange) throws IOException, Fault, InterruptedException {
    FutureTask<T> result = new FutureTask<>(exchange);
    Thread thread = Thread.ofVirtual().name("transfer").start(result);
    try {
      return await(result);
    } catch (ExecutionException failed) {
      throw rethrown(failed);
    } finally {
      end(thread);
    }
  }

  private <T> T await(FutureTask<T> result)
      throws Crawling, ExecutionException, InterruptedException {
    long before = moved.getAsLong();
    while (true) {
      try {
        return result.get(window.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        long now = moved.getAsLong();
        if (now - before < least) {
          throw new Crawling(now - before, window);
        }
        before = now;
      }
    }
  }

  /** Harmless when it has ended by itself. */
  private void end(Thread thread) {
    if (thread.getState() == Thread.State.TERMINATED) {
      return;
    }
    abort.run();
    thread.interrupt();
    boolean interrupted = Thread.interrupted();
    try {
      if (!thread.join(LONGEST_END)) {
        LOG.warn(
            "an aborted transfer does not end: its file cannot be written or read; going on without"
                + " it");
      }
    } catch (InterruptedException _) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static IOException rethrown(ExecutionException failed) throws Fault {
    return switch (failed.getCause()) {
      case IOException io -> io;
      case Fault fault -> throw fault;
      case RuntimeException defect -> throw defect;
      case Error error -> throw error;
      case null, default ->
          throw new IllegalStateException("an exchange failed in an unknown way", failed);
    };
  }
}
