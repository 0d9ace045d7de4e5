package org.millrace.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.value.Value;

final class ValueJsonTest {
  private static final JsonFactory JSON = new JsonFactory();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "1.0",
        "1e2",
        "1E+2",
        "-0",
        "9223372036854775808123",
        "0.10000000000000000000000000000000001",
        "\"\"",
        "\"a \\\" b\"",
        "true",
        "false",
        "null",
        "[]",
        "{}",
        "[1,[2,{\"a\":null}],\"x\"]",
        "{\"z\":1,\"a\":{\"b\":[{}]},\"\":2}"
      })
  void comes_out_as_it_went_in(String text) throws IOException {
    assertThat(written(read(text))).isEqualTo(text);
  }

  @Test
  void the_last_of_two_fields_counts() throws IOException {
    assertThat(read("{\"a\":1,\"a\":2}")).isEqualTo(read("{\"a\":2}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "]", "{\"a\":}", "[1", "nul", "{1:2}"})
  void what_is_no_json_is_refused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(JsonParseException.class);
  }

  @Test
  void stands_in_a_record_as_what_it_is() throws IOException {
    JsonMapper mapper = JsonMapper.builder().addModule(ValueJson.module()).build();
    record Held(Value value) {}

    String text = mapper.writeValueAsString(new Held(read("{\"n\":1.0}")));

    assertThat(text).isEqualTo("{\"value\":{\"n\":1.0}}");
    assertThat(mapper.readValue(text, Held.class).value()).isEqualTo(read("{\"n\":1.0}"));
    assertThat(mapper.readValue("{\"value\":null}", Held.class).value()).isEqualTo(Value.NOTHING);
  }

  @Test
  void where_only_a_number_may_stand_it_is_one_with_its_digits() throws IOException {
    JsonMapper mapper = JsonMapper.builder().addModule(ValueJson.module()).build();
    record Bound(Value.Numeral bound) {}

    String text = mapper.writeValueAsString(new Bound(new Value.Numeral("1.50")));

    assertThat(text).isEqualTo("{\"bound\":1.50}");
    assertThat(mapper.readValue(text, Bound.class).bound().digits()).isEqualTo("1.50");
    assertThatThrownBy(() -> mapper.readValue("{\"bound\":\"1\"}", Bound.class))
        .isInstanceOf(IOException.class);
  }

  @Test
  void where_only_a_map_may_stand_it_is_one_in_its_order() throws IOException {
    JsonMapper mapper = JsonMapper.builder().addModule(ValueJson.module()).build();
    record Given(Value.Fields given) {}

    String text = "{\"given\":{\"b\":1.0,\"a\":{}}}";

    Given read = mapper.readValue(text, Given.class);
    assertThat(read.given().values().keySet()).containsExactly("b", "a");
    assertThat(mapper.writeValueAsString(read)).isEqualTo(text);
    assertThatThrownBy(() -> mapper.readValue("{\"given\":[]}", Given.class))
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_value_that_may_be_absent_is_not_one_that_is_null() throws IOException {
    JsonMapper mapper =
        JsonMapper.builder().addModule(new Jdk8Module()).addModule(ValueJson.module()).build();
    record Maybe(Optional<Value> value, Optional<String> text) {}

    assertThat(mapper.readValue("{\"value\":[1],\"text\":\"t\"}", Maybe.class))
        .isEqualTo(new Maybe(Optional.of(read("[1]")), Optional.of("t")));
    assertThat(mapper.readValue("{\"value\":null}", Maybe.class).value()).contains(Value.NOTHING);
    assertThat(mapper.readValue("{}", Maybe.class).value()).isEmpty();
  }

  @Test
  void what_another_format_calls_a_number_and_has_no_digits_is_a_text() throws IOException {
    var lenient = JSON.createParser("[NaN, 1]");
    try (lenient) {
      lenient.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());
      assertThat(ValueJson.read(lenient))
          .isEqualTo(new Value.Items(List.of(new Value.Text("NaN"), new Value.Numeral("1"))));
    }
  }

  @Test
  void where_no_value_begins_none_is_read() throws IOException {
    try (var parser = JSON.createParser("{\"a\":[]}")) {
      parser.nextToken();
      parser.nextToken(); // the name of a field
      assertThatThrownBy(() -> ValueJson.read(parser)).isInstanceOf(JsonParseException.class);
    }
  }

  private static Value read(String text) throws IOException {
    try (var parser = JSON.createParser(text)) {
      return ValueJson.read(parser);
    }
  }

  private static String written(Value value) throws IOException {
    var text = new StringWriter();
    try (var generator = JSON.createGenerator(text)) {
      ValueJson.write(value, generator);
    }
    return text.toString();
  }
}
