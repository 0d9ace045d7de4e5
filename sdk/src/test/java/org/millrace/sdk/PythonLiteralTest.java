package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checked against Python's {@code ast.literal_eval}. */
class PythonLiteralTest {
  static Stream<Arguments> literals() {
    return Stream.of(
        Arguments.of("5673", 5673),
        Arguments.of(" 5673 ", 5673),
        Arguments.of("-5", -5),
        Arguments.of("+5", 5),
        Arguments.of("--5", 5),
        Arguments.of("0", 0),
        Arguments.of("00", 0),
        Arguments.of("1_000", 1000),
        Arguments.of("0x1F", 31),
        Arguments.of("0o17", 15),
        Arguments.of("0b101", 5),
        Arguments.of("3000000000", 3_000_000_000L),
        Arguments.of("10000000000000000000", new BigInteger("10000000000000000000")),
        Arguments.of("2.5", 2.5),
        Arguments.of(".5", .5),
        Arguments.of("5.", 5.0),
        Arguments.of("1e3", 1000.0),
        Arguments.of("1E-2", 0.01),
        Arguments.of("-1.5e+2", -150.0),
        Arguments.of("True", true),
        Arguments.of("False", false),
        Arguments.of("None", null),
        Arguments.of("'5673'", "5673"),
        Arguments.of("\"a'b\"", "a'b"),
        Arguments.of(
            "'a\\'b\\\\\\n\\t\\r\\b\\f\\a\\v\\x41\\u00e9\\U0001F600\\101\\q'",
            "a'b\\\n\t\r\b\f\u0007\u000bA\u00e9\uD83D\uDE00A\\q"),
        Arguments.of("'a\\\nb'", "ab"),
        Arguments.of("'''a\n'b''c'''", "a\n'b''c"),
        Arguments.of("''", ""),
        Arguments.of("[]", List.of()),
        Arguments.of("['a', 'b',]", List.of("a", "b")),
        Arguments.of("[1, [2, (3,)]]", List.of(1, List.of(2, List.of(3)))),
        Arguments.of("(1)", 1),
        Arguments.of("(1,)", List.of(1)),
        Arguments.of("()", List.of()),
        Arguments.of("1, 2", List.of(1, 2)),
        Arguments.of("1,", List.of(1)),
        Arguments.of("[None]", Arrays.asList((Object) null)),
        Arguments.of("{}", Map.of()),
        Arguments.of("{'a': 1, 'b': [2]}", Map.of("a", 1, "b", List.of(2))));
  }

  @ParameterizedTest
  @MethodSource("literals")
  void a_literal_is_what_it_stands_for(String text, @Nullable Object expected) {
    assertThat(PythonLiteral.read(text)).contains(new PythonLiteral.Value(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "es",
        "localhost",
        "01",
        "1__0",
        "_1",
        "1_",
        "0x",
        "0xg",
        "0b2",
        "1.2.3",
        "1e",
        "e3",
        "true",
        "none",
        "'a",
        "'a\nb'",
        "a'b'",
        "[1",
        "[1 2]",
        "[,]",
        "(1",
        "(1 2)",
        "{1: 2}",
        "{'a' 1}",
        "{'a': 1 'b': 2}",
        "{'a'",
        "1 2",
        "1,,",
        "1, x",
        "'\\x4'",
        "'\\xzz'",
        "'\\uD8'",
        "'\\UFFFFFFFF'",
        "'\\",
        "10.0.0.1",
        "a,b",
        "-",
        "-x",
        "1,2 3"
      })
  void anything_else_stays_text(String text) {
    assertThat(PythonLiteral.read(text)).isEmpty();
  }

  @Test
  void what_ends_in_the_middle_is_no_literal() {
    String whole = "{'a': [1, (2.5, 'x\\n', None)], 'b': -0x1f}";
    assertThat(PythonLiteral.read(whole)).isPresent();
    for (int i = 0; i < whole.length(); i++) {
      assertThat(PythonLiteral.read(whole.substring(0, i))).as(whole.substring(0, i)).isEmpty();
    }
  }
}
