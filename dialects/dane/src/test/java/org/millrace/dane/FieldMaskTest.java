package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.dane.PythonJsonTest.value;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Refusal;

class FieldMaskTest {
  private static final String WHOLE =
      "{\"a\": 1, \"b\": {\"c\": 2, \"d\": {\"e\": 3}}, \"f\": [{\"g\": 4, \"h\": 5}, 6]}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a              | {"a": 1}
          {a}            | {"a": 1}
          {a }           | {"a": 1}
          'a , b{c}'     | {"a": 1, "b": {"c": 2}}
          b{d{e}},a      | {"a": 1, "b": {"d": {"e": 3}}}
          f{g}           | {"f": [{"g": 4}, 6]}
          *              | {"a": 1, "b": {"c": 2, "d": {"e": 3}}, "f": [{"g": 4, "h": 5}, 6]}
          b{c},*         | {"a": 1, "b": {"c": 2}, "f": [{"g": 4, "h": 5}, 6]}
          nothing        | {}
          a{x}           | {"a": 1}
          """)
  void what_is_asked_for_is_left(String mask, String left) {
    assertThat(PythonJson.line(FieldMask.of(mask).applyTo(value(WHOLE)))).isEqualTo(left);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",", "a,", "{a", "a}", "a{b", "a{}", "{}", "a{b}}", "a{b}c", "{{a}}", "{a}b"})
  void what_cannot_be_read_is_refused(String mask) {
    assertThatThrownBy(() -> FieldMask.of(mask)).isInstanceOf(Refusal.class);
  }

  @Test
  void braces_may_be_nested_so_deep_and_no_deeper() {
    FieldMask.of("a{".repeat(15) + "a" + "}".repeat(15));
    assertThatThrownBy(() -> FieldMask.of("a{".repeat(16) + "a" + "}".repeat(16)))
        .hasMessageContaining("16 deep");
  }
}
