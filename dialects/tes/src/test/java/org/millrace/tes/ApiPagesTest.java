package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages at the root ({@code contracts/tes.md 10.1}). */
class ApiPagesTest {
  private final TesServer server = TesServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void the_root_leads_to_the_page_with_307_and_nothing_more() {
    var reply = server.get("/");
    assertThat(reply.status()).isEqualTo(307);
    assertThat(reply.header("Location")).contains("swagger-ui.html");
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void all_that_the_page_loads_is_served_here_and_named_relatively() {
    var page = server.get("/swagger-ui.html");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(page.header("Content-Security-Policy").orElse("")).contains("default-src 'none'");
    Matcher links = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page.body());
    int found = 0;
    while (links.find()) {
      found++;
      assertThat(URI.create(links.group(1)).isAbsolute()).isFalse();
      assertThat(links.group(1)).doesNotStartWith("/");
      assertThat(server.get("/" + links.group(1)).status()).as(links.group(1)).isEqualTo(200);
    }
    assertThat(found).isEqualTo(5);
    assertThat(server.get("/swagger-ui/start.js").body()).contains("url: \"openapi.json\"");
  }

  @ParameterizedTest
  @CsvSource({
    "swagger-ui.css, text/css; charset=utf-8, 100000",
    "swagger-ui-bundle.js, text/javascript; charset=utf-8, 1000000",
    "favicon-32x32.png, image/png, 100",
    "start.js, text/javascript; charset=utf-8, 50"
  })
  void assets_have_their_types(String file, String type, int atLeast) {
    var reply = server.get("/swagger-ui/" + file);
    assertThat(reply.header("Content-Type")).contains(type);
    assertThat(reply.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(reply.body().length()).isGreaterThan(atLeast);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "index.html",
        "..%2F..%2Fswagger-ui.css",
        "%2e%2e/openapi.json2",
        "swagger-ui.js",
        "x"
      })
  void nothing_else_of_the_library_is_served(String file) {
    assertThat(server.get("/swagger-ui/" + file).status()).isEqualTo(404);
  }

  @Test
  void the_document_names_the_operations_of_the_standard() {
    JsonNode ours = server.get("/openapi.json").ok();
    JsonNode standard = ApiDocument.standard("1.1.0").document();
    assertThat(ours.at("/info/version").asText()).isEqualTo("1.1.0");
    assertThat(ours.path("paths").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(List.copyOf(paths(standard)));
    for (String path : paths(standard)) {
      standard
          .path("paths")
          .path(path)
          .fieldNames()
          .forEachRemaining(method ->
              assertThat(operation(ours, path, method))
                  .isEqualTo(operation(standard, path, method)));
    }
  }

  @Test
  void the_document_knows_every_field_of_the_standard_and_no_other() {
    JsonNode ours = server.get("/openapi.json").ok();
    JsonNode standard = ApiDocument.standard("1.1.0").document();
    for (String schema :
        List.of(
            "tesTask",
            "tesInput",
            "tesOutput",
            "tesResources",
            "tesExecutor",
            "tesTaskLog",
            "tesExecutorLog",
            "tesOutputFileLog",
            "tesListTasksResponse",
            "tesCreateTaskResponse")) {
      assertThat(properties(ours, schema))
          .as(schema)
          .containsExactlyInAnyOrderElementsOf(properties(standard, schema));
    }
    assertThat(words(ours)).containsExactlyInAnyOrderElementsOf(words(standard));
  }

  @Test
  void its_servers_are_relative_and_there() {
    JsonNode document = server.get("/openapi.json").ok();
    URI place = server.address().resolve("/openapi.json");
    for (JsonNode each : document.path("servers")) {
      String base = each.path("url").asText();
      assertThat(URI.create(base).isAbsolute()).isFalse();
      assertThat(server.get(place.resolve(base).getPath() + "/tasks").status()).isEqualTo(200);
    }
    assertThat(document.path("servers")).hasSize(2);
  }

  @Test
  void its_example_can_be_tried_out() {
    JsonNode document = server.get("/openapi.json").ok();
    JsonNode example =
        document.at("/paths/~1tasks/post/requestBody/content/application~1json/example");
    assertThat(ApiDocument.ours(document).problems("tesTask", example)).isEmpty();
    server.tryToCreate(example.toString()).ok();
  }

  private static List<String> paths(JsonNode document) {
    return document.path("paths").properties().stream().map(Map.Entry::getKey).toList();
  }

  private static String operation(JsonNode document, String path, String method) {
    return document.path("paths").path(path).path(method).path("operationId").asText();
  }

  private static List<String> properties(JsonNode document, String schema) {
    return document.at("/components/schemas/" + schema + "/properties").properties().stream()
        .map(Map.Entry::getKey)
        .toList();
  }

  private static List<String> words(JsonNode document) {
    return document
        .at("/components/schemas/tesState/enum")
        .valueStream()
        .map(JsonNode::asText)
        .toList();
  }
}
