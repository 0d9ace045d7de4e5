package org.millrace.engine.transition;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.task.Lease;
import org.millrace.engine.transition.StopSigns.Reason;

/**
 * Tells one attempt to stop: remembers why, and interrupts its thread. A reason that does not
 * overrule the one shown before changes nothing, so that a cancellation is not disturbed by another
 * one. Thread-safe.
 */
public final class StopSign {
  private final Lease lease;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Thread watched;
  private @Nullable Reason reason;
  private boolean pending;

  public StopSign(Lease lease) {
    this.lease = lease;
  }

  public Lease lease() {
    return lease;
  }

  /** From now on this thread is interrupted; at once, if the sign was shown before. */
  public void watch() {
    lock.lock();
    try {
      watched = Thread.currentThread();
      if (pending) {
        watched.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  public void show(Reason why) {
    lock.lock();
    try {
      if (reason == null || why.compareTo(reason) > 0) {
        reason = why;
        pending = true;
        if (watched != null) {
          watched.interrupt();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Why to stop, if that was not heard yet; clears the interruption that told of it. A limit may be
   * shown again afterwards, since another one may pass.
   */
  public Optional<Reason> take() {
    lock.lock();
    try {
      Thread.interrupted();
      if (!pending) {
        return Optional.empty();
      }
      Optional<Reason> why = Optional.ofNullable(reason);
      pending = false;
      reason = reason == Reason.LIMIT ? null : reason;
      return why;
    } finally {
      lock.unlock();
    }
  }

  /** This is known already and acted upon: only what overrules it interrupts from now on. */
  public void heard(Reason why) {
    lock.lock();
    try {
      if (reason == null || reason.compareTo(why) <= 0) {
        reason = why;
        pending = false;
        Thread.interrupted();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nothing interrupts this thread any more. */
  public void ignore() {
    lock.lock();
    try {
      watched = null;
      Thread.interrupted();
    } finally {
      lock.unlock();
    }
  }
}
