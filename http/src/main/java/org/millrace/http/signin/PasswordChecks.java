package org.millrace.http.signin;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * Compares passwords with bcrypt hashes, on one platform thread: the computing is long and would
 * hold a carrier of the virtual threads, and however many guess, one processor stays free. The same
 * pair is compared once for all who ask at the same time.
 */
final class PasswordChecks {
  private static final Pattern HASH =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-5])\\$[./A-Za-z0-9]{53}");
  private static final int MOST_WAITING = 64;
  // A salt and a hash of nothing in particular: for users that do not exist.
  private static final String NOBODY = "$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

  private final Map<String, String> hashes;
  private final String nobody;
  private final ConcurrentHashMap<String, FutureTask<Boolean>> running = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().daemon().name("password-checks").factory());

  PasswordChecks(Map<String, String> hashes) {
    this.hashes = Map.copyOf(hashes);
    this.nobody = "$2b$" + highestCost(hashes) + NOBODY;
    thread.allowCoreThreadTimeOut(true);
  }

  static boolean canUse(String hash) {
    return HASH.matcher(hash).matches();
  }

  /**
   * Blocks until it is known.
   *
   * @param print stands for the pair
   * @throws Refusal unavailable: too many are waiting
   */
  boolean isRight(String print, String user, String password) {
    var mine = new FutureTask<>(() -> compare(user, password));
    FutureTask<Boolean> earlier = running.putIfAbsent(print, mine);
    if (earlier != null) {
      return outcome(earlier);
    }
    try {
      thread.execute(mine);
      return outcome(mine);
    } catch (RejectedExecutionException _) {
      mine.cancel(false);
      throw busy();
    } finally {
      running.remove(print, mine);
    }
  }

  private boolean compare(String user, String password) {
    String hash = hashes.getOrDefault(user, nobody);
    // Longer passwords are cut at 72 bytes, as htpasswd does.
    var version = BCrypt.Version.VERSION_2A;
    boolean same =
        BCrypt.verifyer(version, LongPasswordStrategies.truncate(version))
            .verify(
                password.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.UTF_8))
            .verified;
    return same && hashes.containsKey(user);
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

  private static String highestCost(Map<String, String> hashes) {
    return hashes.values().stream()
        .map(hash -> hash.substring(4, 6))
        .max(String::compareTo)
        .orElse("10");
  }
}
