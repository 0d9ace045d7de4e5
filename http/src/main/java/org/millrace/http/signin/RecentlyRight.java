package org.millrace.http.signin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Prints of pairs that were right not long ago; the oldest go first. Thread-safe. */
final class RecentlyRight {
  private final int most;
  private final Duration time;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<String, Instant> until = new LinkedHashMap<>();

  RecentlyRight(int most, Duration time, InstantSource clock) {
    this.most = most;
    this.time = time;
    this.clock = clock;
  }

  boolean contains(String print) {
    lock.lock();
    try {
      Instant end = until.get(print);
      return end != null && clock.instant().isBefore(end);
    } finally {
      lock.unlock();
    }
  }

  void add(String print) {
    lock.lock();
    try {
      until.remove(print);
      until.putLast(print, clock.instant().plus(time));
      if (until.size() > most) {
        until.pollFirstEntry();
      }
    } finally {
      lock.unlock();
    }
  }
}
