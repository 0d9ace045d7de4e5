package org.millrace.http.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Refusal;

/** What is remembered of sign-ins is bounded. */
final class SignInMemoriesTest {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @Test
  void the_oldest_of_the_right_ones_is_forgotten_first() {
    var right = new RecentlyRight(2, Duration.ofMinutes(1), CLOCK);
    right.add("a");
    right.add("b");
    right.add("a"); // again, so it is younger
    right.add("c");

    assertThat(right.contains("a")).isTrue();
    assertThat(right.contains("b")).isFalse();
    assertThat(right.contains("c")).isTrue();
  }

  @Test
  void the_oldest_of_the_failing_ones_is_forgotten_first() {
    var failed = new FailedAttempts(_ -> true, CLOCK);
    for (int i = 0; i < 10; i++) {
      failed.count(HERE, "maria");
    }
    assertThatThrownBy(() -> failed.refuseIfTooMany(HERE, "maria")).isInstanceOf(Refusal.class);

    for (int i = 0; i < 4_096; i++) {
      failed.count(HERE, "somebody " + i);
    }
    assertThatCode(() -> failed.refuseIfTooMany(HERE, "maria")).doesNotThrowAnyException();
  }

  @Test
  void names_that_are_made_up_wash_out_no_name_that_exists() {
    var failed = new FailedAttempts("maria"::equals, CLOCK);
    for (int i = 0; i < 10; i++) {
      failed.count(HERE, "maria");
    }
    for (int i = 0; i < 10_000; i++) {
      failed.count(HERE, "made up " + i);
    }

    assertThatThrownBy(() -> failed.refuseIfTooMany(HERE, "maria")).isInstanceOf(Refusal.class);
    assertThat(failed.isGuessing(HERE)).isTrue();
  }

  @Test
  void a_name_that_does_not_exist_is_refused_as_soon_as_one_that_does() {
    var failed = new FailedAttempts("maria"::equals, CLOCK);
    for (int i = 0; i < 9; i++) {
      failed.count(HERE, "nobody");
    }
    assertThatCode(() -> failed.refuseIfTooMany(HERE, "nobody")).doesNotThrowAnyException();

    failed.count(HERE, "nobody");
    assertThatThrownBy(() -> failed.refuseIfTooMany(HERE, "nobody")).isInstanceOf(Refusal.class);
  }

  @Test
  void a_flood_of_made_up_names_does_not_tell_which_names_exist() {
    var failed = new FailedAttempts("maria"::equals, CLOCK);
    for (String user : List.of("maria", "nobody")) {
      for (int i = 0; i < 10; i++) {
        failed.count(HERE, user);
      }
    }
    for (int i = 0; i < 20_000; i++) {
      failed.count(HERE, "made up " + i);
    }

    for (String user : List.of("maria", "nobody")) {
      assertThatThrownBy(() -> failed.refuseIfTooMany(HERE, user)).isInstanceOf(Refusal.class);
    }
    assertThatCode(() -> failed.refuseIfTooMany(HERE, "somebody else")).doesNotThrowAnyException();
  }
}
