package org.millrace.http.signin;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * Compares passwords with bcrypt hashes, on one platform thread: the computing is long and would
 * hold a carrier of the virtual threads, and however many guess, one processor stays free. Users
 * that exist go first, and have places in the queue of their own. The same pair is compared once
 * for all who ask at the same time. Thread-safe.
 */
final class PasswordChecks {
  private static final Pattern HASH =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-5])\\$[./A-Za-z0-9]{53}");
  private static final int MOST_WAITING = 64;
  private static final int USUAL_COST = 10;
  // A salt and a hash of nothing in particular: for users that do not exist.
  private static final String NOBODY = "$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

  private final Map<String, String> hashes;
  private final int highestCost;
  private final String nobody;
  private final ConcurrentHashMap<String, Check> running = new ConcurrentHashMap<>();
  private final AtomicLong asked = new AtomicLong();
  private final Semaphore placesForKnown = new Semaphore(MOST_WAITING);
  private final Semaphore placesForOthers = new Semaphore(MOST_WAITING);
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new PriorityBlockingQueue<>(), // the places bound it
          Thread.ofPlatform().daemon().name("password-checks").factory());

  /** How long it took to find out nothing about a user that does not exist; 0: not known yet. */
  private volatile long nobodyNanos;

  PasswordChecks(Map<String, String> hashes) {
    this.hashes = Map.copyOf(hashes);
    this.highestCost =
        hashes.values().stream().mapToInt(PasswordChecks::cost).max().orElse(USUAL_COST);
    this.nobody = nobodysHash(highestCost);
    thread.allowCoreThreadTimeOut(true);
  }

  static boolean canUse(String hash) {
    return HASH.matcher(hash).matches();
  }

  /** The hash of a password, at the usual cost. */
  static String hash(String password) {
    var version = BCrypt.Version.VERSION_2A;
    return BCrypt.with(version, LongPasswordStrategies.truncate(version))
        .hashToString(USUAL_COST, password.toCharArray());
  }

  /** Whether there is such a user. */
  boolean knows(String user) {
    return hashes.containsKey(user);
  }

  /**
   * Blocks until it is known.
   *
   * @param print stands for the pair
   * @throws Refusal unavailable: too many are waiting
   */
  boolean isRight(String print, String user, String password) {
    var mine = new Check(user, password);
    Check earlier = running.putIfAbsent(print, mine);
    if (earlier != null) {
      return outcome(earlier);
    }
    try {
      return inPlace(mine);
    } finally {
      running.remove(print, mine);
    }
  }

  private boolean inPlace(Check check) {
    Semaphore places = check.known ? placesForKnown : placesForOthers;
    if (!places.tryAcquire()) {
      check.cancel(false);
      throw busy();
    }
    try {
      thread.execute(check);
      return outcome(check);
    } finally {
      places.release();
    }
  }

  /** Takes as long as a comparison with nobody's hash took, and computes nothing. */
  void pretend() {
    try {
      Thread.sleep(Duration.ofNanos(nobodyNanos));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw busy();
    }
  }

  /** One comparison, and its place among those that wait. */
  private final class Check extends FutureTask<Boolean> implements Comparable<Check> {
    private final boolean known;
    private final long number = asked.getAndIncrement();

    Check(String user, String password) {
      super(() -> compare(user, password));
      this.known = knows(user);
    }

    @Override
    public int compareTo(Check other) {
      return known == other.known
          ? Long.compare(number, other.number)
          : Boolean.compare(other.known, known);
    }
  }

  private boolean compare(String user, String password) {
    long began = System.nanoTime();
    String hash = hashes.getOrDefault(user, nobody);
    boolean same = matches(password, hash);
    if (!same) {
      takeAsLongAsTheSlowest(password, cost(hash));
    }
    if (!knows(user)) {
      nobodyNanos = System.nanoTime() - began;
    }
    return same && knows(user);
  }

  /**
   * Each step of cost doubles the work: after a hash of cost 8, more of cost 8 and 9 make the work
   * of one of cost 10. Else a user with a cheap hash would be told from nobody.
   */
  private void takeAsLongAsTheSlowest(String password, int cost) {
    for (int more = cost; more < highestCost; more++) {
      matches(password, nobodysHash(more));
    }
  }

  private static boolean matches(String password, String hash) {
    var version = BCrypt.Version.VERSION_2A;
    // Longer passwords are cut at 72 bytes, as htpasswd does.
    return BCrypt.verifyer(version, LongPasswordStrategies.truncate(version))
        .verify(password.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.UTF_8))
        .verified;
  }

  private static boolean outcome(FutureTask<Boolean> check) {
    try {
      return check.get();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw busy();
    } catch (CancellationException _) {
      throw busy();
    } catch (ExecutionException defect) {
      throw new IllegalStateException("a password could not be compared", defect.getCause());
    }
  }

  private static Refusal busy() {
    return new Refusal(new Failure.Unavailable("too many sign-ins at once", Duration.ofSeconds(2)));
  }

  private static int cost(String hash) {
    return Integer.parseInt(hash.substring(4, 6));
  }

  private static String nobodysHash(int cost) {
    return String.format(Locale.ROOT, "$2b$%02d%s", cost, NOBODY);
  }
}
