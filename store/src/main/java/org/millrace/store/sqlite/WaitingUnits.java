package org.millrace.store.sqlite;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be written, in two lines of bounded length: what is under way goes before new work,
 * so that no crowd of callers delays a heartbeat. Thread-safe.
 */
final class WaitingUnits {
  private final int mostInLine;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrival = lock.newCondition();
  private final Deque<WaitingUnit<?>> underWay = new ArrayDeque<>();
  private final Deque<WaitingUnit<?>> newWork = new ArrayDeque<>();

  WaitingUnits(int mostInLine) {
    this.mostInLine = mostInLine;
  }

  private Deque<WaitingUnit<?>> lineOf(WaitingUnit<?> unit) {
    return unit.isNewWork() ? newWork : underWay;
  }

  /** False if its line is full. */
  boolean offer(WaitingUnit<?> unit) {
    lock.lock();
    try {
      if (lineOf(unit).size() >= mostInLine) {
        return false;
      }
      lineOf(unit).addLast(unit);
      arrival.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** False if somebody has taken it. */
  boolean remove(WaitingUnit<?> unit) {
    lock.lock();
    try {
      return lineOf(unit).remove(unit);
    } finally {
      lock.unlock();
    }
  }

  /** Moves at most so many into a group; waits for the first one at most that long. */
  void take(List<WaitingUnit<?>> group, int most, Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (underWay.isEmpty() && newWork.isEmpty() && left > 0) {
        left = arrival.awaitNanos(left);
      }
      move(underWay, group, most);
      move(newWork, group, most);
    } finally {
      lock.unlock();
    }
  }

  private static void move(Deque<WaitingUnit<?>> line, List<WaitingUnit<?>> group, int most) {
    while (group.size() < most && !line.isEmpty()) {
      group.add(line.removeFirst());
    }
  }

  int size() {
    lock.lock();
    try {
      return underWay.size() + newWork.size();
    } finally {
      lock.unlock();
    }
  }
}
