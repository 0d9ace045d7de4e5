package org.millrace.dane.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.dane.elasticsearch.EsServer.aDocument;
import static org.millrace.dane.elasticsearch.EsServer.aResult;
import static org.millrace.dane.elasticsearch.EsServer.aTask;
import static org.millrace.dane.elasticsearch.EsServer.documentId;
import static org.millrace.dane.elasticsearch.EsServer.taskId;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.task.TaskState;

class WritesOverHttpTest {
  private static final String ILLEGAL = "illegal_argument_exception";
  private static final String INDEX = "/dane-index";
  private final EsServer server = EsServer.start();

  @AfterEach
  void closes() {
    server.close();
  }

  @Test
  void an_assigned_task_is_queued_with_its_priority_and_arguments() {
    server.register("V1");
    String body =
        aTask("V1", "ASR").replace("\"priority\": 1", "\"priority\": 7, \"args\": {\"a\": 1.0}");
    server
        .send(
            "PUT", INDEX + "/_create/" + taskId("V1", "ASR") + "?routing=" + documentId("V1"), body)
        .with(201);
    var task = server.task(taskId("V1", "ASR"));
    assertThat(task.state()).isEqualTo(TaskState.QUEUED);
    assertThat(task.spec().priority()).isEqualTo(7);
    JsonNode shown =
        server.get(INDEX + "/_doc/" + taskId("V1", "ASR")).ok().path("_source").path("task");
    assertThat(shown)
        .isEqualTo(
            EsServer.json(
                """
                {"key": "ASR", "state": 102, "msg": "Queued", "priority": 7, "args": {"a": 1.0}}\
                """));
  }

  @Test
  void arguments_have_a_bound_here_too() {
    server.register("V1");
    String args = "\"args\": {\"a\": \"" + "x".repeat(1 << 20) + "\"}";
    String body = aTask("V1", "ASR").replace("\"priority\": 1", "\"priority\": 7, " + args);
    assertThat(
            server
                .send(
                    "PUT",
                    INDEX + "/_create/" + taskId("V1", "ASR") + "?routing=" + documentId("V1"),
                    body)
                .refusedWith(400, ILLEGAL))
        .contains("at most 1048576 bytes as JSON");
  }

  @Test
  void documents_have_a_bound_here_too() {
    String body =
        aDocument("V1").replace("\"url\"", "\"pad\": \"" + "x".repeat(1 << 20) + "\", \"url\"");
    assertThat(
            server
                .send("PUT", INDEX + "/_create/" + documentId("V1"), body)
                .refusedWith(400, ILLEGAL))
        .contains("at most 1048576 bytes as JSON");
  }

  @Test
  void a_written_state_is_not_obeyed() {
    server.register("V1");
    String task = server.assign("V1", "ASR");
    JsonNode told =
        server
            .post(
                INDEX + "/_update/" + task,
                """
                {"doc": {"task": {"state": 200, "msg": "Success"}, "updated_at": "2026-01-01T00:00:00"}}\
                """)
            .ok();
    assertThat(told.path("result").asText()).isEqualTo("updated");
    assertThat(server.task(task).state()).isEqualTo(TaskState.QUEUED);
    assertThat(server.task(task).entry().face().number()).isEqualTo(102);
    assertThat(server.lastRemark())
        .contains("anonymous wrote state 200, message \"Success\" into the index: not obeyed");
    server
        .post(INDEX + "/_update/" + task, "{\"doc\": {\"task\": {\"key\": \"X\"}}}")
        .refusedWith(400, ILLEGAL);
    assertThat(
            server
                .post(
                    INDEX + "/_update/nope",
                    """
                    {"doc": {"task": {"state": 200, "msg": "x"}, "updated_at": "x"}}\
                    """)
                .refusedWith(404, "document_missing_exception"))
        .isEqualTo("[_doc][nope]: document missing");
  }

  @Test
  void a_result_saved_again_in_the_same_attempt_is_the_same_result() {
    server.register("V1");
    String task = server.assign("V1", "ASR");
    server.begin(task);
    String first = server.save(task, "{\"n\": 1}");
    assertThat(server.save(task, "{\"n\": 1}")).isEqualTo(first);
    assertThat(server.save(task, "{\"n\": 2}")).isNotEqualTo(first);
    assertThat(found("{\"parent_id\": {\"type\": \"result\", \"id\": \"%s\"}}", task)).isEqualTo(2);
  }

  @Test
  void results_of_an_overtaken_attempt_are_in_no_answer_and_can_be_deleted() {
    server.register("V1");
    String task = server.assign("V1", "ASR");
    server.begin(task);
    String old = server.save(task, "{\"n\": 1}");
    server.answer(task, "{\"state\": 503, \"message\": \"later\"}");
    server.begin(task);
    String fresh = server.save(task, "{\"n\": 1}");
    assertThat(found("{\"parent_id\": {\"type\": \"result\", \"id\": \"%s\"}}", task)).isEqualTo(2);
    server.answer(task, "{\"state\": 200, \"message\": \"done\"}");
    assertThat(found("{\"parent_id\": {\"type\": \"result\", \"id\": \"%s\"}}", task)).isEqualTo(1);
    assertThat(server.get(INDEX + "/_doc/" + fresh).ok().path("_routing").asText()).isEqualTo(task);
    assertThat(server.get(INDEX + "/_doc/" + old).with(404).path("found").asBoolean()).isFalse();
    assertThat(server.documents().views().resultsOf(EsServer.SPACE, new EntryId(task), true, 0, 9))
        .hasSize(2);
    assertThat(server.delete(INDEX + "/_doc/" + old).ok().path("result").asText())
        .isEqualTo("deleted");
  }

  private int found(String query, String id) {
    return server
        .search("{\"query\": %s}".formatted(query.formatted(id)))
        .ok()
        .path("hits")
        .path("total")
        .path("value")
        .asInt();
  }

  @Test
  void nobody_saves_a_result_below_nothing() {
    String nothing = "0".repeat(40);
    for (String parent : new String[] {nothing, "nope"}) {
      assertThat(
              server
                  .post(INDEX + "/_doc?routing=" + parent, aResult(parent, "{}"))
                  .refusedWith(404, "document_missing_exception"))
          .contains(parent, "the task of this result");
    }
  }

  @Test
  void what_joins_another_object_is_routed_by_it() {
    server.register("V1");
    String task = server.assign("V1", "ASR");
    assertThat(
            server
                .post(INDEX + "/_doc?refresh=true", aResult(task, "{}"))
                .refusedWith(400, ILLEGAL))
        .isEqualTo("routing: [routing] is missing for join field [role]");
    server
        .post(INDEX + "/_doc?routing=" + documentId("V1"), aResult(task, "{}"))
        .refusedWith(400, ILLEGAL);
    assertThat(
            server
                .send(
                    "PUT",
                    INDEX + "/_doc/" + taskId("V1", "X") + "?op_type=create",
                    aTask("V1", "X"))
                .refusedWith(400, ILLEGAL))
        .contains("[routing] is missing");
  }

  @Test
  void ids_are_hashes_and_those_of_results_are_chosen_here() {
    assertThat(
            server
                .send("PUT", INDEX + "/_doc/mine?op_type=create", aDocument("V1"))
                .refusedWith(400, ILLEGAL))
        .contains("_id", documentId("V1"));
    assertThat(server.post(INDEX + "/_doc", aDocument("V1")).refusedWith(400, ILLEGAL))
        .contains("_id");
    server.register("V1");
    String task = server.assign("V1", "ASR");
    assertThat(
            server
                .send(
                    "PUT",
                    INDEX + "/_doc/" + "x".repeat(20) + "?op_type=create&routing=" + task,
                    aResult(task, "{}"))
                .refusedWith(400, ILLEGAL))
        .contains("the id of a result");
    assertThat(
            server
                .send(
                    "PUT",
                    INDEX + "/_doc/mine?op_type=create&routing=" + documentId("V1"),
                    aTask("V1", "OTHER"))
                .refusedWith(400, ILLEGAL))
        .contains(taskId("V1", "OTHER"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "{\"role\": 3}",
        "{\"role\": {\"name\": 3}}",
        "{\"role\": \"task\"}",
        "{\"role\": {\"name\": \"document\", \"parent\": \"x\"}}",
        "{\"role\": \"document\"}",
        "{\"role\": \"document\", \"target\": {}, \"creator\": {}}",
        "{\"role\": {\"name\": \"task\", \"parent\": \"nope\"}, \"task\": 3}",
        "{\"role\": {\"name\": \"task\", \"parent\": \"nope\"}, \"task\": {}}",
        "{\"role\": {\"name\": \"task\", \"parent\": \"nope\"}, \"task\": {\"key\": \"X\"}}",
        "{\"role\": {\"name\": \"task\", \"parent\": \"nope\"}, \"task\": {\"key\": \"X\","
            + " \"state\": 200}}",
        "{\"role\": {\"name\": \"result\", \"parent\": \"nope\"}, \"result\": {}}",
        "{\"role\": {\"name\": \"result\", \"parent\": \"nope\"}}",
        "{\"role\": \"document\", \"target\": {\"id\": \"a\\u0000\", \"type\": \"Text\", \"url\":"
            + " \"u\"}, \"creator\": {\"id\": \"b\", \"type\": \"Human\"}}",
      })
  void what_has_no_known_form_is_refused(String body) {
    server.post(INDEX + "/_doc?routing=nope", body).refusedWith(400, ILLEGAL);
    String id = "0".repeat(40);
    server
        .send("PUT", INDEX + "/_doc/" + id + "?op_type=create&routing=nope", body)
        .refusedWith(400, ILLEGAL);
  }

  /** As a worker of the Python library saves it, given a task of {@code millrace worker try}. */
  @Test
  void a_result_of_a_task_without_an_id_is_told_why_it_cannot_be_saved() {
    String body = aResult("none", "{}").replace("\"none\"", "null");
    assertThat(body).contains("\"parent\": null");
    assertThat(server.post(INDEX + "/_doc?refresh=true", body).refusedWith(400, ILLEGAL))
        .startsWith("role.parent: the id of the task")
        .contains("worker try");
  }

  @Test
  void a_task_that_ran_elsewhere_is_not_taken() {
    server.register("V1");
    assertThat(
            server
                .send(
                    "PUT",
                    INDEX
                        + "/_doc/"
                        + taskId("V1", "ASR")
                        + "?op_type=create&routing="
                        + documentId("V1"),
                    aTask("V1", "ASR").replace("201", "200"))
                .refusedWith(400, ILLEGAL))
        .contains("task.state");
  }

  @Test
  void nothing_is_written_over() {
    assertThat(
            server
                .send("PUT", INDEX + "/_doc/" + documentId("V1"), aDocument("V1"))
                .refusedWith(400, ILLEGAL))
        .contains("op_type=create");
    server
        .send("PUT", INDEX + "/_doc/" + documentId("V1") + "?op_type=index", aDocument("V1"))
        .refusedWith(400, ILLEGAL);
  }

  @Test
  void two_documents_whose_ids_read_alike_are_told_apart() {
    server.register("V1");
    String other = aDocument("V1A").replace("\"ACME\"", "\"CME\"");
    assertThat(
            server
                .send(
                    "PUT",
                    INDEX + "/_doc/" + DocumentId.of("V1A", "CME") + "?op_type=create",
                    other)
                .refusedWith(409, "version_conflict_engine_exception"))
        .contains("of another target and creator");
  }

  @Test
  void a_task_of_no_document_and_one_that_no_lane_takes() {
    assertThat(server.tryToAssign("V1", "ASR").refusedWith(404, "document_missing_exception"))
        .contains(documentId("V1"), "to which it is assigned");
    try (var small = EsServer.startWithRoomFor(1)) {
      small.register("V1");
      small.register("V2");
      small.assign("V1", "ASR");
      assertThat(small.tryToAssign("V2", "ASR").refusedWith(429, "es_rejected_execution_exception"))
          .contains("1 unfinished");
    }
  }

  @Test
  void a_key_that_no_broker_could_route_is_refused_alone_and_in_bulk() {
    server.register("V1");
    String key = "K".repeat(300);
    assertThat(server.tryToAssign("V1", key).refusedWith(400, ILLEGAL)).contains("routing key");
    String lines =
        action("create", taskId("V1", key), documentId("V1"))
            + aTask("V1", key)
            + "\n"
            + action("create", taskId("V1", "OK"), documentId("V1"))
            + aTask("V1", "OK")
            + "\n";
    JsonNode items = server.post("/_bulk", lines).ok().path("items");
    assertThat(items.path(0).path("create").path("status").asInt()).isEqualTo(400);
    assertThat(items.path(1).path("create").path("status").asInt()).isEqualTo(201);
  }

  private static String action(String name, String id, String routing) {
    return """
    {"%s": {"_id": "%s", "_index": "dane-index", "routing": "%s"}}
    """
        .formatted(name, id, routing);
  }

  @Test
  void many_are_created_in_one_request_and_each_has_its_answer() {
    server.register("V0");
    String documents =
        IntStream.range(0, 250)
            .mapToObj(i -> "V" + i)
            .map(target ->
                "{\"create\": {\"_id\": \"%s\"}}\n".formatted(documentId(target))
                    + aDocument(target)
                    + "\r\n\n")
            .collect(Collectors.joining());
    JsonNode answer = server.post(INDEX + "/_bulk?refresh=true", documents).ok();
    assertThat(answer.path("errors").asBoolean()).isTrue();
    assertThat(answer.path("items")).hasSize(250);
    assertThat(answer.path("items").path(0).path("create").path("status").asInt()).isEqualTo(409);
    for (int i = 1; i < 250; i++) {
      JsonNode item = answer.path("items").path(i).path("create");
      assertThat(item.path("status").asInt()).isEqualTo(201);
      assertThat(item.path("_id").asText()).isEqualTo(documentId("V" + i));
    }
  }

  @Test
  void a_mistake_in_one_object_of_many_does_not_concern_the_others() {
    String lines =
        "{\"create\": {\"_id\": \"x\", \"_index\": \"dane-index\"}}\n{\"no\": \"role\"}\n"
            + "{\"create\": {\"_id\": \"x\", \"_index\": \"dane-index\"}}\n{broken\n"
            + "{\"create\": {\"_id\": \"x\", \"_index\": \"another\"}}\n{}\n"
            + action("create", documentId("V1"), "any").replace(", \"routing\": \"any\"", "")
            + aDocument("V1");
    JsonNode items = server.post("/_bulk", lines).ok().path("items");
    assertThat(items.path(0).path("create").path("error").path("type").asText()).isEqualTo(ILLEGAL);
    assertThat(items.path(1).path("create").path("error").path("reason").asText())
        .contains("line 4", "no JSON");
    assertThat(items.path(2).path("create").path("error").path("type").asText())
        .isEqualTo("index_not_found_exception");
    assertThat(items.path(3).path("create").path("status").asInt()).isEqualTo(201);
  }

  @Test
  void results_go_in_bulk_too_but_not_under_ids_of_their_own() {
    server.register("V1");
    String task = server.assign("V1", "ASR");
    String lines =
        "{\"create\": {\"routing\": \"%s\"}}\n%s\n".formatted(task, aResult(task, "{}"))
            + action("create", "x".repeat(20), task)
            + aResult(task, "{}");
    JsonNode items = server.post(INDEX + "/_bulk", lines).ok().path("items");
    assertThat(items.path(0).path("create").path("status").asInt()).isEqualTo(201);
    assertThat(items.path(1).path("create").path("status").asInt()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "{\"index\": {}}\n{}\n",
        "{\"delete\": {\"_id\": \"x\"}}\n",
        "{\"create\": 3}\n{}\n",
        "{\"create\": {\"version\": 3}}\n{}\n",
        "{\"create\": {}, \"index\": {}}\n{}\n",
        "3\n{}\n",
        "{\"create\": {\"_index\": \"dane-index\"}}\n",
        "{\"create\": {}}\n{}\n",
        "{broken\n",
      })
  void what_is_no_bulk_request_is_refused(String lines) {
    server.post("/_bulk", lines).refusedWith(400, ILLEGAL);
  }

  @Test
  void deleting_what_lies_below_a_document_counts_tasks_and_results() {
    server.register("V1");
    String task = server.assign("V1", "ASR");
    server.assign("V1", "OTHER");
    server.begin(task);
    server.save(task, "{\"n\": 1}");
    server.save(task, "{\"n\": 2}");
    String below =
        """
        {"query": {"bool": {"should": [
          {"bool": {"must": [
            {"has_parent": {"parent_type": "document", "query": {"match": {"_id": "%1$s"}}}},
            {"exists": {"field": "task.key"}}]}},
          {"bool": {"must": [
            {"has_parent": {"parent_type": "task", "query": {"has_parent":
              {"parent_type": "document", "query": {"match": {"_id": "%1$s"}}}}}},
            {"exists": {"field": "result.generator.id"}}]}}]}}}\
        """
            .formatted(documentId("V1"));
    assertThat(server.search(below).ok().path("hits").path("hits")).hasSize(4);
    JsonNode deleted = server.post(INDEX + "/_delete_by_query", below).ok();
    assertThat(deleted.path("deleted").asInt()).isEqualTo(4);
    assertThat(server.get(INDEX + "/_doc/" + task).status()).isEqualTo(404);
    assertThat(server.get(INDEX + "/_doc/" + documentId("V1")).status()).isEqualTo(200);
  }

  @Test
  void only_what_the_originals_delete_by_query_is_deleted() {
    server.register("V1");
    assertThat(
            server
                .post(
                    INDEX + "/_delete_by_query",
                    "{\"query\": {\"match\": {\"_id\": \"%s\"}}}".formatted(documentId("V1")))
                .refusedWith(400, ILLEGAL))
        .contains("deleting what this query finds");
    server.post(INDEX + "/_delete_by_query", "{\"max_docs\": 3}").refusedWith(400, ILLEGAL);
    server.post(INDEX + "/_delete_by_query", "[]").refusedWith(400, ILLEGAL);
    assertThat(server.get(INDEX + "/_doc/" + documentId("V1")).status()).isEqualTo(200);
  }

  @Test
  void deleting_a_document_takes_all_that_is_below_it() {
    server.register("V1");
    String task = server.assign("V1", "ASR");
    assertThat(server.delete(INDEX + "/_doc/" + documentId("V1")).ok().path("result").asText())
        .isEqualTo("deleted");
    assertThat(server.delete(INDEX + "/_doc/" + task).with(404).path("result").asText())
        .isEqualTo("not_found");
    assertThat(server.delete(INDEX + "/_doc/nope").with(404).path("result").asText())
        .isEqualTo("not_found");
  }

  @Test
  void a_mass_reset_asks_for_the_tasks_again() {
    server.register("V1");
    server.register("V2");
    String broken = server.assign("V1", "ASR");
    String other = server.assign("V2", "ASR");
    server.answer(broken, "{\"state\": 500, \"message\": \"broken\"}");
    server.answer(other, "{\"state\": 404, \"message\": \"gone\"}");
    String reset =
        """
        {"query": {"bool": {"must": [{"match": {"task.key": "ASR"}}, {"match": {"task.state": 500}}]}},
         "script": {"source": "ctx._source['task']['state'] = 205; ctx._source['task']['msg'] = 'Manual reset';"}}\
        """;
    JsonNode first = server.post(INDEX + "/_update_by_query?refresh=true", reset).ok();
    assertThat(first.path("total").asInt()).isEqualTo(1);
    assertThat(first.path("updated").asInt()).isEqualTo(1);
    assertThat(server.task(broken).entry().face().number()).isEqualTo(205);
    assertThat(server.task(broken).state()).isEqualTo(TaskState.QUEUED);
    assertThat(server.task(other).entry().face().number()).isEqualTo(404);
    assertThat(server.post(INDEX + "/_update_by_query", reset).ok().path("total").asInt()).isZero();
  }
}
