package org.millrace.http.signin;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * How often an address failed, minute by minute: with each name, and in all. By both, because
 * behind a proxy many people have one address, and somebody else has many names. Bounded: the
 * oldest are forgotten first.
 *
 * <p>Names that exist are counted apart from those that were made up, so that no number of the
 * latter makes it forget how often somebody tried the former. The latter are counted as well: a
 * name that is never refused would tell that it does not exist. Thread-safe.
 */
final class FailedAttempts {
  private static final int MOST_WITH_A_NAME = 10;
  private static final int MOST_IN_ALL = 100;
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MOST_KNOWN = 4_096;
  private final Predicate<String> knows;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Who, Count> withAKnownName = new LinkedHashMap<>();
  private final LinkedHashMap<Who, Count> withAnotherName = new LinkedHashMap<>();
  private final LinkedHashMap<InetAddress, Count> inAll = new LinkedHashMap<>();

  /**
   * Has seen none.
   *
   * @param knows whether there is a user of that name
   */
  FailedAttempts(Predicate<String> knows, InstantSource clock) {
    this.knows = knows;
    this.clock = clock;
  }

  private record Who(InetAddress from, String user) {}

  private record Count(int failures, Instant end) {}

  void refuseIfTooMany(InetAddress from, String user) {
    lock.lock();
    try {
      Count count = withName(user).get(new Who(from, user));
      Instant now = clock.instant();
      if (count != null && count.failures >= MOST_WITH_A_NAME && now.isBefore(count.end)) {
        throw new Refusal(
            new Failure.TooMany(
                "too many failed sign-ins; wait a little", Duration.between(now, count.end)));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether an address has failed so often, whatever the names, that it must be guessing. */
  boolean isGuessing(InetAddress from) {
    lock.lock();
    try {
      Count count = inAll.get(from);
      return count != null && count.failures >= MOST_IN_ALL && clock.instant().isBefore(count.end);
    } finally {
      lock.unlock();
    }
  }

  void count(InetAddress from, String user) {
    lock.lock();
    try {
      count(withName(user), new Who(from, user));
      count(inAll, from);
    } finally {
      lock.unlock();
    }
  }

  private SequencedMap<Who, Count> withName(String user) {
    return knows.test(user) ? withAKnownName : withAnotherName;
  }

  private <K> void count(SequencedMap<K, Count> counts, K key) {
    Instant now = clock.instant();
    Count before = counts.remove(key);
    counts.putLast(
        key,
        before != null && now.isBefore(before.end)
            ? new Count(before.failures + 1, before.end)
            : new Count(1, now.plus(WINDOW)));
    if (counts.size() > MOST_KNOWN) {
      counts.pollFirstEntry();
    }
  }
}
