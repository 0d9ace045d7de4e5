package org.millrace.http.signin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

final class BasicUsersTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final String MARIA = BCrypt.withDefaults().hashToString(4, "right".toCharArray());
  private final AdjustableClock clock = new AdjustableClock();
  private final BasicUsers users = new BasicUsers(Map.of("maria", MARIA), clock);

  /** A clock that a test sets. */
  private static final class AdjustableClock implements InstantSource {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    void advance(Duration by) {
      now = now.plus(by);
    }
  }

  private static Credentials basic(String pair) {
    return sent("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
  }

  private static Credentials sent(String header) {
    return new Credentials(Optional.of(header), HERE);
  }

  private static Failure refusal(BasicUsers users, Credentials credentials) {
    try {
      return failed(users.caller(credentials));
    } catch (Refusal refusal) {
      return refusal.failure();
    }
  }

  private static Failure failed(Caller caller) {
    throw new AssertionError("was let in as " + caller);
  }

  @Test
  void the_right_pair_is_that_user() {
    assertThat(users.caller(basic("maria:right"))).isEqualTo(Caller.of("maria"));
    assertThat(users.caller(basic("maria:right"))).isEqualTo(Caller.of("maria")); // remembered
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic ", "BASIC ", "Basic   "})
  void the_scheme_may_be_written_in_any_case(String scheme) {
    String pair = Base64.getEncoder().encodeToString("maria:right".getBytes(UTF_8));

    assertThat(users.caller(sent(scheme + pair))).isEqualTo(Caller.of("maria"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "maria:wrong",
        "maria:",
        "maria:right ",
        "Maria:right",
        "nobody:right",
        ":right",
        ":"
      })
  void a_wrong_pair_is_refused_alike(String pair) {
    assertThat(refusal(users, basic(pair)))
        .isEqualTo(new Failure.Unauthenticated("user name or password is wrong"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic bm9jb2xvbg==",
        "Bearer abc",
        "maria:right",
        "Basicabc"
      })
  void what_is_no_pair_is_refused_with_what_to_do(String header) {
    assertThat(refusal(users, sent(header)).message()).contains("sign in");
  }

  @Test
  void no_header_is_refused() {
    assertThat(refusal(users, new Credentials(Optional.empty(), HERE)))
        .asInstanceOf(type(Failure.Unauthenticated.class))
        .isNotNull();
  }

  @Test
  void a_huge_header_is_refused_without_work() {
    assertThat(refusal(users, basic("maria:" + "x".repeat(10_000))))
        .isInstanceOf(Failure.Unauthenticated.class);
  }

  @Test
  void passwords_may_have_colons_and_any_letters() {
    String hash = BCrypt.withDefaults().hashToString(4, "pä:ß:".toCharArray());

    assertThat(new BasicUsers(Map.of("j", hash), clock).caller(basic("j:pä:ß:")))
        .isEqualTo(Caller.of("j"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"$2a$", "$2b$", "$2y$"})
  void hashes_of_every_writer_are_read(String version) {
    var someone = new BasicUsers(Map.of("j", version + MARIA.substring(4)), clock);

    assertThat(someone.caller(basic("j:right"))).isEqualTo(Caller.of("j"));
    assertThat(refusal(someone, basic("j:wrong"))).isInstanceOf(Failure.Unauthenticated.class);
  }

  /** Made by the C library's crypt, as htpasswd has it; the second of 80 times the letter a. */
  @Test
  void hashes_of_another_implementation_are_read() {
    var site =
        new BasicUsers(
            Map.of(
                "site", "$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW",
                "long", "$2y$05$ABCDEFGHIJKLMNOPQRSTUOlRDQoKrQSb3nIo8Z4wztf8VEMEGRkUi"),
            clock);

    assertThat(site.caller(basic("site:open sesame"))).isEqualTo(Caller.of("site"));
    assertThat(site.caller(basic("long:" + "a".repeat(80)))).isEqualTo(Caller.of("long"));
  }

  @Test
  void one_pair_whose_password_is_at_hand_gets_in_alone() {
    var pair = BasicUsers.onePair("workers", "se:cret", clock);
    assertThat(pair.caller(basic("workers:se:cret")).owner().name()).isEqualTo("workers");
    assertThatThrownBy(() -> pair.caller(basic("workers:secret"))).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> pair.caller(basic("maria:se:cret"))).isInstanceOf(Refusal.class);
  }

  @Test
  void what_cannot_be_a_user_is_named_and_its_hash_is_not_shown() {
    var wrong =
        Map.of(
            "a:b",
            MARIA,
            "plain",
            "password1",
            "md5",
            "$apr1$abc$def",
            "slow",
            "$2b$16$" + "a".repeat(53));

    assertThatThrownBy(() -> new BasicUsers(wrong, clock))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'a:b'", "'plain'", "'md5'", "'slow'", "htpasswd")
        .message()
        .doesNotContain("password1", "apr1");
    assertThatThrownBy(() -> new BasicUsers(Map.of(), clock)).hasMessageContaining("none");
  }

  @Test
  void the_tenth_failure_in_a_minute_is_the_last_that_is_looked_at() {
    for (int i = 0; i < 10; i++) {
      assertThat(refusal(users, basic("maria:guess" + i)))
          .isInstanceOf(Failure.Unauthenticated.class);
    }

    assertThat(refusal(users, basic("maria:right"))).isInstanceOf(Failure.TooMany.class);
    clock.advance(Duration.ofSeconds(61));
    assertThat(users.caller(basic("maria:right"))).isEqualTo(Caller.of("maria"));
  }

  @Test
  void somebody_who_guesses_does_not_lock_out_who_is_signed_in() {
    users.caller(basic("maria:right"));
    for (int i = 0; i < 20; i++) {
      refusal(users, basic("maria:guess" + i));
    }

    assertThat(users.caller(basic("maria:right"))).isEqualTo(Caller.of("maria"));
  }

  @Test
  void a_right_pair_is_remembered_for_ten_minutes() {
    var slow =
        new BasicUsers(
            Map.of("j", BCrypt.withDefaults().hashToString(9, "right".toCharArray())), clock);
    slow.caller(basic("j:right"));

    Duration remembered =
        IntStream.range(0, 5)
            .mapToObj(_ -> time(() -> slow.caller(basic("j:right"))))
            .min(Comparator.naturalOrder())
            .orElseThrow();
    clock.advance(Duration.ofMinutes(11));
    Duration computed = time(() -> slow.caller(basic("j:right")));

    assertThat(computed).isGreaterThan(remembered.multipliedBy(5));
  }

  @Test
  void an_unknown_user_takes_as_long_as_a_wrong_password() {
    var slow =
        new BasicUsers(
            Map.of("j", BCrypt.withDefaults().hashToString(9, "right".toCharArray())), clock);
    assertTakesAsLong(slow, "nobody", "j");
  }

  @Test
  void a_wrong_password_takes_as_long_whatever_the_cost_of_the_hash() {
    var mixed =
        new BasicUsers(
            Map.of(
                "cheap",
                MARIA,
                "dear",
                BCrypt.withDefaults().hashToString(9, "right".toCharArray())),
            clock);

    assertTakesAsLong(mixed, "cheap", "nobody");
    assertThat(mixed.caller(basic("cheap:right"))).isEqualTo(Caller.of("cheap"));
  }

  /**
   * Compares what a wrong password takes of each when the machine has time. They take turns, since
   * it may have less from one moment to the next.
   */
  private static void assertTakesAsLong(BasicUsers users, String user, String other) {
    var times = new ArrayList<Duration>();
    var others = new ArrayList<Duration>();
    for (int i = 0; i < 8; i++) { // fewer than are refused without a look
      String wrong = ":wrong" + i;
      times.add(time(() -> refusal(users, basic(user + wrong))));
      others.add(time(() -> refusal(users, basic(other + wrong))));
    }
    assertThat(Collections.min(times)).isGreaterThan(Collections.min(others).dividedBy(3));
  }

  private static Duration time(Callable<?> work) {
    long begin = System.nanoTime();
    try {
      work.call();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void many_who_ask_at_once_with_the_same_pair_wait_for_one_computation() throws Exception {
    String hash = BCrypt.withDefaults().hashToString(10, "right".toCharArray());
    var slow = new BasicUsers(Map.of("j", hash), clock);
    var callers = new ArrayList<Future<Caller>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) { // more than may wait for computations
        callers.add(threads.submit(() -> slow.caller(basic("j:right"))));
      }
    }

    for (Future<Caller> caller : callers) {
      assertThat(caller.get()).isEqualTo(Caller.of("j"));
    }
  }

  @Test
  void a_flood_of_guesses_is_turned_away_instead_of_queued() throws Exception {
    var slow =
        new BasicUsers(
            Map.of("j", BCrypt.withDefaults().hashToString(8, "right".toCharArray())), clock);
    var failures = new ArrayList<Future<Failure>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        Credentials guess = basic("user" + i + ":guess");
        failures.add(threads.submit(() -> refusal(slow, guess)));
      }
    }

    List<Failure> seen = new ArrayList<>();
    for (Future<Failure> failure : failures) {
      seen.add(failure.get());
    }
    assertThat(seen).hasAtLeastOneElementOfType(Failure.Unavailable.class);
    assertThat(seen).hasAtLeastOneElementOfType(Failure.Unauthenticated.class);
  }

  /** Of the names that an address tries, only so many cost anything. */
  @Test
  void an_address_that_guesses_names_holds_nobody_up() throws Exception {
    var slow =
        new BasicUsers(
            Map.of("j", BCrypt.withDefaults().hashToString(8, "right".toCharArray())), clock);
    for (int i = 0; i < 100; i++) {
      refusal(slow, basic("user" + i + ":guess"));
    }
    var failures = new ArrayList<Future<Failure>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 1000; i++) {
        Credentials guess = basic("other" + i + ":guess");
        failures.add(threads.submit(() -> refusal(slow, guess)));
      }
      assertThat(slow.caller(basic("j:right"))).isEqualTo(Caller.of("j")); // from there, too
    }
    for (Future<Failure> failure : failures) { // more than may wait for computations
      assertThat(failure.get())
          .isEqualTo(new Failure.Unauthenticated("user name or password is wrong"));
    }
  }

  @Test
  void a_name_that_is_not_computed_any_more_takes_as_long_as_before() {
    var slow =
        new BasicUsers(
            Map.of("j", BCrypt.withDefaults().hashToString(9, "right".toCharArray())), clock);
    for (int i = 0; i < 100; i++) {
      refusal(slow, basic("user" + i + ":guess"));
    }

    assertTakesAsLong(slow, "nobody", "j");
  }

  @Test
  void a_minute_later_an_address_is_believed_again() {
    for (int i = 0; i < 100; i++) {
      refusal(users, basic("user" + i + ":guess"));
    }
    clock.advance(Duration.ofSeconds(61));

    assertThat(refusal(users, basic("nobody:guess"))).isInstanceOf(Failure.Unauthenticated.class);
  }

  @Test
  void guesses_from_many_addresses_do_not_push_out_who_has_a_name_here() throws Exception {
    var slow =
        new BasicUsers(
            Map.of("j", BCrypt.withDefaults().hashToString(10, "right".toCharArray())), clock);
    var failures = new ArrayList<Future<Failure>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 300; i++) {
        Credentials guess = from(i, basic("user" + i + ":guess"));
        failures.add(threads.submit(() -> refusal(slow, guess)));
      }
      while (failures.stream().noneMatch(Future::isDone)) { // until the queue has been full
        Thread.onSpinWait();
      }
      assertThat(slow.caller(basic("j:right"))).isEqualTo(Caller.of("j"));
      assertThat(failures).anyMatch(failure -> !failure.isDone()); // it went first
    }
  }

  private static Credentials from(int number, Credentials credentials) throws Exception {
    byte[] address = {10, 0, (byte) (number >> 8), (byte) number};
    return new Credentials(credentials.authorization(), InetAddress.getByAddress(address));
  }

  @Test
  void credentials_never_show_their_secret() {
    assertThat(basic("maria:right").toString()).doesNotContain("Basic");
  }

  @Test
  void the_challenge_is_basic() {
    assertThat(users.challenges()).containsExactly("Basic realm=\"millrace\"");
    assertThat(users.onlyOnLoopback()).isFalse();
  }
}
