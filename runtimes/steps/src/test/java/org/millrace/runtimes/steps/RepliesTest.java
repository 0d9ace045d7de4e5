package org.millrace.runtimes.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.runtimes.steps.Plans.field;
import static org.millrace.runtimes.steps.Plans.map;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.value.Value;

/** What services answer, as values. */
class RepliesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "text/json",
        "Application/JSON; charset=utf-8",
        " application/problem+json ",
        "application/vnd.service.v2+JSON;x=y"
      })
  void what_says_that_it_is_json_must_be(String type) {
    assertThatThrownBy(() -> Replies.body(Optional.of(type), "{oops"))
        .isInstanceOf(Replies.Unreadable.class)
        .hasMessageContaining("it begins: {oops");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/jsonish", "text/html; x=/json", "json", ""})
  void what_does_not_say_so_is_text_at_least(String type) throws Exception {
    assertThat(Replies.body(Optional.of(type), "{oops")).isEqualTo(new Value.Text("{oops"));
    assertThat(Replies.body(Optional.of(type), "{\"a\": 1}")).isEqualTo(map("a", 1));
  }

  @Test
  void a_mark_of_the_byte_order_is_no_part_of_an_answer() throws Exception {
    assertThat(Replies.body(Optional.of("application/json"), "\uFEFF{\"a\": 1}"))
        .isEqualTo(map("a", 1));
    assertThat(Replies.body(Optional.empty(), "\uFEFFplain")).isEqualTo(new Value.Text("plain"));
    assertThat(Replies.body(Optional.of("application/json"), "\uFEFF"))
        .isEqualTo(new Value.Text(""));
  }

  @Test
  void half_characters_are_replaced_wherever_they_stand() throws Exception {
    Value read =
        Json.read("{\"k\": {\"list\": [\"\\uDC00\", 1.50, true, null, \"\\ud83d\\ude00\"]}}");

    assertThat(Json.text(read))
        .isEqualTo("{\"k\":{\"list\":[\"?\",1.50,true,null,\"\uD83D\uDE00\"]}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"\\ud800k\": 1}", "{\"\\uDC00\": 1}"})
  void a_name_of_half_characters_is_no_json(String odd) throws Exception {
    assertThat(Replies.body(Optional.empty(), odd)).isEqualTo(new Value.Text(odd));
    assertThatThrownBy(() -> Replies.body(Optional.of("application/json"), odd))
        .isInstanceOf(Replies.Unreadable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"x\"", "0", "true", "[0]", "{\"a\": null}"})
  void a_probe_has_found_what_is_something(String there) throws Exception {
    Value body = Replies.body(Optional.empty(), "{\"id\": " + there + "}");

    assertThat(Replies.has(Replies.of(200, body), Optional.of(field("id")))).isTrue();
  }

  @Test
  void a_probe_without_a_place_to_look_at_is_told_by_the_status_alone() {
    assertThat(Replies.has(Replies.of(200, Value.NOTHING), Optional.empty())).isTrue();
    assertThat(Replies.has(Replies.of(200, Value.NOTHING), Optional.of(field("id")))).isFalse();
  }
}
