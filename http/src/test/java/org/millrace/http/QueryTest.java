package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Refusal;

final class QueryTest {
  enum View {
    MINIMAL,
    FULL
  }

  private static Query query(String name, String... values) {
    return new Query(Map.of(name, List.of(values)));
  }

  @Test
  void repeated_parameters_keep_their_order() {
    Query query = query("tag", "b", "a", "b");

    assertThat(query.all("tag")).containsExactly("b", "a", "b");
    assertThat(query.one("tag")).contains("b");
    assertThat(query.names()).containsExactly("tag");
    assertThat(query.all("other")).isEmpty();
    assertThat(query.one("other")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "100, 100", "' 7 ', 7", "+8, 8", "'', 50"})
  void numbers_are_read(String text, long number) {
    assertThat(query("size", text).number("size", 50, 1, 100)).isEqualTo(number);
  }

  @Test
  void an_absent_number_is_the_default() {
    assertThat(query("other", "1").number("size", 50, 1, 100)).isEqualTo(50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "1.5", "0x10", "9223372036854775808", "1 2"})
  void what_is_no_number_is_refused_by_name(String text) {
    assertThatThrownBy(() -> query("size", text).number("size", 50, 1, 100))
        .isInstanceOf(Refusal.class)
        .hasMessage("size: '" + text + "' is not a whole number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "101", "-5"})
  void a_number_out_of_range_is_refused_with_the_range(String text) {
    assertThatThrownBy(() -> query("size", text).number("size", 50, 1, 100))
        .isInstanceOf(Refusal.class)
        .hasMessage("size: must be between 1 and 100");
  }

  @Test
  void long_rubbish_is_not_echoed_whole() {
    assertThatThrownBy(() -> query("size", "x".repeat(5000)).number("size", 50, 1, 100))
        .message()
        .hasSizeLessThan(100);
  }

  @ParameterizedTest
  @CsvSource({"FULL, FULL", "full, FULL", "'', MINIMAL"})
  void choices_are_read_in_any_case(String text, View view) {
    assertThat(query("view", text).choice("view", View.MINIMAL)).isEqualTo(view);
  }

  @Test
  void an_unknown_choice_is_refused_with_the_known_ones() {
    assertThatThrownBy(() -> query("view", "x").choice("view", View.MINIMAL))
        .isInstanceOf(Refusal.class)
        .hasMessage("view: 'x' is none of MINIMAL, FULL");
  }

  @Test
  void a_choice_may_have_no_default() {
    assertThat(query("other", "x").choice("view", View.class)).isEmpty();
    assertThat(query("view", "FULL").choice("view", View.class)).contains(View.FULL);
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "TRUE, true",
    "1, true",
    "'', true",
    "false, false",
    "0, false",
    "no, false"
  })
  void flags_are_read(String text, boolean set) {
    assertThat(query("follow", text).flag("follow")).isEqualTo(set);
    assertThat(query("other", text).flag("follow")).isFalse();
  }

  @Test
  void another_flag_is_refused() {
    assertThatThrownBy(() -> query("follow", "maybe").flag("follow"))
        .hasMessage("follow: must be true or false");
  }
}
