package org.millrace.http;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * The event and follow streams that are open: a bounded number, of which nobody has more than a
 * quarter, and which the server can end. Thread-safe.
 */
final class OpenStreams {
  /** What a request gets that comes, or is interrupted, while the server stops. */
  static final Failure STOPPING =
      new Failure.Unavailable("the server is stopping", Duration.ofSeconds(5));

  private final int most;
  private final int mostOfOne;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private final Set<OpenStream> open = new HashSet<>();
  private boolean ending;

  OpenStreams(int most) {
    this.most = most;
    this.mostOfOne = Math.max(1, most / 4);
  }

  /**
   * Registers the current thread's stream until it is closed.
   *
   * @param whose a user or, where nobody signs in, an address
   * @throws Refusal unavailable: all are taken, or the server is stopping; too many: of this one
   */
  OpenStream enter(String whose) {
    lock.lock();
    try {
      if (ending) {
        throw new Refusal(STOPPING);
      }
      if (open.size() >= most) {
        throw new Refusal(
            new Failure.Unavailable(
                "all " + most + " event streams are taken", Duration.ofSeconds(30)));
      }
      if (open.stream().filter(stream -> stream.whose.equals(whose)).count() >= mostOfOne) {
        throw new Refusal(
            new Failure.TooMany(
                mostOfOne + " event streams are open for " + whose + ", which is all one may have",
                Duration.ofSeconds(30)));
      }
      var stream = new OpenStream(Thread.currentThread(), whose);
      open.add(stream);
      return stream;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Interrupts them all, lets none in any more, and waits for the last to leave, at most this long.
   * Those that still write by then, to clients that do not read, are interrupted in that.
   */
  void end(Duration mostWait) {
    lock.lock();
    try {
      ending = true;
      open.forEach(OpenStream::interruptBetweenWrites);
      long nanos = mostWait.toNanos();
      while (!open.isEmpty() && nanos > 0) {
        nanos = left.awaitNanos(nanos);
      }
      open.forEach(stream -> stream.thread.interrupt());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return open.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * One of them. Its thread is interrupted at most until it is closed, never in what it does next;
   * and, to end it, not in the middle of a write: that would break what is to end in order.
   */
  final class OpenStream implements AutoCloseable {
    private final Thread thread;
    private final String whose;
    private final Condition finished = lock.newCondition();
    private boolean writing;
    private boolean interruptedLater;
    private boolean over;
    private boolean abandoned;

    private OpenStream(Thread thread, String whose) {
      this.thread = thread;
      this.whose = whose;
    }

    /** Whether its work goes on. */
    boolean isOpen() {
      lock.lock();
      try {
        return !over;
      } finally {
        lock.unlock();
      }
    }

    /** Ends the work on it from outside, because its client has gone. */
    void abandon() {
      lock.lock();
      try {
        if (!over) {
          abandoned = true;
          thread.interrupt(); // in a write, too: it may wait for ever for a client that has gone
        }
      } finally {
        lock.unlock();
      }
    }

    /** The lock is held. */
    private void interruptBetweenWrites() {
      if (writing) {
        interruptedLater = true;
      } else {
        thread.interrupt();
      }
    }

    /** Something that is written to it. */
    @FunctionalInterface
    interface Write {
      void run() throws IOException;
    }

    /**
     * Writes to it.
     *
     * @throws StreamEnded instead, on its own thread, when that has been interrupted; another
     *     thread is not held up
     */
    void write(Write write) throws IOException {
      if (!Thread.currentThread().equals(thread)) {
        write.run();
        return;
      }
      beginWrite();
      try {
        write.run();
      } finally {
        endWrite();
      }
    }

    private void beginWrite() throws StreamEnded {
      lock.lock();
      try {
        if (thread.isInterrupted()) {
          throw new StreamEnded();
        }
        writing = true;
      } finally {
        lock.unlock();
      }
    }

    private void endWrite() {
      lock.lock();
      try {
        writing = false;
        if (interruptedLater) {
          interruptedLater = false;
          thread.interrupt();
        }
      } finally {
        lock.unlock();
      }
    }

    /** Whether nobody is there to be told its end. */
    boolean isAbandoned() {
      lock.lock();
      try {
        return abandoned;
      } finally {
        lock.unlock();
      }
    }

    /** Waits for its end; false if it is still open after that time. */
    boolean awaitEnd(Duration mostWait) throws InterruptedException {
      lock.lock();
      try {
        long nanos = TimeUnit.NANOSECONDS.convert(mostWait);
        while (!over && nanos > 0) {
          nanos = finished.awaitNanos(nanos);
        }
        return over;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        over = true;
        open.remove(this);
        finished.signalAll();
        left.signalAll();
        Thread.interrupted(); // ours, and spent
      } finally {
        lock.unlock();
      }
    }
  }
}
