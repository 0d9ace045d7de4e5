package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.dane.PythonJsonTest.value;

import java.util.OptionalInt;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.value.Value;

/** The right sides were printed by Python 3.11. */
class PythonTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          12345                       | 12345
          -0                          | 0
          12345678901234567890123     | 12345678901234567890123
          1.0                         | 1.0
          1.50                        | 1.5
          -0.0                        | -0.0
          0.0001                      | 0.0001
          0.00001                     | 1e-05
          1e5                         | 100000.0
          1E15                        | 1000000000000000.0
          1e16                        | 1e+16
          -1.25e-7                    | -1.25e-07
          1e400                       | inf
          0.1                         | 0.1
          true                        | True
          false                       | False
          null                        | None
          [1, "a", null, true, 2.0]   | [1, 'a', None, True, 2.0]
          {"a": [], "b": {"c": 1}}    | {'a': [], 'b': {'c': 1}}
          ["it's", "a\\"b", "x'\\"y"] | ["it's", 'a"b', 'x\\'"y']
          ["é\\u0001\\n\\r\\t\\\\\\u00ad\\u200b\\u00a0", "\\ud83d\\ude00", "\\udb40\\udc01"] | ['é\\x01\\n\\r\\t\\\\\\xad\\u200b\\xa0', '😀', '\\U000e0001']
          "a 'b'"                     | a 'b'
          """)
  void values_are_told_as_python_tells_them(String json, String told) {
    assertThat(PythonText.str(value(json))).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource({
    "asr,ASR",
    "straße,STRASSE",
    "ﬁn,FIN",
    "ŉ,ʼN",
    "ǰ,J̌",
    "ı,I",
    "i,I",
    "ÿ,Ÿ",
    "ς,Σ",
    "\u0390,\u0399\u0308\u0301",
    "µ,Μ",
    "ß.ß,SS.SS",
    "ǆ,Ǆ",
    "a.b,A.B",
    "և,ԵՒ"
  })
  void upper_case_may_be_longer(String text, String upper) {
    assertThat(PythonText.upper(text)).isEqualTo(upper);
  }

  @Test
  void what_python_takes_for_space_is_stripped() {
    assertThat(PythonText.strip(" \t\n\u001c\u0085\u00a0\u2007\u202f\u3000a b\u2028\u000b "))
        .isEqualTo("a b");
    assertThat(PythonText.strip("\u200bx")).isEqualTo("\u200bx");
    assertThat(PythonText.strip(" \u00a0")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          4          | 4
          4.9        | 4
          -4.9       | -4
          0.5        | 0
          1e1        | 10
          1e999999999   | 100
          -1e999999999  | -100
          1e-999999999  | 0
          99         | 99
          100        | 100
          101        | 100
          -101       | -100
          true       | 1
          false      | 0
          "7"        | 7
          " 7 "      | 7
          "+7"       | 7
          "-7"       | -7
          "0_0_7"    | 7
          "1_0"      | 10
          "٣"        | 3
          """)
  void whole_numbers_are_taken_from_what_int_takes(String json, int number) {
    assertThat(PythonInt.clamped(value(json), -100, 100)).isEqualTo(OptionalInt.of(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "{}",
        "\"\"",
        "\" \"",
        "\"x\"",
        "\"1.0\"",
        "\"1e1\"",
        "\"_1\"",
        "\"1_\"",
        "\"1__0\"",
        "\"- 1\"",
        "\"0x1\"",
        "NaN",
        "Infinity"
      })
  void and_not_from_what_it_refuses(String json) {
    assertThat(PythonInt.clamped(value(json), -100, 100)).isEmpty();
  }

  @Test
  void digits_have_an_end() {
    String digits = "9".repeat(4_301);
    assertThat(PythonInt.clamped(value("\"" + digits + "\""), 0, 10)).isEmpty();
    assertThat(PythonInt.clamped(value("\"" + digits.substring(1) + "\""), 0, 10)).hasValue(10);
  }

  @Test
  void the_longest_number_needs_no_deep_stack() throws Exception {
    var digits = new Value.Text("1" + "_1".repeat(2_149));
    var read = new FutureTask<>(() -> PythonInt.clamped(digits, 0, 10));
    var small = new Thread(null, read, "small", 1 << 18);
    small.start();
    assertThat(read.get()).hasValue(10);
  }
}
