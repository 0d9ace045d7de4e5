package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.value.Value;

class PythonJsonTest {

  static Value value(String json) {
    try {
      return PythonJson.read(json.getBytes(StandardCharsets.UTF_8));
    } catch (PythonJson.NotJson wrong) {
      throw new AssertionError(json, wrong);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"flag\": true, \"lang\": \"nl\", \"naam\": \"caf\\u00e9\", \"l\": [1.5, 2.50, null]}",
        "[{}, [], \"\", 12345678901234567890123, -0.0, 1e5, {\"a\": {\"b\": []}}]",
        "\"\\\" \\\\ \\n \\r \\t \\b \\f \\u0000 \\u001f \\u007f \\ud83d\\ude00 /\"",
        "\"\""
      })
  void one_line_is_written_as_it_was_read(String json) {
    assertThat(PythonJson.line(value(json))).isEqualTo(json);
  }

  @Test
  void indented_by_four_with_a_line_feed_at_the_end() {
    assertThat(PythonJson.indented(value("{\"a\":{\"b\":[1,{}],\"c\":[]},\"d\":\"é\"}")))
        .isEqualTo(
            """
            {
                "a": {
                    "b": [
                        1,
                        {}
                    ],
                    "c": []
                },
                "d": "\\u00e9"
            }
            """);
    assertThat(PythonJson.indented(new Value.Text(""))).isEqualTo("\"\"\n");
  }

  @Test
  void lists_that_are_read_piece_by_piece_are_written_alike() throws IOException {
    for (String json : List.of("[]", "[1]", "[1, {\"a\": [2]}, \"x\"]")) {
      Value.Items list = (Value.Items) value(json);
      var indented = new StringWriter();
      PythonJson.items(list.values().iterator(), indented);
      assertThat(indented).hasToString(PythonJson.indented(list));
      var line = new StringWriter();
      PythonJson.lineItems(list.values().iterator(), line);
      assertThat(line).hasToString(PythonJson.line(list));
    }
  }

  @Test
  void words_for_no_number_are_texts() {
    assertThat(PythonJson.line(value("[NaN, Infinity, -Infinity]")))
        .isEqualTo("[\"NaN\", \"Infinity\", \"-Infinity\"]");
  }

  @Test
  void of_fields_of_one_name_the_last_counts() {
    assertThat(PythonJson.line(value("{\"a\": 1, \"b\": 2, \"a\": 3}")))
        .isEqualTo("{\"a\": 3, \"b\": 2}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nonsense",
        "{",
        "[1",
        "{\"a\":}",
        "1 2",
        "{} x",
        "'a'",
        "[1,]",
        "\"\\ud800\"",
        "{\"\\udc00\": 1}",
        "[\"a\\ud800b\"]",
        "\"\\ude00\\ud83d\"",
        "01",
        "\"\n\""
      })
  void what_is_no_json_is_refused(String text) {
    assertThatThrownBy(() -> PythonJson.read(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(PythonJson.NotJson.class);
  }

  @Test
  void no_utf8_too_deep_and_too_long_are_refused() {
    assertThatThrownBy(() -> PythonJson.read(new byte[] {'"', (byte) 0xff, '"'}))
        .hasMessage("it is no UTF-8");
    assertThatThrownBy(() -> PythonJson.read("[".repeat(201) + "]".repeat(201)))
        .isInstanceOf(PythonJson.NotJson.class);
    assertThatThrownBy(() -> PythonJson.read("1".repeat(4_301)))
        .isInstanceOf(PythonJson.NotJson.class);
    char[] many = new char[2_100_000];
    Arrays.fill(many, ',');
    for (int i = 0; i < many.length; i += 2) {
      many[i] = '1';
    }
    assertThatThrownBy(() -> PythonJson.read("[" + new String(many) + "1]"))
        .isInstanceOf(PythonJson.TooManyPieces.class);
    String most = "[" + new String(many, 0, 2 * 999_997) + "1]";
    assertThat(((Value.Items) value(most)).values()).hasSize(999_998);
  }
}
