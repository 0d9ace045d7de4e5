package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON forms of contract 2, and the ids of 1.3. */
class FormsTest {
  private static final String TARGET =
      "\"target\": {\"id\": \"V\", \"url\": \"u\", \"type\": \"Text\"}";
  private static final String CREATOR = "\"creator\": {\"id\": \"C\", \"type\": \"Human\"}";

  @Test
  void ids_are_those_of_everybody_else() {
    Document document =
        Document.of(
            Target.of("VID0001", "u", TargetType.VIDEO),
            Creator.of("ACME", AgentType.ORGANIZATION));
    assertThat(document.computedId()).isEqualTo("b572a62b2f591d52e6e72c30a13dbddc21839485");
    assertThat(Task.of("spy").computedId(document.computedId()))
        .isEqualTo("5987ae723d95e9f14d06a8600c76993a6377c872");
    assertThat(
            Document.fromJson(
                    "{\"target\": {\"id\": 12345, \"url\": \"u\", \"type\": \"Text\"},"
                        + "\"creator\": {\"id\": \"ACME\", \"type\": \"Human\"}}")
                .computedId())
        .isEqualTo("9f6e298fba582cd7934281f362e8832f750e68b6");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12345 | 12345",
        "1.0 | 1.0",
        "1.5 | 1.5",
        "1e100 | 1e+100",
        "1.25e-7 | 1.25e-07",
        "123456789.125 | 123456789.125",
        "-0.0001 | -0.0001",
        "1e16 | 1e+16",
        "true | True",
        "false | False",
        "null | None",
        "\"a'b\" | a'b",
        "[1, \"a\", null] | [1, 'a', None]",
        "{\"a\": [true], \"b\": \"x\"} | {'a': [True], 'b': 'x'}",
        "[\"it's\"] | [\"it's\"]",
        "[\"a\\\"'b\"] | ['a\"\\'b']",
        "NaN | nan",
        "Infinity | inf",
        "-Infinity | -inf",
      })
  void ids_of_any_kind_are_texts_as_python_makes_them(String json, String text) throws Exception {
    assertThat(PythonText.str(Json.read(json))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://media.example.org/a b.mp4 | http://media.example.org/a%20b.mp4",
        "http://media.example.org/a%20b.mp4 | http://media.example.org/a%20b.mp4",
        "http://x/%41%7e%2F%e9 | http://x/A~%2F%e9",
        "http://x/100% | http://x/100%",
        "http://x/%zz | http://x/%25zz",
        "http://x/%zz%20 | http://x/%25zz%2520",
        "http://x/%! | http://x/%!",
        "http://x/caf\u00e9 | http://x/caf%C3%A9",
        "http://x/a\"<>\\^`{} | http://x/a%22%3C%3E%5C%5E%60%7B%7D",
        "http://x/!#$&'()*+,:;=?@[]~ | http://x/!#$&'()*+,:;=?@[]~",
      })
  void urls_are_quoted_as_the_original_does(String url, String expected) {
    String given = url.endsWith("{}") ? url : " " + url + " ";
    assertThat(Target.of("x", given, TargetType.TEXT).url()).isEqualTo(expected);
  }

  @Test
  void a_document_keeps_what_it_was_loaded_with() throws Exception {
    String text =
        """
        {"target": {"id": 5, "url": "u", "type": "Sound", "extra": [1.50]},
         "creator": {"id": "C", "type": "Software", "name": "caf\u00e9"},
         "created_at": null, "updated_at": "2024-05-13T10:00:00", "_id": "abc"}
        """;
    assertThat(Document.fromJson(text).toJson()).isEqualTo(Json.read(text));
    assertThat(Json.write(Document.fromJson(text).toJson())).contains("1.50").contains("\\u00E9");
    assertThat(
            Document.of(Target.of("a", "u", TargetType.TEXT), Creator.of("b", AgentType.HUMAN))
                .toJson()
                .has("_id"))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "5",
        "{}",
        "{" + TARGET + "}",
        "{" + CREATOR + "}",
        "{" + TARGET + "," + CREATOR + ", \"foo\": 1}",
      })
  void a_document_of_other_fields_is_malformed(String json) {
    assertThatThrownBy(() -> Document.fromJson(json)).isInstanceOf(DaneException.Malformed.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "not json | not JSON",
        "~~ | not JSON",
        "{\"target\": 5, " + CREATOR + "} | 'int' object has no attribute 'keys'",
        "{\"target\": {\"id\": 1, \"url\": \"u\"}, " + CREATOR + "} | `type`",
        "{" + TARGET + ", \"creator\": {\"type\": \"Human\"}} | `id`",
        "{" + TARGET + ", \"creator\": {\"id\": 1, \"type\": \"Robot\"}} | Invalid creator type",
        "{\"target\": {\"id\": 1, \"url\": \"u\", \"type\": \"video\"}, "
            + CREATOR
            + "} | Invalid target type. Valid types are: Dataset, Image, Video, Sound, Text",
      })
  void a_document_of_wrong_values_says_what(String json, String words) {
    assertThatThrownBy(() -> Document.fromJson(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"key\": \"asr\"} | {\"key\": \"ASR\", \"priority\": 1}",
        "{\"task\": {\"key\": \"asr\"}} | {\"key\": \"ASR\", \"priority\": 1}",
        "\"{\\\"key\\\": \\\"asr\\\"}\" | {\"key\": \"ASR\", \"priority\": 1}",
        "{\"task\": {\"key\": \"a\", \"x\": 1}, \"key\": \"b\", \"_id\": \"i\"}"
            + " | {\"key\": \"B\", \"_id\": \"i\", \"priority\": 1, \"args\": {\"x\": 1}}",
        "{\"key\": \"a\", \"priority\": 99} | {\"key\": \"A\", \"priority\": 10}",
        "{\"key\": \"a\", \"priority\": \"4\"} | {\"key\": \"A\", \"priority\": 4}",
        "{\"key\": \"a\", \"priority\": -1.5} | {\"key\": \"A\", \"priority\": 0}",
        "{\"key\": \"a\", \"priority\": true} | {\"key\": \"A\", \"priority\": 1}",
        "{\"key\": \"a\", \"args\": {\"a\": 1}}"
            + " | {\"key\": \"A\", \"priority\": 1, \"args\": {\"a\": 1}}",
        "{\"key\": \"a\", \"args\": {\"a\": 1}, \"b\": 2}"
            + " | {\"key\": \"A\", \"priority\": 1, \"args\": {\"args\": {\"a\": 1}, \"b\": 2}}",
        "{\"key\": \"a\", \"state\": \"102\", \"msg\": \"Queued\", \"api\": null}"
            + " | {\"key\": \"A\", \"state\": 102, \"msg\": \"Queued\", \"priority\": 1}",
      })
  void every_form_of_a_task_is_understood(String json, String form) throws Exception {
    assertThat(Task.fromJson(Json.read(json)).toJson()).isEqualTo(Json.read(form));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "5",
        "{\"task\": {}}",
        "{\"task\": \"X\"}",
        "{\"task\": \"X\", \"key\": \"a\"}",
        "{\"other\": 1}",
        "{\"key\": \"a\", \"priority\": null}",
        "{\"key\": \"a\", \"priority\": []}",
      })
  void a_task_of_another_form_is_malformed(String json) {
    assertThatThrownBy(() -> Task.fromJson(json)).isInstanceOf(DaneException.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "{\"key\": \"\"}",
        "{\"key\": 5}",
        "{\"key\": \"a\", \"priority\": \"high\"}",
        "{\"key\": \"a\", \"priority\": 1e30}",
        "{\"key\": \"a\", \"state\": \"x\"}",
      })
  void a_task_of_wrong_values_is_refused(String json) {
    assertThatThrownBy(() -> Task.fromJson(json)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tasks_are_changed_by_making_new_ones() {
    Task task = Task.of("asr");
    assertThat(task.with("a", 1).with("b", null).args())
        .isEqualTo(Json.object().put("a", 1).putNull("b"));
    assertThat(task.withArgs(Map.of("x", List.of(1))).args().path("x").path(0).asInt()).isOne();
    assertThat(task.args()).isEmpty();
    assertThat(task.isDone()).isFalse();
    assertThat(task.in(State.SUCCESS, "Success", "now").isDone()).isTrue();
    assertThat(Task.fromJson("{\"key\": \"a\", \"args\": 5}").with("b", 1).args())
        .isEqualTo(Json.of(Map.of("b", 1)));
  }

  @Test
  void results_are_wrapped_and_loaded_either_way() throws Exception {
    String bare =
        """
        {"generator": {"id": "abc123", "type": "Software", "name": "ASR",
                       "homepage": "https://example.org/asr"},
         "payload": {"duration_s": 12.5}, "_id": "r", "created_at": "2024-05-13T10:05:00"}
        """;
    assertThat(Result.fromJson(bare).toJson().path("result")).isEqualTo(Json.read(bare));
    assertThat(Result.fromJson("{\"result\": " + bare + "}")).isEqualTo(Result.fromJson(bare));
    Generator generator = new Generator("a", AgentType.SOFTWARE, "asr", "h");
    assertThat(generator.name()).isEqualTo("ASR");
    assertThat(Json.write(Result.of(generator, Map.of()).toJson()))
        .isEqualTo(
            "{\"result\":{\"generator\":{\"id\":\"a\",\"type\":\"Software\",\"name\":\"ASR\","
                + "\"homepage\":\"h\"},\"payload\":{}}}");
    assertThatThrownBy(() -> Result.fromJson("{\"payload\": {}}"))
        .isInstanceOf(DaneException.Malformed.class);
    assertThatThrownBy(() -> Result.fromJson(bare.replace("\"_id\"", "\"x\"")))
        .isInstanceOf(DaneException.Malformed.class);
    assertThatThrownBy(() -> Result.fromJson(bare.replace("{\"duration_s\": 12.5}", "[1]")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Result.fromJson(bare.replace("\"homepage\"", "\"page\"")))
        .hasMessageContaining("homepage");
    assertThatThrownBy(() -> new Generator("a", AgentType.SOFTWARE, "", "h"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void answers_are_read_as_servers_read_them() {
    Answer answer = Answer.of(200, "Success").with("size", 5).with("state", 3);
    assertThat(Json.write(answer.toJson()))
        .isEqualTo("{\"state\":200,\"message\":\"Success\",\"size\":5}");
    assertThat(Answer.fromJson(Json.write(answer.toJson()))).isEqualTo(answer);
    assertThat(Answer.fromJson("{\"state\": \"404\", \"message\": 5}"))
        .isEqualTo(Answer.of(404, "5"));
    assertThat(Answer.fromJson("\"{\\\"state\\\": 200, \\\"message\\\": \\\"Success\\\"}\""))
        .isEqualTo(Answer.success());
    for (String none :
        List.of(
            "",
            "x",
            "null",
            "[]",
            "{\"state\": 200}",
            "{\"message\": \"x\"}",
            "\"x\"",
            "{\"state\": \"x\", \"message\": \"x\"}",
            "{\"state\": [], \"message\": \"x\"}",
            "{\"state\": 200, \"message\": null}",
            "{} {}")) {
      assertThatThrownBy(() -> Answer.fromJson(none))
          .as(none)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("answer");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0e600000000, 0",
    "1e-600000000, 0",
    "-0.9, 0",
    "-1.9, -1",
    "2e2, 200",
    "2147483647.9, 2147483647",
    "2000000000000000000000000000e-19, 200000000",
  })
  @Timeout(10) // instead of minutes
  void a_number_is_cut_off_without_being_written_out(String number, int whole) {
    assertThat(Answer.fromJson("{\"state\": " + number + ", \"message\": \"m\"}"))
        .isEqualTo(Answer.of(whole, "m"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e600000000", "-1e600000000", "1e2147483647", "1e19", "-9.3e18"})
  @Timeout(10)
  void a_number_that_is_too_large_is_refused_without_being_written_out(String number) {
    assertThatThrownBy(() -> Answer.fromJson("{\"state\": " + number + ", \"message\": \"m\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the state of the answer");
  }

  @Test
  void jobs_have_the_forms_of_the_job_era() throws Exception {
    String text =
        """
        {"source_url": "http://x/a b.mp4", "source_id": 123, "source_set": "s", "job_id": null,
         "tasks": {"taskSequential": ["download", {"taskParallel": [
            {"Task": {"task_key": "cv", "task_id": 2, "task_state": "102", "task_msg": "Queued",
                      "job_id": 1}}, "ASR"]}]},
         "metadata": {"FOO": "BAR"}, "priority": "3"}
        """;
    Job job = Job.fromJson(text);
    assertThat(Json.read(Json.write(job.toJson())))
        .isEqualTo(
            Json.read(
                """
                {"source_url": "http://x/a%20b.mp4", "source_id": "123", "job_id": null,
                 "tasks": {"taskSequential": ["DOWNLOAD", {"taskParallel": [
                    {"Task": {"task_key": "CV", "task_id": 2, "task_state": 102,
                              "task_msg": "Queued", "job_id": 1}}, "ASR"]}]},
                 "metadata": {"FOO": "BAR"}, "priority": 3, "response": {}}
                """));
    assertThat(job.directories()).isEmpty();
    assertThat(Job.fromJson(Json.write(job.toJson()).replace("null", "7")).id()).isEqualTo(7);
    assertThat(
            Job.of(
                    "u",
                    "x",
                    JobTasks.sequential(JobTasks.one("a"), JobTasks.parallel(JobTasks.one("b"))))
                .tasks()
                .toJson())
        .isEqualTo(Json.read("{\"taskSequential\": [\"A\", {\"taskParallel\": [\"B\"]}]}"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2_147_483_647, 2_147_483_648L, 4_294_967_295L})
  void ids_of_the_job_era_are_unsigned(long id) throws Exception {
    String text =
        """
        {"source_url": "u", "source_id": "x", "job_id": %1$d,
         "tasks": {"Task": {"task_key": "CV", "task_id": %1$d, "job_id": %1$d}}}
        """
            .formatted(id);
    Job job = Job.fromJson(text);
    assertThat(job.id()).isEqualTo(id);
    assertThat(job.tasks()).isEqualTo(new JobTasks.One("CV", id, null, null, id));
    assertThat(Job.fromJson(Json.write(job.toJson()))).isEqualTo(job);
    assertThatThrownBy(
            () -> Job.fromJson(text.replace("source_url", "priority\": 2147483648, \"source_url")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("priority");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"debug\" | \"DEBUG\"",
        "\"\\\"debug\\\"\" | \"DEBUG\"",
        "\"{\\\"taskParallel\\\": [\\\"a\\\"]}\" | {\"taskParallel\": [\"A\"]}",
        "{\"Task\": {\"task_key\": \"a\"}} | \"A\"",
        "{\"taskSequential\": []} | {\"taskSequential\": []}",
      })
  void tasks_of_a_job_are_understood(String json, String form) throws Exception {
    assertThat(JobTasks.fromJson(Json.read(json)).toJson()).isEqualTo(Json.read(form));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"A\"]",
        "5",
        "{\"taskContainer\": []}",
        "{\"taskFoo\": []}",
        "{\"taskParallel\": \"A\"}",
        "{\"Task\": {}}",
        "{\"Task\": \"A\"}",
        "{\"Task\": {\"task_key\": \"A\", \"x\": 1}}",
      })
  void tasks_of_another_form_are_malformed(String json) throws Exception {
    JsonNode tasks = Json.read(json);
    assertThatThrownBy(() -> JobTasks.fromJson(tasks)).isInstanceOf(DaneException.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"123\"", "\"true\"", "{}", "{\"a\": 1, \"b\": 2}", "\"\""})
  void tasks_of_wrong_values_are_refused(String json) throws Exception {
    JsonNode tasks = Json.read(json);
    assertThatThrownBy(() -> JobTasks.fromJson(tasks)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void s3_uris_are_taken_apart() {
    assertThat(S3Uri.parse("s3://bucket/a/b.tar.gz")).isEqualTo(new S3Uri("bucket", "a/b.tar.gz"));
    assertThat(S3Uri.parse("s3://bucket/a").toString()).isEqualTo("s3://bucket/a");
    assertThat(S3Uri.isValid("s3://bucket/")).isTrue();
    assertThat(S3Uri.isValid("s3://bucket")).isFalse();
    assertThatThrownBy(() -> S3Uri.parse("http://bucket/a"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "#.ASR, Video.ASR, true",
    "#.ASR, ASR, true",
    "#.ASR, a.b.ASR, true",
    "#.ASR, Video.CV, false",
    "*.ASR, Video.ASR, true",
    "*.ASR, ASR, false",
    "*.ASR, a.b.ASR, false",
    "#, Video.A.B, true",
    "Video.*, Video.ASR, true",
    "Video.*, Sound.ASR, false",
    "Video.#, Video, true",
    "Video.ASR, Video.ASR.X, false",
    "#.B.#, A.B.C, true",
  })
  void binding_keys_match_as_at_the_exchange(String key, String routingKey, boolean matches) {
    assertThat(Topic.matches(key, routingKey)).isEqualTo(matches);
  }
}
