package org.millrace.http.signin;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * How often an address failed, minute by minute: with each name, and in all. By both, because
 * behind a proxy many people have one address, and somebody else has many names. Bounded.
 *
 * <p>Names that exist are counted apart from those that were made up, so that no number of the
 * latter makes it forget how often somebody tried the former. The latter are counted as well, and
 * not forgotten sooner: a name that is refused later, or never, would tell that it does not exist.
 * They share a table of fixed size; where two meet, both are refused early. Thread-safe.
 */
final class FailedAttempts {
  private static final int MOST_WITH_A_NAME = 10;
  private static final int MOST_IN_ALL = 100;
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MOST_KNOWN = 4_096;
  private static final int SLOTS = 1 << 16;
  private final Predicate<String> knows;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Who, Count> withAKnownName = new LinkedHashMap<>();
  private final @Nullable Count[] withAnotherName = new Count[SLOTS];
  private final byte[] key = new byte[16];
  private final LinkedHashMap<InetAddress, Count> inAll = new LinkedHashMap<>();

  /**
   * Has seen none.
   *
   * @param knows whether there is a user of that name
   */
  FailedAttempts(Predicate<String> knows, InstantSource clock) {
    this.knows = knows;
    this.clock = clock;
    new SecureRandom().nextBytes(key);
  }

  private record Who(InetAddress from, String user) {}

  private record Count(int failures, Instant end) {}

  void refuseIfTooMany(InetAddress from, String user) {
    lock.lock();
    try {
      Count count =
          knows.test(user)
              ? withAKnownName.get(new Who(from, user))
              : withAnotherName[slot(from, user)];
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
      if (knows.test(user)) {
        count(withAKnownName, new Who(from, user));
      } else {
        int slot = slot(from, user);
        withAnotherName[slot] = oneMore(withAnotherName[slot]);
      }
      count(inAll, from);
    } finally {
      lock.unlock();
    }
  }

  /** Which names share a slot cannot be found out without the key. */
  private int slot(InetAddress from, String user) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(key);
      digest.update(from.getAddress());
      byte[] hash = digest.digest(user.getBytes(StandardCharsets.UTF_8));
      return ((hash[0] & 0xff) << 8) | (hash[1] & 0xff);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  private <K> void count(SequencedMap<K, Count> counts, K who) {
    counts.putLast(who, oneMore(counts.remove(who)));
    if (counts.size() > MOST_KNOWN) {
      counts.pollFirstEntry();
    }
  }

  private Count oneMore(@Nullable Count before) {
    Instant now = clock.instant();
    return before != null && now.isBefore(before.end)
        ? new Count(before.failures + 1, before.end)
        : new Count(1, now.plus(WINDOW));
  }
}
