package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.dane.DaneServer.Reply;
import org.millrace.testkit.memory.InMemoryStore;

/** The Swagger document says what is so, and its page works. */
class ApiDescriptionTest {
  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH");

  private final DaneServer server = DaneServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  private JsonNode document() {
    return server.get("/DANE/swagger.json").ok();
  }

  @Test
  void it_is_the_original_by_name() {
    assertThat(document().path("swagger").asText()).isEqualTo("2.0");
    assertThat(document().path("basePath").asText()).isEqualTo("/DANE");
    assertThat(document().at("/info/title").asText()).isEqualTo("DANE API");
    assertThat(document().at("/info/version").asText()).isEqualTo("1.0");
  }

  @Test
  void each_path_it_names_has_these_methods_and_no_other() {
    for (Map.Entry<String, JsonNode> path : document().path("paths").properties()) {
      String real = "/DANE" + path.getKey().replaceAll("\\{\\w+}", "x");
      Reply options = server.send(server.request(real).method("OPTIONS", BodyPublishers.noBody()));
      Set<String> allowed = new TreeSet<>(List.of(options.header("Allow").orElse("").split(", ")));
      allowed.retainAll(METHODS);
      Set<String> described = new TreeSet<>();
      path.getValue().fieldNames().forEachRemaining(name -> described.add(upper(name)));
      described.retainAll(METHODS);
      switch (path.getKey()) {
        case "/task/{task_id}/document", "/task/{task_id}/explain" ->
            allowed.remove("POST"); // is taken for an action, refused
        case "/job/inprogress" -> allowed.remove("DELETE"); // is taken for a job's id, refused
        default -> {}
      }
      assertThat(allowed).as(path.getKey()).isEqualTo(described);
    }
  }

  private static String upper(String method) {
    return method.toUpperCase(Locale.ROOT);
  }

  @Test
  void it_leaves_out_none_of_the_contract() {
    Map<String, Integer> paths = new TreeMap<>();
    document()
        .path("paths")
        .fieldNames()
        .forEachRemaining(path -> paths.merge(path, 1, Math::addExact));
    assertThat(paths.keySet())
        .containsExactlyInAnyOrder(
            "/document/",
            "/document/{doc_id}",
            "/document/{doc_id}/tasks",
            "/documents/",
            "/search/document/",
            "/task/",
            "/task/{task_id}",
            "/task/{task_id}/{action}",
            "/task/{task_id}/document",
            "/task/{task_id}/explain",
            "/result/{result_id}",
            "/workers/",
            "/workers/{task_key}",
            "/workers/{task_key}/reset",
            "/workers/{task_key}/reset/{state}",
            "/creator/{creator_id}/docs",
            "/creator/{creator_id}/{task_key}/tasks",
            "/creator/{creator_id}/{task_key}/results",
            "/job",
            "/job/inprogress",
            "/job/search/{source_id}",
            "/search/{source_id}",
            "/job/{job_id}",
            "/job/{job_id}/retry",
            "/job/{job_id}/delete",
            "/health",
            "/ready");
  }

  /** It is stored piece by piece. */
  @Test
  void a_batch_that_cannot_be_stored_is_not_said_to_have_changed_nothing() {
    for (String batch : List.of("~1documents~1/post", "~1documents~1/delete", "~1task~1/post")) {
      assertThat(document().at("/paths/" + batch + "/responses/503/description").asText())
          .as(batch)
          .contains("the first ones may be", "harmless to send it again")
          .doesNotContain("nothing was changed");
    }
  }

  @Test
  void every_reference_leads_somewhere() {
    JsonNode document = document();
    for (JsonNode reference : document.findValues("$ref")) {
      assertThat(document.at(reference.asText().substring(1)).isMissingNode())
          .as(reference.asText())
          .isFalse();
    }
  }

  @Test
  void answers_have_the_fields_it_describes() {
    String document = server.register("V1");
    String task = server.assign(document, "ASR");
    assertThat(names(server.get("/DANE/document/" + document).ok()))
        .isEqualTo(names(document().at("/definitions/Document/properties")));
    assertThat(names(server.get("/DANE/task/" + task).ok()))
        .isEqualTo(names(document().at("/definitions/Task/properties")));
    assertThat(names(server.get("/DANE/task/" + task + "/explain").ok()))
        .isEqualTo(names(document().at("/definitions/Explanation/properties")));
    assertThat(names(document().at("/definitions/LibraryTask/properties")))
        .containsAll(names(server.get("/DANE/task/").ok().get(0)));
  }

  @Test
  void answers_about_jobs_have_the_fields_it_describes(@TempDir Path folders) {
    JsonNode definitions = document().path("definitions");
    try (var jobs = new JobServer(new InMemoryStore().ports(), folders)) {
      String example = definitions.at("/NewJob/example").toString();
      JsonNode registered = jobs.post("/DANE/job", example).ok(201);
      JsonNode shown = jobs.get("/DANE/job/" + registered.path("job_id").asText()).ok(200);
      JsonNode task = shown.findValue("Task");
      JsonNode alone = jobs.get("/DANE/task/" + task.path("task_id").asText()).ok(200);

      assertThat(names(registered)).isEqualTo(names(definitions.at("/Job/properties")));
      assertThat(names(shown)).isEqualTo(names(definitions.at("/Job/properties")));
      assertThat(names(definitions.at("/JobTasks/properties")))
          .containsAll(names(shown.path("tasks")));
      assertThat(names(task)).isEqualTo(names(definitions.at("/JobTask/properties")));
      assertThat(names(alone)).isEqualTo(names(definitions.at("/JobTaskAlone/properties")));
      assertThat(names(jobs.get("/DANE/job/inprogress").ok(200)))
          .isEqualTo(names(definitions.at("/JobIds/properties")));
      assertThat(names(jobs.get("/DANE/ready").ok(200)))
          .isEqualTo(names(definitions.at("/Ready/properties")));
    }
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void its_examples_can_be_tried_out() {
    JsonNode document = document();
    JsonNode example = document.at("/definitions/NewDocument/example");
    String id = server.post("/DANE/document/", example.toString()).ok().path("_id").asText();
    JsonNode task = document.at("/definitions/NewTask/example");
    assertThat(task.path("document_id").asText()).isEqualTo(id);
    server.post("/DANE/task/", task.toString()).created();
  }

  @Test
  void the_page_is_where_the_original_has_it() {
    Reply page = server.get("/DANE/");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body()).contains("swagger-ui/swagger-ui-bundle.js").contains("DANE API");
    assertThat(page.header("Content-Security-Policy").orElse("")).contains("default-src 'none'");
    Reply without = server.get("/DANE");
    assertThat(without.status()).isEqualTo(308);
    assertThat(without.header("Location").orElse("")).endsWith("DANE/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png", "start.js"})
  void what_the_page_asks_for_is_there(String file) {
    assertThat(server.get("/DANE/swagger-ui/" + file).status()).isEqualTo(200);
  }

  @Test
  void nothing_beside_it_is_served() {
    assertThat(server.get("/DANE/swagger-ui/index.html").status()).isEqualTo(404);
    assertThat(server.get("/DANE/swagger-ui/start.js").body()).contains("url: \"swagger.json\"");
  }
}
