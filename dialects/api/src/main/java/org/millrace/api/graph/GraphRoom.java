package org.millrace.api.graph;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * The memory that graphs may fill together while they are read and stored; it is estimated, on the
 * safe side. So whatever is sent, the rest of the server keeps its part of the heap. Thread-safe.
 */
public final class GraphRoom {
  /** What is smaller is not counted: requests are bounded in number. */
  private static final long STEP = 1 << 20;

  private static final Duration SOON = Duration.ofSeconds(5);

  private final long most;
  private final ReentrantLock lock = new ReentrantLock();
  private long taken;

  /**
   * So much in all.
   *
   * @param most bytes
   */
  public GraphRoom(long most) {
    this.most = most;
  }

  /** Half of this process's heap. */
  public static GraphRoom ofThisProcess() {
    return new GraphRoom(Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * Nothing of it, for a graph that is about to be read. To be closed when its plan is done with.
   */
  public Share share() {
    return new Share();
  }

  /** What one graph takes. Belongs to one thread. */
  public final class Share implements AutoCloseable {
    private long used;
    private long mine;

    private Share() {}

    /**
     * So many bytes more.
     *
     * @throws Refusal {@code TooLarge} if there would be no room for it were it alone; {@code
     *     Unavailable} if others have it now
     */
    void take(long bytes) {
      used += bytes;
      if (used - mine > STEP) {
        grow(used - mine);
      }
    }

    private void grow(long more) {
      lock.lock();
      try {
        if (used > most) {
          throw new Refusal(
              new Failure.TooLarge(
                  "the graph needs more memory than this server has for graphs, "
                      + (most >> 20)
                      + " MiB: make it smaller, with for_each for nodes that are alike, or give the"
                      + " server a larger heap (-Xmx)"));
        }
        if (taken + more > most) {
          throw new Refusal(
              new Failure.Unavailable(
                  "other graphs fill the memory at this moment: try again", SOON));
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
