package org.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.engine.attempt.AttemptTimes;
import org.millrace.engine.delivery.Deliveries.Patience;
import org.millrace.engine.retention.RetentionRules;

final class EngineConfigTest {

  @ParameterizedTest
  @CsvSource({
    "0, 5, 1, 1, engine.heartbeat: longer than nothing",
    "15, 0, 1, 1, engine.renew-every: longer than nothing",
    "15, 5, 0, 1, engine.poll-every: longer than nothing",
    "15, 5, 1, 0, engine.sweep-every: longer than nothing",
    "15, 8, 1, 1, engine.renew-every: at most half of engine.heartbeat"
  })
  void a_time_that_makes_no_sense_is_refused_by_its_name(
      long heartbeat, long renew, long poll, long sweep, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(heartbeat, renew, poll, sweep))
        .withMessage(message);
  }

  @Test
  void two_signs_of_life_in_a_heartbeat_are_enough() {
    assertThat(config(10, 5, 1, 1).renewEvery()).isEqualTo(Duration.ofSeconds(5));
  }

  private static EngineConfig config(long heartbeat, long renew, long poll, long sweep) {
    return new EngineConfig(
        Duration.ofSeconds(heartbeat),
        Duration.ofSeconds(renew),
        Duration.ofSeconds(poll),
        Duration.ofSeconds(sweep),
        true,
        true,
        AttemptTimes.DEFAULT,
        Patience.DEFAULT,
        RetentionRules.KEEP_ALL);
  }
}
