package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NameRangeTest {

  @ParameterizedTest
  @CsvSource({"a, b", "count, counu", "az, a{", "é, ê"})
  void it_ends_where_the_last_letter_is_raised(String prefix, String end) {
    assertThat(NameRange.of(prefix).end()).isEqualTo(end);
  }

  @Test
  void it_steps_over_the_halves_of_pairs() {
    assertThat(NameRange.of("a\uD7FF").end()).isEqualTo("a\uE000");
  }

  @Test
  void pairs_are_raised_whole() {
    assertThat(NameRange.of("\uD83D\uDE00").end()).isEqualTo("\uD83D\uDE01");
  }

  @Test
  void what_cannot_be_raised_is_dropped() {
    String last = Character.toString(Character.MAX_CODE_POINT);

    assertThat(NameRange.of("a" + last).end()).isEqualTo("b");
    assertThat(NameRange.of(last + last).end()).isNull();
    assertThat(NameRange.of("").end()).isNull();
  }
}
