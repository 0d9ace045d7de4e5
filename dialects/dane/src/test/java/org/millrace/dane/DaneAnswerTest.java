package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.value.Value;
import org.millrace.engine.workers.WorkerProtocol.Decoded;

class DaneAnswerTest {
  private static DaneAnswer answer(String body) {
    return DaneAnswer.of(body.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"state": 200, "message": "Success"}         | 200
          {"message": "Success", "state": "200"}       | 200
          {"state": " 2_00 ", "message": "Success"}    | 200
          {"state": 200.7, "message": "Success"}       | 200
          {"state": 2e2, "message": "Success"}         | 200
          {"state": true, "message": "Success"}        | 1
          {"state": -7, "message": "Success"}          | -7
          {"state": 404, "message": "Success", "x": NaN} | 404
          {"state": 500, "state": 200, "message": "Success"} | 200
          "{\\"state\\": 200, \\"message\\": \\"Success\\", \\"size\\": 5}" | 200
          "\\"{\\\\\\"state\\\\\\": 200, \\\\\\"message\\\\\\": \\\\\\"Success\\\\\\"}\\"" | 200
          """)
  void answers_are_read_in_any_form(String body, int state) {
    DaneAnswer answer = answer(body);
    assertThat(answer.state()).isEqualTo(state);
    assertThat(answer.message()).isEqualTo("Success");
    assertThat(answer.unreadable()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          null    | The worker's answer is null, not an object with `state` and `message`
          []      | The worker's answer is a list, not an object with `state` and `message`
          5       | The worker's answer is a number, not an object with `state` and `message`
          true    | The worker's answer is true or false, not an object with `state` and `message`
          "done"  | The worker's answer is a text, not an object with `state` and `message`
          "[1]"   | The worker's answer is a list, not an object with `state` and `message`
          {}      | The worker's answer has no `state`
          {"message": "hm"}                  | The worker's answer has no `state`; its message: hm
          {"state": 200}                     | The worker's answer says state 200 and has no `message`
          {"state": 200, "message": null}    | The worker's answer says state 200 and has null as `message`
          {"state": 200, "message": {}}      | The worker's answer says state 200 and has a map as `message`
          {"state": "ok", "message": "hm"}   | The worker's answer has a text as `state`, which is not a number; its message: hm
          {"state": null, "message": "hm"}   | The worker's answer has null as `state`, which is not a number; its message: hm
          {"state": [], "message": 1}        | The worker's answer has a list as `state`, which is not a number
          {"state": 1e99, "message": "hm"}   | The worker's answer has a `state` that is no state of DANE's: it is too large; its message: hm
          {"state": -1e99, "message": "hm"}  | The worker's answer has a `state` that is no state of DANE's: it is too large; its message: hm
          """)
  void an_answer_that_does_not_say_how_it_ended_ends_it_and_says_so(String body, String why) {
    DaneAnswer answer = answer(body);
    assertThat(answer.state()).isEqualTo(500);
    assertThat(answer.message()).isEqualTo(why);
    assertThat(answer.unreadable()).isEmpty();
    assertThat(answer.outcome()).isInstanceOf(Outcome.WorkRefused.class);
  }

  /** An index takes them for texts, so workers may have sent them for years. */
  @ParameterizedTest
  @CsvSource({"5,5", "0.5,0.5", "true,True"})
  void a_message_that_is_a_number_is_its_text(String message, String text) {
    DaneAnswer answer = answer("{\"state\": 200, \"message\": " + message + "}");
    assertThat(answer.state()).isEqualTo(200);
    assertThat(answer.message()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"state\": 200, \"message\": \"a\\udcff\", \"names\": [\"\\udc00\\ud83d\\ude00\"]}",
        "\"{\\\"state\\\": 200, \\\"message\\\": \\\"a\\\\udcff\\\","
            + " \\\"names\\\": [\\\"\\\\udc00\\\\ud83d\\\\ude00\\\"]}\""
      })
  void half_a_surrogate_pair_makes_no_answer_unreadable(String body) {
    DaneAnswer answer = answer(body);
    assertThat(answer.state()).isEqualTo(200);
    assertThat(answer.message()).isEqualTo("a\ufffd");
    assertThat(PythonJson.line(answer.more().getOrDefault("names", Value.NOTHING)))
        .isEqualTo("[\"\\ufffd\\ud83d\\ude00\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "not json", "{\"state\": 200", "{\"state\": 200} x", "{'state': 200}"})
  void what_is_no_json_is_kept_besides(String body) {
    DaneAnswer answer = answer(body);
    assertThat(answer.state()).isEqualTo(500);
    assertThat(answer.message())
        .startsWith("The worker's answer could not be read: it is not JSON");
    assertThat(answer.unreadable())
        .hasValueSatisfying(why -> assertThat(why.code()).isEqualTo("answer-unreadable"));
  }

  @Test
  void so_is_what_is_no_text_and_what_is_huge() {
    assertThat(DaneAnswer.of(new byte[] {(byte) 0xc3, 0x28}).unreadable()).isPresent();
    assertThat(DaneAnswer.of(new byte[DaneAnswer.MOST_BYTES + 1]).message())
        .endsWith("it has 4194305 bytes, and may have 4194304");
  }

  @Test
  void a_text_that_is_wrapped_too_often_is_a_text() {
    String body = "{\"state\": 200, \"message\": \"\"}";
    for (int i = 0; i < 4; i++) {
      body = PythonJson.line(new org.millrace.domain.value.Value.Text(body));
    }
    assertThat(answer(body).message()).contains("is a text");
  }

  @Test
  void long_messages_are_cut_between_characters() {
    String message = "a".repeat(DaneAnswer.MOST_MESSAGE - 1) + "😀";
    DaneAnswer answer = answer("{\"state\": 500, \"message\": \"" + message + "\"}");
    assertThat(answer.message()).isEqualTo("a".repeat(DaneAnswer.MOST_MESSAGE - 1) + "…");
    String longer = "b".repeat(DaneAnswer.MOST_MESSAGE + 1);
    assertThat(answer("{\"state\": 1, \"message\": \"" + longer + "\"}").message())
        .hasSize(DaneAnswer.MOST_MESSAGE + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "200,Completed", "412,Deferred", "502,WorkFailed", "503,WorkFailed", "400,WorkRefused",
    "403,WorkRefused", "404,WorkRefused", "422,WorkRefused", "500,WorkRefused", "201,WorkFailed",
    "102,WorkRefused", "205,WorkFailed", "0,WorkRefused", "-5,WorkRefused", "999,WorkRefused"
  })
  void the_number_decides_what_becomes_of_the_attempt(int state, String outcome) {
    Decoded decoded = answer("{\"state\": " + state + ", \"message\": \"m\"}").decoded();
    assertThat(decoded.outcome().getClass().getSimpleName()).isEqualTo(outcome);
    decoded
        .outcome()
        .why()
        .ifPresent(
            why -> assertThat(why.message()).isEqualTo("the worker answered " + state + ": m"));
  }

  @Test
  void what_lies_in_the_document_is_its_callers() {
    assertThat(
            answer("{\"state\": 404, \"message\": \"m\"}").outcome().why().orElseThrow().byCaller())
        .isTrue();
    assertThat(
            answer("{\"state\": 500, \"message\": \"m\"}").outcome().why().orElseThrow().byCaller())
        .isFalse();
  }

  @Test
  void the_answer_itself_goes_on_with_all_that_was_in_it() {
    String body =
        "{\"x\": 1, \"state\": \"412\", \"message\": \"Unfinished dependencies\","
            + " \"dependencies\": [\"DOWNLOAD\"]}";
    assertThat(PythonJson.line(answer(body).decoded().said()))
        .isEqualTo(
            "{\"state\": 412, \"message\": \"Unfinished dependencies\", \"x\": 1,"
                + " \"dependencies\": [\"DOWNLOAD\"]}");
  }
}
