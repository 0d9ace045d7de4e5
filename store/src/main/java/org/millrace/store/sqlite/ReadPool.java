package org.millrace.store.sqlite;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A few platform threads for lists and scans: a native call that lasts would hold the carrier of a
 * virtual thread, and a small machine has two. Readers above what may wait are refused.
 */
final class ReadPool implements Reads {
  private static final int WAITING = 1_024;

  private final BorrowedSessions sessions;
  private final ThreadPoolExecutor threads;

  ReadPool(Database database, int size) {
    sessions = new BorrowedSessions(database, size);
    threads =
        new ThreadPoolExecutor(
            size,
            size,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("store-reader-", 1).factory());
  }

  @Override
  public <T extends @Nullable Object> T read(Session.Unit<T> unit) {
    var answer = new Answer<T>();
    try {
      threads.execute(() -> answer(unit, answer));
    } catch (RejectedExecutionException _) {
      throw Faults.unavailable(
          threads.isShutdown()
              ? "the store is closed"
              : "the store has too many readers: ask again later");
    }
    return answer.await();
  }

  private <T extends @Nullable Object> void answer(Session.Unit<T> unit, Answer<T> answer) {
    try {
      T found = sessions.read(unit);
      answer.give(() -> found);
    } catch (RuntimeException failure) { // the reader's own
      answer.fail(failure);
    } catch (Error broken) {
      answer.fail(new IllegalStateException("reading failed", broken));
      throw broken;
    }
  }

  /** What waits is still read. */
  @Override
  public void close() {
    threads.close();
    sessions.close();
  }
}
