package org.millrace.engine.threads;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads of the JDK. The one class of the engine that touches real threads and real time. */
public final class VirtualThreads implements Threads {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualThreads.class);

  @Override
  public Running start(String name, Runnable body) {
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .uncaughtExceptionHandler(
                (_, defect) -> LOG.error("thread {} ended by a defect", name, defect))
            .start(body);
    return new Running() {
      @Override
      public void interrupt() {
        thread.interrupt();
      }

      @Override
      public boolean join(Duration most) throws InterruptedException {
        return thread.join(most);
      }
    };
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }

  @Override
  public Bell bell() {
    return new LockBell();
  }

  private static final class LockBell implements Bell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private long rings;

    @Override
    public long rings() {
      lock.lock();
      try {
        return rings;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void ring() {
      lock.lock();
      try {
        rings++;
        rung.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public long await(long heard, Duration most) throws InterruptedException {
      long left = most.toNanos();
      lock.lockInterruptibly();
      try {
        while (rings <= heard && left > 0) {
          left = rung.awaitNanos(left);
        }
        return rings;
      } finally {
        lock.unlock();
      }
    }
  }
}
