package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NanosTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "2026-03-01T12:00:00.123456789Z",
        "1900-01-01T00:00:00.000000001Z",
        "2262-01-01T00:00:00Z"
      })
  void times_come_out_as_they_went_in(String time) {
    Instant instant = Instant.parse(time);

    assertThat(Nanos.instant(Nanos.of(instant))).isEqualTo(instant);
  }

  @Test
  void durations_come_out_as_they_went_in() {
    Duration duration = Duration.ofDays(100_000).plusNanos(1);

    assertThat(Nanos.duration(Nanos.of(duration))).isEqualTo(duration);
  }

  @Test
  void what_lies_beyond_is_cut_and_stays_in_order() {
    assertThat(Nanos.of(Instant.MAX)).isEqualTo(Long.MAX_VALUE);
    assertThat(Nanos.of(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
    assertThat(Nanos.of(Instant.MIN)).isLessThan(Nanos.of(Instant.parse("1830-01-01T00:00:00Z")));
    assertThat(Nanos.of(Instant.MIN) - Nanos.of(Duration.ofHours(1))).isNegative();
  }
}
