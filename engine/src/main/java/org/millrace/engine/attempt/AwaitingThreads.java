package org.millrace.engine.attempt;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.task.Handle;

/**
 * For runtimes whose work is done by the very thread that awaits it: so that it can be stopped from
 * another one, and what was stopped before it began never begins. Thread-safe.
 */
public final class AwaitingThreads {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Map<Handle, Thread> working = new HashMap<>();
  private final Set<Handle> cancelled = new HashSet<>();

  /** What is done under a handle. */
  @FunctionalInterface
  public interface Body {
    ComputeEnd work() throws InterruptedException;
  }

  /** Does it in this thread, unless it was cancelled; says how it ended. */
  public ComputeEnd work(Handle handle, Body body) throws InterruptedException {
    if (!begins(handle)) {
      return new ComputeEnd.Stopped(false);
    }
    boolean stopped = false;
    try {
      return body.work();
    } catch (InterruptedException interruption) {
      stopped = isCancelled(handle);
      if (!stopped) {
        throw interruption;
      }
      return new ComputeEnd.Stopped(false);
    } finally {
      ends(handle, stopped);
    }
  }

  /** Stops it; returns once nothing of it is done any more, or ever will be. */
  public void cancel(Handle handle) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      cancelled.add(handle);
      @Nullable Thread worker = working.get(handle);
      if (worker != null && !worker.equals(Thread.currentThread())) {
        worker.interrupt();
        while (worker.equals(working.get(handle))) {
          ended.await();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** How a cancelled one ended; empty for others. */
  public Optional<ComputeEnd> stopped(Handle handle) {
    return isCancelled(handle) ? Optional.of(new ComputeEnd.Stopped(false)) : Optional.empty();
  }

  /** Nothing comes under this handle any more. */
  public void forget(Handle handle) {
    lock.lock();
    try {
      cancelled.remove(handle);
    } finally {
      lock.unlock();
    }
  }

  private boolean begins(Handle handle) {
    lock.lock();
    try {
      if (cancelled.contains(handle)) {
        return false;
      }
      if (working.putIfAbsent(handle, Thread.currentThread()) != null) {
        throw new IllegalStateException("attempt " + handle.name() + " is worked on already");
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** An interruption that came when all was done is not left to whatever this thread does next. */
  private void ends(Handle handle, boolean wasStopped) {
    lock.lock();
    try {
      if (cancelled.contains(handle) && !wasStopped) {
        Thread.interrupted();
      }
      working.remove(handle);
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isCancelled(Handle handle) {
    lock.lock();
    try {
      return cancelled.contains(handle);
    } finally {
      lock.unlock();
    }
  }
}
