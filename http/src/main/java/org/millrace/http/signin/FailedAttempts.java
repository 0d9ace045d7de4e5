package org.millrace.http.signin;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * How often an address failed with a name, minute by minute. By both, because behind a proxy many
 * people have one address. Bounded: the oldest are forgotten first. Thread-safe.
 */
final class FailedAttempts {
  private static final int MOST = 10;
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MOST_KNOWN = 4_096;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Who, Count> counts = new LinkedHashMap<>();

  FailedAttempts(InstantSource clock) {
    this.clock = clock;
  }

  private record Who(InetAddress from, String user) {}

  private record Count(int failures, Instant end) {}

  void refuseIfTooMany(InetAddress from, String user) {
    lock.lock();
    try {
      Count count = counts.get(new Who(from, user));
      Instant now = clock.instant();
      if (count != null && count.failures >= MOST && now.isBefore(count.end)) {
        throw new Refusal(
            new Failure.TooMany(
                "too many failed sign-ins; wait a little", Duration.between(now, count.end)));
      }
    } finally {
      lock.unlock();
    }
  }

  void count(InetAddress from, String user) {
    lock.lock();
    try {
      var who = new Who(from, user);
      Instant now = clock.instant();
      Count before = counts.remove(who);
      counts.putLast(
          who,
          before != null && now.isBefore(before.end)
              ? new Count(before.failures + 1, before.end)
              : new Count(1, now.plus(WINDOW)));
      if (counts.size() > MOST_KNOWN) {
        counts.pollFirstEntry();
      }
    } finally {
      lock.unlock();
    }
  }
}
