package org.millrace.dane.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.dane.elasticsearch.EsServer.documentId;
import static org.millrace.dane.elasticsearch.EsServer.taskId;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.Space;
import org.millrace.domain.value.Value;
import org.millrace.testkit.Fixtures;

class SearchesOverHttpTest {
  private static final String ILLEGAL = "illegal_argument_exception";
  private static final String ALL_DOCUMENTS =
      """
      {"bool": {"must": [{"wildcard": {"target.id": {"value": "%s"}}},
        {"wildcard": {"creator.id": {"value": "%s"}}}]}}\
      """;
  private static final String OF_CREATOR =
      """
      {"bool": {"must": [{"query_string": {"default_field": "creator.id", "query": "\\"%s\\""}}]}}\
      """;
  private static final String TASKS_OF_CREATOR =
      """
      {"bool": {"must": [{"has_parent": {"parent_type": "document", "query": %s}},
        {"query_string": {"default_field": "task.key", "query": "%s"}}]}}\
      """;
  private static final String RESULTS_OF =
      """
      {"bool": {"must": [{"has_parent": {"parent_type": "task", "query": %s}},
        {"exists": {"field": "result.payload"}}]}}\
      """;
  private static final String OF_TARGET =
      """
      {"bool": {"must": [{"query_string": {"default_field": "target.id", "query": "%s"}}]}}\
      """;
  private static final String UNFINISHED =
      """
      {"bool": {"must": [{"has_parent": {"parent_type": "document",
         "query": {"exists": {"field": "target.id"}}}}%s],
       "must_not": [{"match": {"task.state": 200}}, {"match": {"task.state": 412}}]}}\
      """;

  private final EsServer server = EsServer.start();

  @AfterEach
  void closes() {
    server.close();
  }

  private JsonNode hits(String query, String more) {
    return server.search("{\"query\": %s%s}".formatted(query, more)).ok().path("hits");
  }

  private List<String> ids(String query, String more) {
    var ids = new ArrayList<String>();
    hits(query, more).path("hits").forEach(hit -> ids.add(hit.path("_id").asText()));
    return ids;
  }

  private static String total(JsonNode hits) {
    JsonNode total = hits.path("total");
    return total.path("relation").asText() + " " + total.path("value").asInt();
  }

  @Test
  void every_task_of_a_document_is_told_where_elasticsearch_tells_ten() {
    server.register("V1");
    for (int i = 0; i < 12; i++) {
      server.assign("V1", "KEY" + i);
    }
    String tasks =
        """
        {"bool": {"must": [{"match": {"_routing": "%s"}}, {"exists": {"field": "task.key"}}]}}\
        """
            .formatted(documentId("V1"));
    assertThat(ids(tasks, "")).hasSize(12).first().isEqualTo(taskId("V1", "KEY0"));
    assertThat(ids(tasks, ", \"size\": 3")).hasSize(3);
    assertThat(total(hits(tasks, ", \"size\": 3"))).isEqualTo("gte 4");
    assertThat(total(hits(tasks, ", \"size\": 0"))).isEqualTo("gte 1");
    assertThat(total(hits(tasks, ", \"from\": 10, \"size\": 2"))).isEqualTo("eq 12");
    assertThat(ids(tasks, ", \"from\": 11, \"size\": 5")).containsExactly(taskId("V1", "KEY11"));
    assertThat(total(hits(tasks, ", \"from\": 20"))).isEqualTo("eq 12");
  }

  @Test
  void the_parameters_of_a_request_count_more_than_its_body() {
    for (int i = 0; i < 5; i++) {
      server.register("V" + i);
    }
    String body =
        "{\"query\": %s, \"size\": 1, \"from\": 0}".formatted(ALL_DOCUMENTS.formatted("*", "*"));
    JsonNode hits = server.post("/dane-index/_search?size=2&from=3", body).ok().path("hits");
    assertThat(hits.path("hits").path(0).path("_id").asText()).isEqualTo(documentId("V3"));
    assertThat(hits.path("hits")).hasSize(2);
    assertThat(total(hits)).isEqualTo("eq 5");
  }

  @Test
  void more_than_a_page_of_the_store_is_read_to_its_end() {
    for (int i = 0; i < 205; i++) {
      server.register("V%03d".formatted(i));
    }
    String query = OF_CREATOR.formatted("ACME");
    assertThat(ids(query, ", \"from\": 0, \"size\": 200")).hasSize(200);
    assertThat(ids(query, ", \"from\": 200, \"size\": 200")).hasSize(5);
    assertThat(ids(query, ", \"from\": 400, \"size\": 200")).isEmpty();
    assertThat(ids(OF_CREATOR.formatted("AC*"), "")).isEmpty();
  }

  @Test
  void nothing_beyond_the_window_can_be_reached() {
    String query = ALL_DOCUMENTS.formatted("*", "*");
    assertThat(
            server
                .search("{\"query\": %s, \"from\": 10000, \"size\": 100}".formatted(query))
                .refusedWith(400, ILLEGAL))
        .contains("Result window is too large", "[10000] but was [10100]");
    String huge = "{\"query\": %s, \"from\": 1073741824, \"size\": 1073741824}".formatted(query);
    assertThat(server.search(huge).refusedWith(400, ILLEGAL)).contains("but was [2147483648]");
    assertThat(ids(query, ", \"from\": 9999")).isEmpty();
    server.search("{\"query\": %s, \"from\": 10001}".formatted(query)).refusedWith(400, ILLEGAL);
  }

  @Test
  void tasks_and_results_by_creator_and_by_target() {
    server.register("V1");
    server.register("V*");
    String task = server.assign("V1", "ASR");
    String star = server.assign("V*", "ASR");
    server.assign("V1", "OTHER");
    server.begin(task);
    String result = server.save(task, "{\"n\": 1}");
    String byCreator = TASKS_OF_CREATOR.formatted(OF_CREATOR.formatted("ACME"), "ASR");
    assertThat(ids(byCreator, "")).containsExactly(task, star);
    assertThat(ids(RESULTS_OF.formatted(byCreator), "")).containsExactly(result);
    String byTarget = TASKS_OF_CREATOR.formatted(OF_TARGET.formatted("V1"), "ASR");
    assertThat(ids(byTarget, "")).containsExactly(task);
    assertThat(ids(RESULTS_OF.formatted(byTarget), "")).containsExactly(result);
    String exactly = TASKS_OF_CREATOR.formatted(OF_TARGET.formatted("\\\"V*\\\""), "ASR");
    assertThat(ids(exactly, "")).containsExactly(star);
    String long_ = TASKS_OF_CREATOR.formatted(OF_TARGET.formatted("V".repeat(1001)), "ASR");
    assertThat(ids(long_, "")).isEmpty();
  }

  @Test
  void texts_that_can_be_no_ids_find_nothing() {
    server.register("V1");
    server.assign("V1", "ASR");
    for (String text : List.of("\\u0000", "a\\u0000")) {
      assertThat(ids(OF_CREATOR.formatted(text), "")).isEmpty();
      assertThat(ids(ALL_DOCUMENTS.formatted(text, "*"), "")).isEmpty();
      assertThat(ids(ALL_DOCUMENTS.formatted("*", text), "")).isEmpty();
      String byCreator = TASKS_OF_CREATOR.formatted(OF_CREATOR.formatted("ACME"), text);
      assertThat(ids(byCreator, "")).isEmpty();
      assertThat(ids(RESULTS_OF.formatted(byCreator), "")).isEmpty();
      byCreator = TASKS_OF_CREATOR.formatted(OF_CREATOR.formatted(text), "ASR");
      assertThat(ids(byCreator, "")).isEmpty();
      assertThat(ids(RESULTS_OF.formatted(byCreator), "")).isEmpty();
      assertThat(ids(TASKS_OF_CREATOR.formatted(OF_TARGET.formatted(text), "ASR"), "")).isEmpty();
      assertThat(ids(UNFINISHED.formatted(", {\"match\": {\"task.key\": \"" + text + "\"}}"), ""))
          .isEmpty();
      assertThat(
              ids(
                  """
                  {"bool": {"must": [{"match": {"task.key": "%s"}}, {"match": {"task.state": 102}}]}}\
                  """
                      .formatted(text),
                  ""))
          .isEmpty();
    }
    assertThat(
            server
                .search("{\"query\": %s}".formatted(ALL_DOCUMENTS.formatted("*", "a".repeat(1001))))
                .refusedWith(400, ILLEGAL))
        .contains("patterns");
    server
        .search("{\"query\": %s}".formatted(ALL_DOCUMENTS.formatted("a".repeat(1001), "*")))
        .refusedWith(400, ILLEGAL);
  }

  @Test
  void unfinished_tasks_are_counted_to_the_end_and_told_in_part() {
    server.register("V1");
    for (int i = 0; i < 4; i++) {
      server.assign("V1", "KEY" + i);
    }
    server.answer(taskId("V1", "KEY0"), "{\"state\": 200, \"message\": \"done\"}");
    String unfinished = UNFINISHED.formatted("");
    assertThat(total(hits(unfinished, ", \"size\": 1"))).isEqualTo("eq 3");
    assertThat(ids(unfinished, ", \"from\": 1, \"size\": 1")).containsExactly(taskId("V1", "KEY2"));
    assertThat(ids(unfinished, ", \"from\": 7")).isEmpty();
    String ofKey = UNFINISHED.formatted(", {\"match\": {\"task.key\": \"KEY3\"}}");
    assertThat(ids(ofKey, ", \"_source\": \"task\"")).containsExactly(taskId("V1", "KEY3"));
    assertThat(
            ids(
                """
                {"bool": {"must": [{"match": {"task.key": "KEY3"}}, {"match": {"task.state": 102}}]}}\
                """,
                ""))
        .containsExactly(taskId("V1", "KEY3"));
  }

  @Test
  void many_results_are_told_though_they_are_read_few_at_a_time() {
    server.register("V1");
    server.register("V2");
    String one = server.assign("V1", "ASR");
    String other = server.assign("V2", "ASR");
    for (int i = 0; i < 9; i++) {
      server.save(one, "{\"n\": %d}".formatted(i));
    }
    server.save(other, "{}");
    String query =
        """
        {"bool": {"must": [{"has_parent": {"parent_type": "task", "query": {"bool":
          {"should": [{"match": {"_id": "%s"}}, {"match": {"_id": "%s"}}, {"match": {"_id": "x"}}]}}}},
          {"exists": {"field": "result.generator.id"}}]}}\
        """
            .formatted(one, other);
    JsonNode hits = hits(query, ", \"_source\": \"result\"");
    assertThat(hits.path("hits")).hasSize(10);
    assertThat(hits.path("hits").path(8).path("_source").path("result").path("payload").path("n"))
        .hasToString("8");
    assertThat(total(hits)).isEqualTo("eq 10");
  }

  @Test
  void of_another_space_nothing_is_seen() {
    var fields = new Value.Fields(Map.of());
    var document = Document.fresh(new Space("other"), "V9", "ACME", fields, fields, Fixtures.NOON);
    server.registerElsewhere(document);
    assertThat(server.get("/dane-index/_doc/" + document.id()).status()).isEqualTo(404);
    assertThat(ids(ALL_DOCUMENTS.formatted("*", "*"), "")).isEmpty();
    server.tryToAssign("V9", "ASR").refusedWith(404, "document_missing_exception");
  }

  @Test
  void one_search_of_many_may_be_wrong() {
    server.register("V1");
    String right = "{\"query\": {\"match\": {\"_id\": \"%s\"}}}".formatted(documentId("V1"));
    String lines =
        "{\"index\": \"dane-index\"}\n%1$s\n{\"index\": \"other\"}\n%1$s\n{\"index\": \"dane-index\"}\n{\"query\": {\"match_all\": {}}}\n{\"routing\": \"x\"}\n%1$s\n{}\n%1$s"
            .formatted(right);
    JsonNode responses = server.post("/_msearch", lines).ok().path("responses");
    assertThat(responses).hasSize(5);
    assertThat(total(responses.path(0).path("hits"))).isEqualTo("eq 1");
    assertThat(responses.path(1).path("error").path("type").asText())
        .isEqualTo("index_not_found_exception");
    for (int wrong : new int[] {2, 3, 4}) {
      assertThat(responses.path(wrong).path("status").asInt()).isEqualTo(400);
      assertThat(responses.path(wrong).path("error").path("reason").asText()).contains("Millrace");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "{}\n", "{}\nbroken", "[", "{}\n{}\n{}"})
  void what_is_no_list_of_searches_is_refused(String lines) {
    server.post("/dane-index/_msearch", lines).refusedWith(400, ILLEGAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"query\": {\"match\": {\"_id\": \"x\"}}, \"sort\": []}",
        "{\"query\": {\"match\": {\"_id\": \"x\"}}, \"size\": -1}",
        "{\"query\": {\"match\": {\"_id\": \"x\"}}, \"size\": \"many\"}",
        "{\"query\": {\"match\": {\"_id\": \"x\"}}, \"size\": 1e999999999}",
        "{\"query\": {\"match\": {\"_id\": \"x\"}}, \"from\": 99999999999999999999}",
        "{\"query\": {\"match\": {\"_id\": \"x\"}}, \"_source\": 3}",
      })
  void what_is_no_search_is_refused(String body) {
    server.search(body).refusedWith(400, ILLEGAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scroll=1m", "q=x", "size=x", "size=-1", "filter_path=hits", "size=10001"})
  void parameters_that_are_not_known_are_refused(String parameter) {
    server
        .post("/dane-index/_search?" + parameter, "{\"query\": {\"match\": {\"_id\": \"x\"}}}")
        .refusedWith(400, ILLEGAL);
  }

  @Test
  void one_object_is_shown_as_far_as_somebody_wants() {
    String id = server.register("V1");
    String path = "/dane-index/_doc/" + id;
    assertThat(server.get(path + "?_source=false").ok().has("_source")).isFalse();
    assertThat(server.get(path + "?_source=role,creator").ok().path("_source")).hasSize(2);
    assertThat(server.get(path + "?_source_includes=role").ok().path("_source")).hasSize(1);
    assertThat(server.get(path + "?_source_excludes=role,target").ok().path("_source")).hasSize(3);
    server.get(path + "?_source=tar*").refusedWith(400, ILLEGAL);
    server.get(path + "?version=3").refusedWith(400, ILLEGAL);
  }
}
