package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.millrace.dane.PythonJsonTest.value;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/** What clients and workers may send, shape by shape. */
class GivenTest {
  private static final String DOCUMENT =
      """
      {"target": {"id": "VID0001", "url": "u", "type": "Video"},
       "creator": {"id": "ACME", "type": "Organization"}}\
      """;

  private static String refusal(Runnable reading) {
    Refusal refused = catchThrowableOfType(Refusal.class, reading::run);
    assertThat(refused).as("nothing was refused").isNotNull();
    return ((Failure.Invalid) refused.failure()).reason();
  }

  private static String document(String json) {
    return refusal(() -> GivenDocument.of(value(json)));
  }

  private static String task(String json) {
    return refusal(() -> GivenTask.of(value(json)));
  }

  private static String result(String json) {
    return refusal(() -> GivenResult.of(value(json)));
  }

  @Test
  void ids_are_the_hashes_that_clients_compute() {
    GivenDocument given = GivenDocument.of(value(DOCUMENT));
    DocumentId id = DocumentId.of(given.targetId(), given.creatorId());
    assertThat(id.text()).isEqualTo("b572a62b2f591d52e6e72c30a13dbddc21839485");
    assertThat(EntryId.of(id, GivenTask.ofKey("spy").key()).text())
        .isEqualTo("5987ae723d95e9f14d06a8600c76993a6377c872");
  }

  @Test
  void ids_that_are_no_text_are_hashed_as_python_tells_them() {
    GivenDocument given =
        GivenDocument.of(
            value(
                """
                {"target": {"id": 12345, "url": " http://media.example.org/x y ", "type": "Text",
                            "extra": 5},
                 "creator": {"id": "ACME", "type": "Human", "name": "Acme Corp"}}\
                """));
    assertThat(DocumentId.of(given.targetId(), given.creatorId()).text())
        .isEqualTo("9f6e298fba582cd7934281f362e8832f750e68b6");
    assertThat(PythonJson.line(given.target()))
        .isEqualTo(
            "{\"id\": 12345, \"url\": \"http://media.example.org/x%20y\", \"type\": \"Text\","
                + " \"extra\": 5}");
    assertThat(PythonJson.line(given.creator())).contains("\"name\": \"Acme Corp\"");
  }

  @Test
  void a_document_has_a_mebibyte_at_most_as_workers_get_it() {
    String padded = DOCUMENT.replace("\"url\"", "\"pad\": \"%s\", \"url\"");
    GivenDocument bare = GivenDocument.of(value(padded.formatted("")));
    long taken = PythonJson.length(bare.target()) + PythonJson.length(bare.creator());
    int room = (int) (GivenDocument.MOST_BYTES - taken);
    GivenDocument.of(value(padded.formatted("x".repeat(room))));
    String why = "`target` and `creator` must have at most 1048576 bytes as JSON";
    assertThat(document(padded.formatted("x".repeat(room + 1)))).isEqualTo(why);
    assertThat(document(padded.formatted("\u00e9".repeat(room / 6 + 1)))).isEqualTo(why);
  }

  @Test
  void a_key_leaves_room_for_every_type_of_document_in_a_routing_key() {
    String most = "K".repeat(255 - "Dataset.".length());
    assertThat(GivenTask.ofKey(most).key()).isEqualTo(most);
    assertThat(task("{\"key\": \"" + most + "K\"}"))
        .isEqualTo(
            "Task `key` has more than 247 bytes: with a type of document it makes a routing key of"
                + " more than 255 bytes");
    assertThat(refusal(() -> GivenTask.ofKey("\u00df".repeat(124)))).contains("247 bytes");
    assertThat(GivenDocument.TARGET_TYPES)
        .allSatisfy(type -> assertThat(type).hasSizeLessThanOrEqualTo("Dataset".length()));
  }

  @Test
  void times_and_api_of_a_document_are_not_looked_at() {
    GivenDocument.of(
        value(
            DOCUMENT.replace(
                "\"creator\"",
                "\"created_at\": 5, \"updated_at\": null, \"api\": null, \"creator\"")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "null",
        "\"x\"",
        "5",
        "{}",
        "{\"target\": {\"id\": 1, \"url\": \"u\", \"type\": \"Video\"}}",
        "{\"creator\": {\"id\": 1, \"type\": \"Human\"}}",
        "{\"target\": 1, \"creator\": {\"id\": 1, \"type\": \"Human\"}}",
        "{\"target\": {\"id\": 1, \"url\": \"u\", \"type\": \"Video\"}, \"creator\": []}"
      })
  void no_document_at_all(String json) {
    assertThat(document(json)).isEqualTo("Invalid document format");
  }

  @ParameterizedTest
  @ValueSource(strings = {"_id", "foo", "role", "Target"})
  void a_document_is_closed(String key) {
    assertThat(document(DOCUMENT.replaceFirst("\\{", "{\"" + key + "\": null, ")))
        .isEqualTo("Invalid document format");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          "id": "VID0001", | | `target` requires a value for `id`
          "url": "u",      | | `target` requires a value for `url`
          , "type": "Video" | | `target` requires a value for `type`
          "id": "ACME",    | | `creator` requires a value for `id`
          "Video" | "video" | Invalid target type. Valid types are: Dataset, Image, Video, Sound, Text
          "Video" | ["Video"] | Invalid target type. Valid types are: Dataset, Image, Video, Sound, Text
          "Organization" | "Robot" | Invalid creator type. Valid types are: Organization, Human, Software
          """)
  void what_is_wrong_within_is_said(String part, String other, String why) {
    String json = DOCUMENT.replace(part, other == null ? "" : other);
    assertThat(document(json)).isEqualTo(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"key": "asr"}                                          | ASR | 1  | {}
          {"task": {"key": "asr"}}                                | ASR | 1  | {}
          {"task": {"key": "asr", "priority": 2, "a": 1}, "b": 2} | ASR | 2  | {"a": 1, "b": 2}
          {"task": {"key": "asr", "priority": 2}, "priority": 3}  | ASR | 3  | {}
          {"task": {"key": "asr"}, "key": "cv"}                   | CV  | 1  | {}
          {"key": "asr", "language": "nl"}                        | ASR | 1  | {"language": "nl"}
          {"key": "asr", "args": {"a": 1}}                        | ASR | 1  | {"a": 1}
          {"key": "asr", "args": null}                            | ASR | 1  | {}
          {"key": "asr", "args": {"a": 1}, "b": 2}                | ASR | 1  | {"args": {"a": 1}, "b": 2}
          {"key": "asr", "args": {"state": 5, "priority": 7}}     | ASR | 1  | {"state": 5, "priority": 7}
          {"key": "a", "state": 5, "msg": "x", "created_at": 1, "updated_at": 2, "api": 3} | A | 1 | {}
          {"key": "a.b", "priority": 99}                          | A.B | 10 | {}
          {"key": "a", "priority": -1}                            | A   | 0  | {}
          {"key": "a", "priority": "4"}                           | A   | 4  | {}
          {"key": "a", "priority": 4.9}                           | A   | 4  | {}
          {"key": "a", "priority": true}                          | A   | 1  | {}
          {"key": "straße"}                                       | STRASSE | 1 | {}
          """)
  void tasks_come_in_several_shapes(String json, String key, int priority, String args) {
    GivenTask given = GivenTask.of(value(json));
    assertThat(given.key()).isEqualTo(key);
    assertThat(given.priority()).isEqualTo(priority);
    assertThat(PythonJson.line(given.args())).isEqualTo(args);
  }

  @Test
  void arguments_have_a_mebibyte_at_most_as_workers_get_them() {
    int room = GivenTask.MOST_ARGS - "{\"a\": \"\"}".length();
    String most = "x".repeat(room);
    assertThat(GivenTask.of(value("{\"key\": \"asr\", \"a\": \"" + most + "\"}")).args().values())
        .hasSize(1);
    String why = "Task `args` must have at most 1048576 bytes as JSON";
    assertThat(task("{\"key\": \"asr\", \"a\": \"" + most + "x\"}")).isEqualTo(why);
    String escaped = "\u00e9".repeat(room / 6 + 1);
    assertThat(task("{\"key\": \"asr\", \"args\": {\"a\": \"" + escaped + "\"}}")).isEqualTo(why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "5",
        "null",
        "\"x\"",
        "{}",
        "{\"foo\": \"x\"}",
        "{\"task\": \"x\"}",
        "{\"task\": \"x\", \"key\": \"y\"}",
        "{\"priority\": 1, \"a\": 2}",
        "{\"key\": \"x\", \"_id\": \"y\"}",
        "{\"task\": {\"key\": \"x\", \"_id\": \"y\"}}",
        "{\"task\": {}}",
        "{\"key\": \"x\", \"args\": 5}",
        "{\"key\": \"x\", \"args\": [1]}",
        "{\"key\": \"x\", \"args\": \"y\"}",
        "{\"key\": \"x\", \"args\": true}"
      })
  void no_task_at_all(String json) {
    assertThat(task(json)).isEqualTo("Invalid task format");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\" \"", "5", "null", "[]", "\"a\\u0000b\""})
  void a_key_is_a_text(String key) {
    assertThat(task("{\"key\": " + key + "}"))
        .isEqualTo("Task `key` must be a text that is not empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"x\"", "[]", "{}"})
  void a_priority_is_a_number(String priority) {
    assertThat(task("{\"key\": \"x\", \"priority\": " + priority + "}"))
        .isEqualTo("Task `priority` must be a number");
  }

  private static final String RESULT =
      """
      {"generator": {"id": "abc", "type": "Software", "name": "asr", "homepage": "h", "more": 1},
       "payload": {"n": 12.5}}\
      """;

  @Test
  void results_come_bare_or_wrapped() {
    for (String json : new String[] {RESULT, "{\"result\": " + RESULT + "}"}) {
      GivenResult given = GivenResult.of(value(json));
      assertThat(PythonJson.line(given.generator()))
          .isEqualTo(
              "{\"id\": \"abc\", \"type\": \"Software\", \"name\": \"ASR\", \"homepage\": \"h\","
                  + " \"more\": 1}");
      assertThat(PythonJson.line(given.payload())).isEqualTo("{\"n\": 12.5}");
    }
    String without = RESULT.replaceFirst(",\\s*\"payload\": \\{.*?}", "");
    assertThat(GivenResult.of(value(without)).payload().values()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          "id": "abc",       |                | `generator` requires a value for `id`
          "type": "Software", |               | `generator` requires a value for `type`
          "name": "asr",     |                | `generator` requires a value for `name`
          "homepage": "h",   |                | `generator` requires a value for `homepage`
          "Software"         | "Robot"        | Invalid generator type. Valid types are: Organization, Human, Software
          "Software"         | 5              | Invalid generator type. Valid types are: Organization, Human, Software
          "asr"              | ""             | `generator.name` must be a text that is not empty
          "asr"              | 5              | `generator.name` must be a text that is not empty
          {"n": 12.5}        | 5              | `payload` must be an object
          {"n": 12.5}        | null           | `payload` must be an object
          "payload"          | "other"        | Invalid result format
          "generator"        | "role"         | Invalid result format
          """)
  void what_is_wrong_with_a_result_is_said(String part, String other, String why) {
    assertThat(result(RESULT.replace(part, other == null ? "" : other))).isEqualTo(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "[]", "{}", "{\"result\": 5}", "{\"generator\": 5}"})
  void no_result_at_all(String json) {
    assertThat(result(json)).isEqualTo("Invalid result format");
  }
}
