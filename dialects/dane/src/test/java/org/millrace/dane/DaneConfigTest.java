package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.dane.DaneConfig.HttpAuth;
import org.millrace.domain.document.Space;

class DaneConfigTest {
  private static final DaneConfig USUAL = DaneConfig.standard();

  @Test
  void the_usual_names_are_those_of_the_originals() {
    assertThat(USUAL.exchange()).isEqualTo("DANE-exchange");
    assertThat(USUAL.jobExchange()).isEqualTo("DANE-exchange");
    assertThat(USUAL.responseQueue()).isEqualTo("DANE-response-queue");
    assertThat(USUAL.httpAuth()).isEqualTo(HttpAuth.OPEN);
    assertThat(USUAL.networks()).isEmpty();
    assertThat(USUAL.space()).hasToString("dane");
    assertThat(USUAL.owner()).hasToString("dane");
    assertThat(USUAL.answerWithin()).isEqualTo(Duration.ofDays(1));
    assertThat(USUAL.bodyBytes()).isEqualTo(16L << 20);
    assertThat(USUAL.retry().attempts()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    "' ',e,r,1,65536,dane.exchange",
    "amq.topic,e,r,1,65536,dane.exchange",
    "e,'',r,1,65536,dane.job-exchange",
    "e,e,'',1,65536,dane.response-queue",
    "e,e,r,0,65536,dane.answer-within",
    "e,e,r,1,65535,dane.body-bytes",
    "e,e,r,1,1073741825,dane.body-bytes"
  })
  void bad_values_are_refused_by_name(
      String exchange, String job, String queue, int seconds, long body, String key) {
    assertThatThrownBy(() ->
            new DaneConfig(
                USUAL.space(),
                USUAL.owner(),
                USUAL.httpAuth(),
                USUAL.networks(),
                exchange,
                job,
                queue,
                Duration.ofSeconds(seconds),
                USUAL.retry(),
                body))
        .hasMessageStartingWith(key + ": ");
  }

  @Test
  void jobs_have_a_space_of_their_own_that_is_a_name_too() {
    Space longest = new Space("s".repeat(250));
    assertThat(Jobs.space(in(longest)).name()).startsWith(longest.name());
    assertThatThrownBy(() -> in(new Space("s".repeat(251)))).hasMessageStartingWith("dane.space: ");
  }

  private static DaneConfig in(Space space) {
    return new DaneConfig(
        space,
        USUAL.owner(),
        USUAL.httpAuth(),
        USUAL.networks(),
        USUAL.exchange(),
        USUAL.jobExchange(),
        USUAL.responseQueue(),
        USUAL.answerWithin(),
        USUAL.retry(),
        USUAL.bodyBytes());
  }

  @Test
  void names_are_as_long_as_a_broker_takes() {
    String longest = "é".repeat(127) + "e";
    new DaneConfig(
        USUAL.space(),
        USUAL.owner(),
        USUAL.httpAuth(),
        USUAL.networks(),
        longest,
        longest,
        longest,
        Duration.ofSeconds(1),
        USUAL.retry(),
        1L << 30);
    assertThatThrownBy(() ->
            new DaneConfig(
                USUAL.space(),
                USUAL.owner(),
                USUAL.httpAuth(),
                USUAL.networks(),
                longest + "e",
                longest,
                longest,
                Duration.ofSeconds(1),
                USUAL.retry(),
                1L << 30))
        .hasMessageContaining("255 bytes");
  }
}
