package org.millrace.http.signin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * HTTP Basic with a fixed set of users, whose passwords are bcrypt hashes as {@code htpasswd -B}
 * writes them.
 *
 * <p>bcrypt is slow on purpose, so a pair that was right is remembered for ten minutes, under a
 * keyed hash whose key never leaves this process; an unknown user costs as much time as a wrong
 * password, whatever the cost of its hash. An address that fails ten times in a minute for one name
 * is refused (429) for the rest of that minute, without any computing. One that fails a hundred
 * times in a minute is guessing: its guesses at names that do not exist are then answered as late
 * as before, but computed no more, so that they hold nobody up who has a name here. Thread-safe.
 */
public final class BasicUsers implements SignIn {
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final int MOST_REMEMBERED = 1_000;
  private static final int MOST_CHARACTERS = 1_024;
  private static final String WHAT_TO_DO = "sign in with user name and password (HTTP Basic)";

  private final PasswordChecks checks;
  private final RecentlyRight right;
  private final FailedAttempts failed;
  private final SecretKeySpec key = new SecretKeySpec(randomBytes(), "HmacSHA256");

  /**
   * Takes the users as they are now.
   *
   * @param hashes by user name
   * @param clock for what is remembered
   * @throws IllegalArgumentException naming every user whose name or hash cannot be used, never the
   *     hash
   */
  public BasicUsers(Map<String, String> hashes, InstantSource clock) {
    check(hashes);
    this.checks = new PasswordChecks(hashes);
    this.right = new RecentlyRight(MOST_REMEMBERED, REMEMBERED, clock);
    this.failed = new FailedAttempts(checks::knows, clock);
  }

  /**
   * One user whose password is at hand, such as one that is configured for a broker too. It is kept
   * as a hash alone.
   *
   * @param password of which the first 72 bytes count
   */
  public static BasicUsers onePair(String user, String password, InstantSource clock) {
    return new BasicUsers(Map.of(user, PasswordChecks.hash(password)), clock);
  }

  @Override
  public Caller caller(Credentials credentials) {
    Pair pair =
        credentials
            .authorization()
            .flatMap(BasicUsers::pair)
            .orElseThrow(() -> refusal(WHAT_TO_DO));
    String print = print(pair);
    if (!right.contains(print)) {
      check(pair, print, credentials);
    }
    return Caller.of(pair.user);
  }

  @Override
  public List<String> challenges() {
    return List.of("Basic realm=\"millrace\"");
  }

  private void check(Pair pair, String print, Credentials credentials) {
    failed.refuseIfTooMany(credentials.from(), pair.user);
    if (!isRight(pair, print, credentials)) {
      failed.count(credentials.from(), pair.user);
      throw refusal("user name or password is wrong");
    }
    right.add(print);
  }

  private boolean isRight(Pair pair, String print, Credentials credentials) {
    if (!checks.knows(pair.user) && failed.isGuessing(credentials.from())) {
      checks.pretend();
      return false;
    }
    return checks.isRight(print, pair.user, pair.password);
  }

  /** A user name and a password, as sent. */
  private record Pair(String user, String password) {}

  private static Optional<Pair> pair(String header) {
    if (header.length() > MOST_CHARACTERS
        || !header.toLowerCase(Locale.ROOT).startsWith("basic ")) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(header.substring("basic ".length()).strip());
      String text = new String(bytes, StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(new Pair(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private String print(Pair pair) {
    try {
      Mac mac = Mac.getInstance(key.getAlgorithm());
      mac.init(key);
      mac.update(pair.user.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) ':'); // no name has one
      return HexFormat.of().formatHex(mac.doFinal(pair.password.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has " + key.getAlgorithm(), impossible);
    }
  }

  private static Refusal refusal(String message) {
    return new Refusal(new Failure.Unauthenticated(message));
  }

  private static byte[] randomBytes() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  private static void check(Map<String, String> hashes) {
    var wrong = new ArrayList<String>();
    if (hashes.isEmpty()) {
      wrong.add("there are none");
    }
    new TreeMap<>(hashes)
        .forEach((user, hash) -> {
          if (user.isBlank() || user.length() > 255 || user.indexOf(':') >= 0) {
            wrong.add("'" + user + "': a name of 1 to 255 characters without a colon");
          }
          if (!PasswordChecks.canUse(hash)) {
            wrong.add(
                "'" + user + "': a bcrypt hash of cost 4 to 15, as 'htpasswd -nB NAME' prints it");
          }
        });
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException("users: " + String.join("; ", wrong));
    }
  }
}
