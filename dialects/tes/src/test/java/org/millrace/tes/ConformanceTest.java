package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;

/** Answers, held against the documents of the standard and against our own. */
class ConformanceTest {
  private static final String EVERYTHING =
      """
      {"name": "all", "description": "of it", "tags": {"a": "b", "n": 1},
       "inputs": [{"name": "i", "description": "d", "path": "/i", "content": "x",
                   "streamable": false},
                  {"path": "/j", "url": "http://host/j", "type": "DIRECTORY"}],
       "outputs": [{"name": "o", "description": "d", "path": "/o/*", "path_prefix": "/o",
                    "url": "http://host/o/", "type": "FILE"}],
       "volumes": ["/v"],
       "resources": {"cpu_cores": 1.2, "ram_gb": 1, "disk_gb": 2.5, "preemptible": true,
                     "zones": ["z"], "backend_parameters": {"runtime": "sandbox", "x": "y"},
                     "backend_parameters_strict": false},
       "executors": [{"image": "a", "command": ["b", ""], "workdir": "/w", "stdin": "/i",
                      "stdout": "/out", "stderr": "/err", "env": {"A": "B"},
                      "ignore_error": true}]}
      """;
  private final TesServer server = TesServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  private ApiDocument document(String which) {
    return which.equals("ours")
        ? ApiDocument.ours(server.get("/openapi.json").ok())
        : ApiDocument.standard(which);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1.0", "ours"})
  void tasks_are_as_the_document_says_in_every_phase(String which) {
    ApiDocument document = document(which);
    String id = server.create(EVERYTHING);
    checkViews(document, id);
    Progress progress = Progress.on(server);
    Task running = progress.started(progress.begun(1), 2);
    checkViews(document, id);
    progress.ended(
        running,
        new Outcome.ExecutorFailed(1, 1, new Cause("exit-code", "exit 1", "")),
        Progress.report(),
        3);
    checkViews(document, id);
    assertThat(document.problems("tesListTasksResponse", server.get("/v1/tasks?view=FULL").ok()))
        .isEmpty();
    assertThat(document.problems("tesListTasksResponse", server.get("/v1/tasks?view=BASIC").ok()))
        .isEmpty();
  }

  /** A 1.0 client sends and gets nothing that 1.0 does not know. */
  @Test
  void a_task_of_version_1_0_is_shown_as_1_0_has_it() {
    ApiDocument old = document("1.0.0");
    String task =
        EVERYTHING
            .replace("\"streamable\": false", "\"type\": \"FILE\"")
            .replace("\"path\": \"/o/*\", \"path_prefix\": \"/o\"", "\"path\": \"/o\"")
            .replace("1.2", "1")
            .replaceAll(
                ",\\s+\"backend_parameters\".*\\s+.*\"backend_parameters_strict\": false", "")
            .replaceAll(",\\s+\"ignore_error\": true", "");
    assertThat(old.problems("tesTask", TesServer.json(task.replace("\"n\": 1", "\"n\": \"1\""))))
        .isEmpty();
    String id = server.create(task);
    Progress progress = Progress.on(server);
    progress.ended(
        progress.started(progress.begun(1), 2), new Outcome.Completed(), Progress.report(), 3);
    assertThat(old.problems("tesTask", server.full(id))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0.0", "1.1.0", "ours"})
  void the_small_answers_are_as_the_document_says(String which) {
    ApiDocument document = document(which);
    JsonNode created = server.tryToCreate(EVERYTHING).ok();
    assertThat(document.problems("tesCreateTaskResponse", created)).isEmpty();
    JsonNode canceled = server.post("/v1/tasks/" + created.path("id").asText() + ":cancel").ok();
    assertThat(document.problems("tesCancelTaskResponse", canceled)).isEmpty();
    JsonNode info = server.get("/v1/service-info").ok();
    if (which.equals("1.0.0")) {
      ((ObjectNode) info).remove("tesResources_backend_parameters"); // new in 1.1
    }
    assertThat(document.problems("tesServiceInfo", info)).isEmpty();
  }

  @Test
  void errors_are_as_our_document_says() {
    ApiDocument ours = document("ours");
    for (var reply :
        List.of(
            server.get("/v1/tasks/x"), server.tryToCreate("{"), server.get("/v1/tasks?view=x"))) {
      assertThat(ours.problems("error", reply.json())).isEmpty();
    }
  }

  @Test
  void our_document_tells_what_any_operation_may_be_refused_with() {
    assertThat(DescribedAnswers.missing()).isEmpty();
  }

  @Test
  void the_check_itself_finds_what_clients_reject() {
    ApiDocument document = document("1.1.0");
    String id = server.create(EVERYTHING);
    for (String wrong :
        List.of(
            "{\"author\": null}",
            "{\"name\": null}",
            "{\"logs\": [{\"logs\": []}]}",
            "{\"state\": \"WAITING\"}",
            "{\"inputs\": [{\"path\": \"/a\", \"type\": \"FOLDER\"}]}",
            "{\"logs\": [{\"logs\": [], \"outputs\": [{\"url\": \"u\", \"path\": \"/p\","
                + " \"size_bytes\": 5}]}]}")) {
      ObjectNode task = ((ObjectNode) server.full(id)).setAll((ObjectNode) TesServer.json(wrong));
      assertThat(document.problems("tesTask", task)).as(wrong).isNotEmpty();
    }
  }

  /** Every answer of every test of this face goes through it ({@link TesServer#send}). */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /v1/tasks/x             | 200 | {'id':'x','state':'RUNNING','author':null}",
        "GET    | /v1/tasks/x             | 200 | {'id':'x','state':'WAITING'}",
        "GET    | /v1/tasks/x             | 200 | {'id':'x','id':'x','state':'QUEUED'}",
        "GET    | /v1/tasks/x             | 200 | {'state':'QUEUED','executors':[]}",
        "GET    | /v1/tasks/x?view=FULL   | 200 | {'id':'x','state':'QUEUED'}",
        "GET    | /v1/tasks/x?view=FULL   | 200 | {'id':'x','executors':[{'image':'a'}]}",
        "GET    | /tasks                  | 200 | {'tasks':[],'next_page_token':null}",
        "GET    | /v1/tasks               | 200 | {}",
        "GET    | /v1/tasks               | 418 | {}",
        "GET    | /v1/tasks               | 304 | {}",
        "GET    | /v1/tasks               | 400 | {'message':'no'}",
        "POST   | /v1/tasks               | 200 | {}",
        "POST   | /v1/tasks/x:cancel      | 200 | {'id':'x'}",
        "POST   | /v1/tasks/x:cancel      | 200 | ",
        "GET    | /v1/tasks/service-info  | 200 | {'id':'x'}",
        "GET    | /v2                     | 404 | {'error':'Not Found'}",
        "HEAD   | /v1/tasks               | 200 | {'tasks':[]}"
      })
  void what_is_not_as_described_fails_the_test_that_sees_it(
      String method, URI uri, int status, @Nullable String body) {
    String text = body == null ? "" : body.replace('\'', '"');
    var json = HttpHeaders.of(Map.of("Content-Type", List.of("application/json")), (_, _) -> true);
    assertThatThrownBy(() -> DescribedAnswers.check(method, uri, status, json, text))
        .isInstanceOf(AssertionError.class);
  }

  private void checkViews(ApiDocument document, String id) {
    for (String view : List.of("BASIC", "FULL")) {
      JsonNode task = server.get("/v1/tasks/" + id + "?view=" + view).ok();
      assertThat(document.problems("tesTask", task)).as(view).isEmpty();
    }
  }
}
