package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Speaks to a server that answers what the original answered. */
class ApiHandlerTest {
  private static final List<JsonNode> LINES = Recordings.of("http-document-era.jsonl");
  private static final String DOCUMENT = "b572a62b2f591d52e6e72c30a13dbddc21839485";
  private static final String TASK = "14933a08c23cb70775dfa2a50985e098cec6f2c8";

  private final RecordedServer server = new RecordedServer();
  private final ApiHandler handler =
      ApiHandler.connect(URI.create("http://127.0.0.1:" + server.port() + "/DANE"));

  @AfterEach
  void close() {
    handler.close();
    server.close();
  }

  /** Has the recording of this label ready, and returns it. */
  private JsonNode recorded(String label) {
    JsonNode line =
        LINES.stream()
            .filter(one -> one.path("label").asText().equals(label))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no recording " + label));
    server.then(
        line.path("response").path("status").asInt(), Json.text(line.path("response"), "body"));
    return line.path("request");
  }

  private void asked(JsonNode request) {
    RecordedServer.Asked asked = server.asked().getLast();
    assertThat(asked.method()).isEqualTo(request.path("method").asText());
    assertThat(asked.path()).isEqualTo(request.path("path").asText());
  }

  private static Document document(String id, String url) {
    return Document.of(
        Target.of(id, url, TargetType.VIDEO), Creator.of("ACME", AgentType.ORGANIZATION));
  }

  @Test
  void registers_a_document() {
    JsonNode request = recorded("register a document");
    Document registered =
        handler.registerDocument(document("VID0001", "http://media.example.org/a b.mp4"));
    assertThat(registered.id()).isEqualTo(DOCUMENT).isEqualTo(registered.computedId());
    assertThat(registered.target().url()).isEqualTo("http://media.example.org/a%20b.mp4");
    assertThat(registered.createdAt()).isNotNull();
    asked(request);
    recorded("register twice");
    assertThatThrownBy(() -> handler.registerDocument(document("VID0001", "u")))
        .isInstanceOf(DaneException.DocumentExists.class)
        .hasMessage("A document with target.id `VID0001`, and creator.id `ACME` already exists");
    assertThatThrownBy(() -> handler.registerDocument(registered))
        .isInstanceOf(DaneException.ApiRegistration.class);
    recorded("register: unknown target type");
    assertThatThrownBy(() -> handler.registerDocument(document("VID0001", "u")))
        .isInstanceOfSatisfying(
            DaneException.Refused.class, refused -> assertThat(refused.status()).isEqualTo(500));
  }

  @Test
  void registers_many_documents() {
    JsonNode request = recorded("batch register (objects)");
    Handler.Registered registered =
        handler.registerDocuments(List.of(document("VID0001", "u"), document("BAT1", "u")));
    assertThat(registered.documents()).hasSize(1);
    assertThat(registered.failed().getFirst().document().id()).isEqualTo(DOCUMENT);
    assertThat(registered.failed().getFirst().error()).contains("already exists");
    asked(request);
  }

  /** A server names those it could not take for documents by nothing (0.3, row 5). */
  @Test
  void documents_that_the_server_does_not_take_are_told_by_their_order() {
    Document taken = document("BAT1", "u");
    String nothing =
        "{\"_id\": null, \"target\": {\"id\": null, \"url\": null, \"type\": null},"
            + " \"creator\": {\"id\": null, \"type\": null}}";
    server.then(
        200,
        """
        {"success": [%s],
         "failed": [{"document": %s, "error": "the first", "invalid": {"item": "{..."}},
                    {"document": %s, "error": "already exists"},
                    {"document": %s, "error": "the second", "invalid": {}}]}
        """
            .formatted(marshalled(taken), nothing, marshalled(document("VID0001", "u")), nothing));

    Handler.Registered registered =
        handler.registerDocuments(
            List.of(
                document("LONG1", "u"), taken, document("VID0001", "u"), document("LONG2", "u")));

    assertThat(registered.documents())
        .extracting(document -> document.target().idText())
        .containsExactly("BAT1");
    assertThat(registered.failed())
        .extracting(failed -> failed.document().target().idText() + ": " + failed.error())
        .containsExactlyInAnyOrder(
            "LONG1: the first", "LONG2: the second", "VID0001: already exists");
  }

  private static String marshalled(Document document) {
    return Json.write(document.toJson().put("_id", DOCUMENT));
  }

  @Test
  void reads_and_deletes_documents() {
    JsonNode request = recorded("get a document");
    assertThat(handler.document(DOCUMENT).target().idText()).isEqualTo("VID0001");
    asked(request);
    recorded("get a missing document");
    assertThatThrownBy(() -> handler.document("nope"))
        .isInstanceOf(DaneException.DocumentExists.class);
    recorded("delete a document");
    assertThat(handler.deleteDocument(DOCUMENT)).isTrue();
    recorded("delete it again");
    assertThat(handler.deleteDocument(DOCUMENT)).isFalse();
    server.then(500, "{\"message\": \"no\"}");
    assertThatThrownBy(() -> handler.deleteDocument(DOCUMENT))
        .isInstanceOf(DaneException.Refused.class)
        .hasMessageContaining("500");
  }

  @Test
  void assigns_a_task() throws Exception {
    JsonNode request = recorded("assign a task, no worker queue bound");
    Task assigned =
        handler.assignTask(
            Task.of("unrout").withPriority(4).with("lang", "nl").with("naam", "caf\u00e9"),
            DOCUMENT);
    assertThat(assigned.id()).isEqualTo(TASK);
    assertThat(assigned.state()).isEqualTo(State.CREATED);
    assertThat(assigned.args().path("naam").asText()).isEqualTo("caf\u00e9");
    RecordedServer.Asked asked = server.asked().getLast();
    assertThat(asked.path()).isEqualTo(request.path("path").asText());
    assertThat(Json.read(asked.body()))
        .isEqualTo(
            Json.of(
                Map.of(
                    "key",
                    "UNROUT",
                    "priority",
                    4,
                    "args",
                    Map.of("lang", "nl", "naam", "caf\u00e9"),
                    "document_id",
                    DOCUMENT)));
    recorded("assign it again");
    assertThatThrownBy(() -> handler.assignTask(Task.of("UNROUT"), DOCUMENT))
        .isInstanceOf(DaneException.TaskAssigned.class)
        .hasMessage("Task `UNROUT` already assigned to document `" + DOCUMENT + "`");
    recorded("assign to a missing document");
    assertThatThrownBy(() -> handler.assignTask(Task.of("x"), "missing"))
        .isInstanceOf(DaneException.DocumentExists.class);
    server.then(404, "{}");
    assertThatThrownBy(() -> handler.assignTask(Task.of("x"), "missing"))
        .isInstanceOf(DaneException.DocumentExists.class);
    recorded("assign: empty key");
    assertThatThrownBy(() -> handler.assignTask(Task.of("x"), "y"))
        .isInstanceOf(DaneException.Refused.class);
    assertThatThrownBy(() -> handler.assignTask(assigned, DOCUMENT))
        .isInstanceOf(DaneException.ApiRegistration.class);
    recorded("assign: priority out of range");
    assertThat(handler.assignTask(Task.of("prio"), DOCUMENT).args()).isEmpty(); // {"*": null}
  }

  @Test
  void assigns_to_many() {
    recorded("assign to many");
    Handler.Assigned assigned =
        handler.assignTaskToMany(Task.of("many"), List.of(DOCUMENT, "missing"));
    assertThat(assigned.tasks()).hasSize(1);
    assertThat(assigned.failed().getFirst().documentId()).isEqualTo("missing");
    assertThat(assigned.failed().getFirst().error()).contains("404");
    assertThat(handler.assignTaskToMany(Task.of("many"), List.of()).tasks()).isEmpty();
  }

  @Test
  void reads_and_acts_on_tasks() {
    recorded("the same task afterwards");
    assertThat(handler.isDone(TASK)).isFalse();
    recorded("the same task afterwards");
    assertThat(handler.taskState(TASK)).isEqualTo(State.NO_ROUTE_TO_QUEUE);
    recorded("the same task afterwards");
    assertThat(handler.taskKey(TASK)).isEqualTo("UNROUT");
    asked(recorded("retry"), () -> handler.retry(TASK, false));
    asked(recorded("forceretry"), () -> handler.retry(TASK, true));
    asked(recorded("reset"), () -> handler.reset(TASK));
    recorded("action on a missing task");
    assertThatThrownBy(() -> handler.reset("nope")).isInstanceOf(DaneException.TaskExists.class);
    recorded("missing task");
    assertThatThrownBy(() -> handler.task("nope")).isInstanceOf(DaneException.TaskExists.class);
    asked(recorded("document of a task"), () -> handler.documentOfTask(TASK));
    recorded("document of a missing task");
    assertThatThrownBy(() -> handler.documentOfTask("nope"))
        .isInstanceOf(DaneException.TaskExists.class);
    asked(recorded("delete a task"), () -> assertThat(handler.deleteTask(TASK)).isTrue());
  }

  private void asked(JsonNode request, Runnable call) {
    call.run();
    asked(request);
  }

  @Test
  void runs_what_is_runnable_alone() {
    recorded("the same task afterwards"); // 422
    handler.run(TASK);
    assertThat(server.asked()).hasSize(1);
    server.then(200, "{\"key\": \"A\", \"state\": \"503\"}").then(200, "{\"key\": \"A\"}");
    handler.run(TASK);
    assertThat(server.asked().getLast().path()).endsWith("/retry");
  }

  @Test
  void lists_tasks() {
    asked(
        recorded("unfinished tasks"),
        () -> assertThat(handler.unfinished(false)).isNotEmpty().noneMatch(Task::isDone));
    recorded("unfinished tasks");
    assertThat(handler.unfinished(true))
        .allMatch(task -> task.state() != null && State.runs(task.state()));
    asked(
        recorded("tasks of a document"),
        () -> assertThat(handler.assignedTasks(DOCUMENT)).hasSizeGreaterThan(1));
    recorded("tasks of a document");
    assertThat(handler.assignedTasks(DOCUMENT, "UNROUT")).hasSize(1);
    recorded("tasks of a missing document");
    assertThatThrownBy(() -> handler.assignedTasks("nope"))
        .isInstanceOf(DaneException.DocumentExists.class);
  }

  @Test
  void searches() {
    JsonNode request = recorded("search exact");
    Handler.Found found = handler.search("VID0001", "AC*", 1);
    assertThat(found.total()).isEqualTo(1);
    assertThat(found.documents()).hasSize(1);
    assertThat(URI.create(server.asked().getLast().path()).getQuery())
        .isEqualTo(URI.create(request.path("path").asText()).getQuery());
  }

  @Test
  void lists_what_a_creator_has() {
    asked(
        recorded("documents of a creator"),
        () -> assertThat(handler.documentsOfCreator("ACME")).isNotEmpty());
    JsonNode request = recorded("tasks of a creator");
    List<Task> tasks = handler.tasksOfCreator("ACME", "ARGS1");
    assertThat(tasks.getFirst().args()).isEqualTo(Json.of(Map.of("a", 1))); // without the role
    asked(request);
    server.then(
        200,
        "[{\"key\": \"A\", \"args\": {\"role\": {\"name\": \"task\", \"parent\": \"d\"}}},"
            + " {\"key\": \"A\", \"args\": {\"role\": \"mine\"}}]");
    assertThat(handler.tasksOfCreator("ACME", "A"))
        .extracting(task -> task.args().size())
        .containsExactly(0, 1);
    asked(
        recorded("results of a creator"),
        () -> assertThat(handler.resultsOfCreator("ACME", "WRK")).isEmpty());
  }

  @Test
  void reads_results() {
    server.then(
        200,
        """
        {"_id": "r", "generator": {"id": "a", "name": "ASR", "homepage": "h", "type": "Software"},
         "payload": {"*": null}, "created_at": null, "updated_at": null}
        """);
    Result result = handler.result("r");
    assertThat(result.payload()).isEmpty();
    assertThat(result.createdAt()).isNull();
    recorded("missing result");
    assertThatThrownBy(() -> handler.result("nope")).isInstanceOf(DaneException.ResultExists.class);
    server.then(404, "{}");
    assertThat(handler.deleteResult("nope")).isFalse();
  }

  @Test
  void what_is_not_part_of_the_http_face_says_who_can() {
    Result result = Result.of(new Generator("a", AgentType.SOFTWARE, "ASR", "h"), Map.of("a", 1));
    for (Runnable refused :
        List.<Runnable>of(
            () -> handler.registerResult(result, TASK),
            () -> handler.searchResult(DOCUMENT, "A"),
            () -> handler.resultsOfTask(TASK),
            () -> handler.callback(TASK, Answer.success()),
            () -> handler.updateTaskState(TASK, 200, "x"))) {
      assertThatThrownBy(refused::run)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("not part of the HTTP face");
    }
  }

  @Test
  void credentials_are_sent_when_given() {
    try (ApiHandler signedIn =
        ApiHandler.connect(
            URI.create("http://127.0.0.1:" + server.port() + "/DANE/"), "me", "pass")) {
      recorded("get a document");
      signedIn.document(DOCUMENT);
      assertThat(server.asked().getLast().authorization()).isEqualTo("Basic bWU6cGFzcw==");
    }
    recorded("get a document");
    handler.document(DOCUMENT);
    assertThat(server.asked().getLast().authorization()).isNull();
  }

  @Test
  void credentials_in_the_url_are_refused_and_not_shown() {
    assertThatThrownBy(() -> ApiHandler.connect(URI.create("http://me:secret@127.0.0.1/DANE/")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void a_server_that_is_away_is_named() {
    try (ApiHandler away =
        ApiHandler.connect(Config.defaults().with("DANE.API_URL", "http://127.0.0.1:1/DANE/"))) {
      assertThatThrownBy(() -> away.document("x"))
          .isInstanceOf(ResourceUnreachable.class)
          .hasMessageContaining("http://127.0.0.1:1/DANE/document/x")
          .hasMessageContaining("DANE.API_URL");
    }
  }
}
