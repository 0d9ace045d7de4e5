package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Holds the status of every answer that a test sees against our OpenAPI document. */
final class DescribedStatuses {
  private static final JsonNode DOCUMENT = document();
  private static final Pattern BASE = Pattern.compile("^(/ga4gh/tes)?/v1(?=/)");

  private DescribedStatuses() {}

  /** Fails if the document has this operation without this answer; 405 belongs to none. */
  static void check(String method, String path, int status) {
    String plain = BASE.matcher(path).replaceFirst("");
    for (var entry : DOCUMENT.path("paths").properties()) {
      JsonNode operation = entry.getValue().path(method.toLowerCase(Locale.ROOT));
      if (!operation.isMissingNode() && matches(entry.getKey(), plain)) {
        assertThat(response(operation, status).has("description"))
            .as("%s %s answers %d, which the document does not say", method, path, status)
            .isTrue();
      }
    }
  }

  private static boolean matches(String template, String path) {
    return Pattern.matches(template.replaceAll("\\{[^}]*}", "[^/:]+"), path);
  }

  private static JsonNode response(JsonNode operation, int status) {
    JsonNode response = operation.path("responses").path(String.valueOf(status));
    return response.has("$ref")
        ? DOCUMENT.at(response.path("$ref").asText().substring(1))
        : response;
  }

  /** What any operation may be refused with, and does not say. */
  static List<String> missing() {
    return DOCUMENT.path("paths").properties().stream()
        .flatMap(path ->
            path.getValue().properties().stream()
                .flatMap(operation ->
                    always(operation.getValue()).stream()
                        .filter(status -> !response(operation.getValue(), status).has("content"))
                        .map(status -> operation.getKey() + " " + path.getKey() + ": " + status)))
        .toList();
  }

  private static List<Integer> always(JsonNode operation) {
    return operation.has("security") ? List.of(500, 503) : List.of(401, 403, 429, 500, 503);
  }

  private static JsonNode document() {
    try (InputStream in = TesDialect.class.getResourceAsStream("openapi.json")) {
      return new JsonMapper().readTree(in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
