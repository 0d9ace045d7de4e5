package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asks what the Python client asked, word for word, and is answered what it was answered. */
class ElasticsearchRecordingsTest {
  private static final List<JsonNode> LINES = Recordings.of("elasticsearch.jsonl");
  private static final String DOCUMENT = "e2d82950065950bdc1b29266bd443a4cb61a2121";
  private static final String SECOND = "e726199c63ad6fdb78441c5fbde6540bb8059315";
  private static final String TASK = "03d6e95af30e8018f76861b7962d3521ae8c7077";
  private static final String RESULT = "d2ID_6EBfwnS1D258vsu";
  private static final String HELLO =
      "{\"version\":{\"number\":\"7.17.9\"},\"tagline\":\"You Know, for Search\"}";

  private final RecordedServer server = new RecordedServer();

  @AfterEach
  void close() {
    server.close();
  }

  private interface Operation {
    Object of(ElasticsearchHandler handler);
  }

  private static final Map<String, Operation> OPERATIONS =
      Map.ofEntries(
          Map.entry("registerDocument", handler -> handler.registerDocument(document("E1"))),
          Map.entry(
              "registerDocument, exists", handler -> handler.registerDocument(document("E1"))),
          Map.entry(
              "registerDocuments (one new, one existing)",
              handler -> handler.registerDocuments(List.of(document("E2"), document("E1")))),
          Map.entry("documentFromDocumentId", handler -> handler.document(DOCUMENT)),
          Map.entry("documentFromDocumentId, missing", handler -> handler.document("nope")),
          Map.entry("taskFromTaskId", handler -> handler.task(TASK)),
          Map.entry("taskFromTaskId, missing", handler -> handler.task("nope")),
          Map.entry("getTaskState", handler -> handler.taskState(TASK)),
          Map.entry("getTaskKey", handler -> handler.taskKey(TASK)),
          Map.entry("documentFromTaskId", handler -> handler.documentOfTask(TASK)),
          Map.entry("getAssignedTasks", handler -> handler.assignedTasks(DOCUMENT)),
          Map.entry(
              "getAssignedTasks with task_key", handler -> handler.assignedTasks(DOCUMENT, "STEP")),
          Map.entry("registerResult", handler -> handler.registerResult(result(), TASK)),
          Map.entry("resultFromResultId", handler -> handler.result(RESULT)),
          Map.entry("resultFromResultId, missing", handler -> handler.result("nope")),
          Map.entry("searchResult", handler -> handler.searchResult(DOCUMENT, "STEP")),
          Map.entry("searchResult, no result", handler -> handler.searchResult(SECOND, "STEP")),
          Map.entry(
              "searchResult, task not assigned", handler -> handler.searchResult(SECOND, "OTHER")),
          Map.entry("search", handler -> handler.search("E*", "ESREC", 1)),
          Map.entry("getUnfinished", handler -> handler.unfinished(false)),
          Map.entry("getUnfinished(only_runnable=True)", handler -> handler.unfinished(true)),
          Map.entry("get_docs_of_creator", handler -> handler.documentsOfCreator("ESREC")),
          Map.entry("get_tasks_of_creator", handler -> handler.tasksOfCreator("ESREC", "STEP")),
          Map.entry("get_results_of_creator", handler -> handler.resultsOfCreator("ESREC", "STEP")),
          Map.entry("deleteResult", handler -> handler.deleteResult(RESULT)),
          Map.entry("deleteResult, missing", handler -> handler.deleteResult(RESULT)),
          Map.entry("deleteTask", handler -> handler.deleteTask(TASK)),
          Map.entry("deleteTask, missing", handler -> handler.deleteTask(TASK)),
          Map.entry("deleteDocument", handler -> handler.deleteDocument(DOCUMENT)),
          Map.entry("deleteDocument, missing", handler -> handler.deleteDocument(DOCUMENT)));

  private static Document document(String id) {
    return Document.of(
        Target.of(id, "http://media.example.org/" + id, TargetType.VIDEO),
        Creator.of("ESREC", AgentType.ORGANIZATION));
  }

  private static Result result() {
    return Result.of(
        new Generator("abc123", AgentType.SOFTWARE, "STEP", "http://example.org/step"),
        Map.of("duration_s", 12.5, "tags", List.of("a", "b")));
  }

  @TestFactory
  Stream<DynamicTest> every_request_of_the_python_client() {
    return LINES.stream()
        .filter(line -> OPERATIONS.containsKey(line.path("operation").asText()))
        .map(line -> DynamicTest.dynamicTest(line.path("operation").asText(), () -> replay(line)));
  }

  @Test
  void every_operation_is_in_the_recordings() {
    assertThat(LINES.stream().map(line -> line.path("operation").asText()).toList())
        .containsAll(OPERATIONS.keySet());
  }

  private void replay(JsonNode line) throws Exception {
    try (RecordedServer peer = new RecordedServer()) {
      ElasticsearchHandler handler = connected(peer, Config.defaults());
      line.path("exchanges")
          .forEach(exchange ->
              peer.then(
                  exchange.path("response").path("status").asInt(),
                  Json.text(exchange.path("response"), "body")));
      Operation operation = Objects.requireNonNull(OPERATIONS.get(line.path("operation").asText()));
      String outcome = line.path("outcome").asText();
      List<Object> got = new ArrayList<>();
      Throwable thrown = catchThrowable(() -> got.add(operation.of(handler)));
      compare(peer.asked(), line.path("exchanges"));
      if (outcome.matches("[A-Za-z]+Error: .*")) {
        String name = outcome.substring(0, outcome.indexOf("Error: "));
        assertThat(thrown).isInstanceOf(DaneException.class);
        assertThat(thrown.getClass().getSimpleName()).isEqualTo(name);
        String words = outcome.substring(outcome.indexOf(": ") + 2);
        if (!words.contains("given")) { // ours names the id
          assertThat(thrown).hasMessage(words);
        }
      } else {
        assertThat(thrown).isNull();
        check(outcome, got.getFirst());
      }
      handler.close();
    }
  }

  private static void compare(List<RecordedServer.Asked> asked, JsonNode exchanges)
      throws Exception {
    assertThat(asked).hasSize(exchanges.size());
    for (int i = 0; i < asked.size(); i++) {
      JsonNode expected = exchanges.path(i).path("request");
      RecordedServer.Asked one = asked.get(i);
      assertThat(one.method()).isEqualTo(expected.path("method").asText());
      assertThat(one.path()).isEqualTo(expected.path("path").asText());
      assertThat(one.contentType() == null ? null : one.contentType().replaceAll(";.*", ""))
          .isEqualTo(Json.text(expected, "content_type"));
      assertThat(one.authorization()).startsWith("Basic ");
      assertThat(lines(one.body())).isEqualTo(lines(expected.path("body").asText("")));
    }
  }

  /** JSON, a line each if there are several; times do not matter. */
  private static List<JsonNode> lines(String body) throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : body.equals("null") ? new String[0] : body.split("\n", -1)) {
      if (!line.isBlank()) {
        JsonNode json = Json.read(line);
        for (String time : List.of("created_at", "updated_at")) {
          if (json.path(time).isTextual() && json.path(time).asText().matches("[-0-9T:]{19}")) {
            ((ObjectNode) json).put(time, "some time");
          }
        }
        lines.add(json);
      }
    }
    return lines;
  }

  private static void check(String outcome, Object got) {
    switch (got) {
      case Boolean bool -> assertThat(outcome).isEqualTo(bool ? "True" : "False");
      case Integer state -> assertThat(outcome).isEqualTo(state.toString());
      case String key -> assertThat(outcome).isEqualTo("'" + key + "'");
      case Document document -> {
        assertThat(document.id()).isEqualTo(DOCUMENT);
        assertThat(document.target().type()).isEqualTo(TargetType.VIDEO);
        assertThat(document.createdAt()).isNotNull();
      }
      case Task task -> {
        assertThat(task.id()).isEqualTo(TASK);
        assertThat(task.args()).isEqualTo(Json.of(Map.of("lang", "nl")));
        assertThat(task.createdAt()).isNotNull();
      }
      case Result result -> {
        assertThat(result.id()).isEqualTo(RESULT);
        assertThat(result.payload().path("duration_s").asDouble()).isEqualTo(12.5);
      }
      case Handler.Registered registered -> {
        assertThat(registered.documents()).hasSize(1);
        assertThat(registered.failed().getFirst().error()).contains("already exists");
        assertThat(registered.failed().getFirst().document().id()).isEqualTo(DOCUMENT);
      }
      case Handler.Found found -> {
        assertThat(found.total()).isEqualTo(2);
        assertThat(found.documents()).hasSize(2);
      }
      case List<?> list -> {
        assertThat(list.isEmpty()).isEqualTo(outcome.equals("[]"));
        list.forEach(item -> {
          if (item instanceof Task task) {
            assertThat(task.args().has("role")).isFalse();
            assertThat(task.state()).isNotNull();
          }
        });
      }
      default -> throw new AssertionError("unexpected: " + got);
    }
  }

  private static Config at(RecordedServer peer, Config config) {
    return config
        .with("ELASTICSEARCH.HOST", List.of("127.0.0.1"))
        .with("ELASTICSEARCH.PORT", peer.port());
  }

  private static ElasticsearchHandler connected(RecordedServer peer, Config config) {
    peer.then(200, HELLO).then(200, null).then(200, null);
    ElasticsearchHandler handler = ElasticsearchHandler.connect(at(peer, config));
    assertThat(peer.asked())
        .extracting(asked -> asked.method() + " " + asked.path())
        .containsExactly("GET /", "HEAD /", "HEAD /dane-index");
    return handler;
  }

  @Test
  void an_index_that_is_missing_is_made_with_the_mapping_of_the_original() throws Exception {
    server.then(200, HELLO).then(200, null).then(404, null).then(200, "{\"acknowledged\":true}");
    ElasticsearchHandler.connect(at(server, Config.defaults().with("ELASTICSEARCH.SHARDS", 2)))
        .close();
    RecordedServer.Asked made = server.asked().getLast();
    assertThat(made.method() + " " + made.path()).isEqualTo("PUT /dane-index");
    JsonNode body = Json.read(made.body());
    assertThat(body.path("settings").path("index").path("number_of_shards").asInt()).isEqualTo(2);
    JsonNode properties = body.path("mappings").path("properties");
    assertThat(properties.path("role"))
        .isEqualTo(
            Json.read(
                "{\"type\":\"join\",\"relations\":{\"document\":\"task\",\"task\":\"result\"}}"));
    assertThat(properties.path("task").path("properties").path("state").path("type").asText())
        .isEqualTo("short");
    assertThat(properties.path("created_at").path("format").asText())
        .isEqualTo("date_hour_minute_second");
  }

  @ParameterizedTest
  @CsvSource({
    "7.17.9, Elasticsearch, x, x, true",
    "8.11.0, Elasticsearch, x, x, true",
    "7.14.0, , 'You Know, for Search', default, false",
    "7.10.2, , 'You Know, for Search', default, true",
    "7.10.2, , 'The OpenSearch Project', default, false",
    "7.10.2, , 'You Know, for Search', oss, false",
    "2.4.0, Elasticsearch, x, default, false",
    "what, Elasticsearch, x, x, false",
    "x.1, Elasticsearch, x, x, false",
    "7.x, Elasticsearch, x, x, false",
  })
  void only_products_that_python_accepts(
      String number, String product, String tagline, String flavor, boolean accepted) {
    assertThat(ElasticsearchProduct.accepted(number, product, tagline, flavor)).isEqualTo(accepted);
  }

  @Test
  void another_product_is_refused_by_name() {
    server.then(200, null, HELLO.replace("7.17.9", "2.4.0"));
    assertThatThrownBy(() -> ElasticsearchHandler.connect(at(server, Config.defaults())))
        .isInstanceOf(ResourceUnreachable.class)
        .hasMessageContaining("2.4.0");
  }

  @Test
  void a_server_that_shows_nothing_without_rights_is_accepted() {
    server.then(401, "{}").then(200, null).then(200, null);
    ElasticsearchHandler.connect(at(server, Config.defaults())).close();
    assertThat(server.asked()).hasSize(3);
  }

  @Test
  void a_server_that_does_not_answer_is_unreachable() {
    server.then(500, "{}");
    assertThatThrownBy(() -> ElasticsearchHandler.connect(at(server, Config.defaults())))
        .isInstanceOf(ResourceUnreachable.class)
        .hasMessageContaining("ES Connection Failed");
    server.then(200, HELLO).then(500, null);
    assertThatThrownBy(() -> ElasticsearchHandler.connect(at(server, Config.defaults())))
        .isInstanceOf(ResourceUnreachable.class)
        .hasMessageContaining("HEAD /");
    assertThatThrownBy(() ->
            ElasticsearchHandler.connect(
                Config.defaults()
                    .with("ELASTICSEARCH.HOST", List.of("127.0.0.1"))
                    .with("ELASTICSEARCH.PORT", 1)))
        .isInstanceOf(ResourceUnreachable.class)
        .hasMessageContaining("ES Connection Failed");
    assertThatThrownBy(() ->
            ElasticsearchHandler.connect(Config.defaults().with("ELASTICSEARCH.HOST", List.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_busy_server_is_asked_again_but_never_twice_for_a_result() {
    ElasticsearchHandler handler = connected(server, Config.defaults());
    server.then(503, "{}").then(502, "{}").then(404, "{\"found\":false}");
    assertThatThrownBy(() -> handler.document("x")).isInstanceOf(DaneException.class);
    assertThat(server.asked()).hasSize(3);
    server.then(503, "busy");
    assertThatThrownBy(() -> handler.registerResult(result(), TASK))
        .isInstanceOf(DaneException.Refused.class)
        .hasMessageContaining("503")
        .hasMessageContaining("busy");
    assertThat(server.asked()).hasSize(1);
    server.then(504, "{}").then(504, "{}").then(504, "{}").then(504, "{}");
    assertThatThrownBy(() -> handler.task("x"))
        .isInstanceOfSatisfying(
            DaneException.Refused.class, refused -> assertThat(refused.status()).isEqualTo(504));
    assertThat(server.asked()).hasSize(4);
    handler.close();
  }

  @Test
  void hosts_take_turns_and_one_that_is_away_is_passed_over() {
    server.then(200, HELLO).then(200, null).then(200, null);
    // nothing listens on this address of loopback
    Config config =
        at(server, Config.defaults()).with("ELASTICSEARCH.HOST", List.of("127.0.0.1", "127.0.0.9"));
    ElasticsearchHandler handler = ElasticsearchHandler.connect(config);
    server.then(404, "{}");
    assertThatThrownBy(() -> handler.document("x"))
        .isInstanceOf(DaneException.DocumentExists.class);
    server.then(201, "{\"_id\":\"r\"}");
    Result saved = handler.registerResult(result(), TASK); // never sent to the one that is away
    assertThat(saved.id()).isEqualTo("r");
    handler.close();
  }

  @Test
  void an_answer_that_is_no_json_is_told() {
    ElasticsearchHandler handler = connected(server, Config.defaults());
    server.then(200, "<html>proxy</html>");
    assertThatThrownBy(() -> handler.task("x"))
        .isInstanceOf(DaneException.Refused.class)
        .hasMessageContaining("<html>proxy");
    handler.close();
  }

  @Test
  void results_of_a_task_are_asked_with_the_template_of_a_search() {
    ElasticsearchHandler handler = connected(server, Config.defaults());
    server.then(200, "{\"hits\":{\"hits\":[]}}");
    assertThat(handler.resultsOfTask(TASK)).isEmpty();
    assertThat(server.asked().getFirst().body())
        .isEqualTo(
            LINES.stream()
                .filter(line -> line.path("operation").asText().equals("searchResult"))
                .findFirst()
                .orElseThrow()
                .path("exchanges")
                .path(1)
                .path("request")
                .path("body")
                .asText());
    handler.close();
  }

  @Test
  void a_document_that_the_index_refuses_is_told_with_the_reason() {
    ElasticsearchHandler handler = connected(server, Config.defaults());
    server.then(
        200,
        "{\"items\":[{\"create\":{\"status\":400,\"error\":{\"reason\":\"failed to parse\"}}}]}");
    assertThat(handler.registerDocuments(List.of(document("E1"))).failed().getFirst().error())
        .isEqualTo("[400] failed to parse");
    assertThat(handler.registerDocuments(List.of()).documents()).isEmpty();
    server.then(200, "{}");
    assertThat(handler.deleteResult("a b/c")).isTrue();
    assertThat(server.asked().getLast().path()).isEqualTo("/dane-index/_doc/a%20b%2Fc");
    handler.close();
  }

  @Test
  void what_only_a_server_can_do_is_refused() {
    ElasticsearchHandler handler = connected(server, Config.defaults());
    for (Runnable refused :
        List.<Runnable>of(
            () -> handler.assignTask(Task.of("A"), DOCUMENT),
            () -> handler.assignTaskToMany(Task.of("A"), List.of(DOCUMENT)),
            () -> handler.run(TASK),
            () -> handler.retry(TASK, true),
            () -> handler.reset(TASK),
            () -> handler.callback(TASK, Answer.success()),
            () -> handler.updateTaskState(TASK, 200, "x"))) {
      assertThatThrownBy(refused::run)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("server");
    }
    handler.close();
  }
}
