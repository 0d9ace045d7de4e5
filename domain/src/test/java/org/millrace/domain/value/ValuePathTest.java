package org.millrace.domain.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.value.ValuePath.Looked;
import org.millrace.domain.value.ValuePath.Step;

final class ValuePathTest {
  private static final Value FILES =
      fields("files", new Value.Items(List.of(new Value.Text("a"), fields("size", number("1.0")))));

  @Test
  void leads_through_maps_and_lists() {
    assertThat(path(field("files"), item(1), field("size")).in(FILES))
        .isEqualTo(new Looked.Found(number("1.0")));
    assertThat(path().in(FILES)).isEqualTo(new Looked.Found(FILES));
  }

  @Test
  void says_where_it_ends_and_what_is_there_instead() {
    assertThat(missing(field("none"))).isEqualTo("it has no field 'none'");
    assertThat(missing(item(0))).isEqualTo("it is a map, which has no items");
    assertThat(missing(field("files"), field("x")))
        .isEqualTo("its .files is a list, which has no fields");
    assertThat(missing(field("files"), item(2)))
        .isEqualTo("its .files has 2 items, and so none of number 2");
    assertThat(missing(field("files"), item(1), field("size"), field("x")))
        .isEqualTo("its .files[1].size is a number, which has no fields");
  }

  @Test
  void is_written_as_it_is_read() {
    assertThat(path(field("a"), item(3), field("odd \"name\"")))
        .hasToString(".a[3][\"odd \\\"name\\\"\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0", "1.0", "9223372036854775808", "1e9", "-1.5E-3"})
  void a_number_keeps_its_digits(String digits) {
    assertThat(number(digits).digits()).isEqualTo(digits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", ".5", "1.", "+1", "NaN", "0x1", "1 ", "\u0661"})
  void what_json_calls_no_number_is_none(String digits) {
    assertThatThrownBy(() -> number(digits)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_value_is_not_changed_from_outside_and_keeps_its_order() {
    var map = new LinkedHashMap<String, Value>();
    map.put("z", Value.NOTHING);
    map.put("a", Value.NOTHING);
    var list = new ArrayList<Value>(List.of(Value.NOTHING));
    var fields = new Value.Fields(map);
    var items = new Value.Items(list);

    map.clear();
    list.clear();

    assertThat(fields.values().keySet()).containsExactly("z", "a");
    assertThat(items.values()).hasSize(1);
  }

  private static String missing(Step... steps) {
    return ((Looked.Missing) path(steps).in(FILES)).why();
  }

  private static ValuePath path(Step... steps) {
    return new ValuePath(List.of(steps));
  }

  private static Step field(String name) {
    return new Step.Field(name);
  }

  private static Step item(int number) {
    return new Step.Item(number);
  }

  private static Value.Numeral number(String digits) {
    return new Value.Numeral(digits);
  }

  private static Value fields(String name, Value value) {
    var map = new LinkedHashMap<String, Value>();
    map.put(name, value);
    return new Value.Fields(map);
  }
}
