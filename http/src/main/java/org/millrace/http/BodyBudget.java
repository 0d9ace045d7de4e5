package org.millrace.http;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * The memory that bodies may fill together, the smallest aside: each is counted as it is read,
 * until its request has been answered. A body alone always has room, so that nothing a face takes
 * is refused for ever. Thread-safe.
 */
final class BodyBudget {
  /** Smaller bodies are not counted; the number of connections bounds them. */
  static final int SMALL = 16 << 10;

  private static final int STEP = 64 << 10;
  private static final Duration SOON = Duration.ofSeconds(5);
  private final long most;
  private final ReentrantLock lock = new ReentrantLock();
  private long taken;

  BodyBudget(long most) {
    this.most = most;
  }

  /** Nothing of it, for a body that is about to be read. */
  Share share() {
    return new Share();
  }

  /** What one body takes. Belongs to the thread of its request. */
  final class Share implements AutoCloseable {
    private long mine;

    private Share() {}

    /**
     * So much has been read.
     *
     * @throws Refusal unavailable: other bodies fill the memory; this one takes nothing any more
     */
    void grow(long read) {
      if (read > SMALL && read > mine) {
        take((read + STEP - 1) / STEP * STEP - mine);
      }
    }

    private void take(long more) {
      lock.lock();
      try {
        boolean alone = taken == mine;
        if (taken + more > most && !alone) {
          taken -= mine;
          mine = 0;
          throw new Refusal(
              new Failure.Unavailable(
                  "bodies of other requests fill the memory at this moment; see http.body-memory",
                  SOON));
        }
        taken += more;
        mine += more;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        taken -= mine;
        mine = 0;
      } finally {
        lock.unlock();
      }
    }
  }
}
