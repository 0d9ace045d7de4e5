package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.millrace.tes.ApiDocument.Operation;

/**
 * Holds every answer that a test sees against the OpenAPI documents: TES 1.1.0 and our own, in
 * which a field that they do not know is a mistake, and TES 1.0.0, to which fields may have been
 * added. Thread-safe.
 */
final class DescribedAnswers {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();
  private static final ApiDocument OURS = ApiDocument.ours(ourDocument());
  private static final ApiDocument STANDARD = ApiDocument.standard("1.1.0");
  private static final ApiDocument OLD = ApiDocument.extended("1.0.0");
  private static final Pattern BASE = Pattern.compile("^(/ga4gh/tes)?/v1(?=/)");
  private static final Pattern VIEW = Pattern.compile("(?:^|&)view=([^&]*)");
  private static final Set<String> NEW_STATES = Set.of("CANCELING", "PREEMPTED");

  /** A request line or headers too long for any operation to be found. */
  private static final Set<Integer> BEFORE_ROUTING = Set.of(414, 431);

  /** Ours beside the operations: pages for people, and the document itself. */
  private static final Pattern PAGES = Pattern.compile("/|/openapi\\.json|/swagger-ui.*|/docs.*");

  private DescribedAnswers() {}

  /** Fails if an operation does not answer so. */
  static void check(String method, URI uri, int status, HttpHeaders headers, String body) {
    String path = plain(uri.getRawPath());
    boolean head = method.equals("HEAD");
    if (head || status == 304) {
      assertThat(body).as("%s %s has no body", method, uri).isEmpty();
    }
    Optional<Operation> ours = OURS.operation(head ? "GET" : method, path);
    if (ours.isEmpty() || BEFORE_ROUTING.contains(status)) {
      checkElsewhere(path, status, head ? "" : body);
      return;
    }
    assertThat(ours.get().describes(status))
        .as("%s %s answers %d, which the document does not say: %s", method, uri, status, body)
        .isTrue();
    if (!body.isEmpty()) {
      checkBody(method, uri, path, status, body);
      assertThat(headers.firstValue("Content-Type")).contains("application/json");
    } else {
      assertThat(head || status == 304).as("%s %s answers nothing", method, uri).isTrue();
    }
  }

  private static void checkElsewhere(String path, int status, String body) {
    if (status >= 400 && !body.isEmpty() && !PAGES.matcher(path).matches()) {
      assertThat(
              List.of(OURS.problems("error", json(body)), OURS.problems("tespDetail", json(body))))
          .as("%s answers %d with %s", path, status, body)
          .anyMatch(List::isEmpty);
    }
  }

  private static void checkBody(String method, URI uri, String path, int status, String body) {
    boolean minimal = isMinimal(Optional.ofNullable(uri.getRawQuery()).orElse(""));
    JsonNode value = json(body);
    check(OURS, method, path, status, value, uri);
    if (status == 200) {
      JsonNode whole = minimal ? withExecutors(value) : value;
      check(STANDARD, method, path, status, whole, uri);
      if (!isOnlyKnownSince1_1(value)) {
        check(OLD, method, path, status, whole, uri);
      }
    }
  }

  private static void check(
      ApiDocument document, String method, String path, int status, JsonNode value, URI uri) {
    Operation operation = document.operation(method, path).orElseThrow();
    assertThat(operation.problems(status, value))
        .as("%s %s answers %d with %s", method, uri, status, value)
        .isEmpty();
  }

  /** The first of several counts. */
  private static boolean isMinimal(String query) {
    return VIEW.matcher(query)
        .results()
        .findFirst()
        .map(view -> view.group(1))
        .filter(view -> view.equalsIgnoreCase("BASIC") || view.equalsIgnoreCase("FULL"))
        .isEmpty();
  }

  /** The standard demands of each task what its own view MINIMAL leaves out. */
  private static JsonNode withExecutors(JsonNode value) {
    JsonNode copy = value.deepCopy();
    for (JsonNode task : copy.has("tasks") ? copy.path("tasks") : List.of(copy)) {
      if (task.has("state")) {
        assertThat(((ObjectNode) task).putIfAbsent("executors", JSON.createArrayNode())).isNull();
      }
    }
    return copy;
  }

  private static boolean isOnlyKnownSince1_1(JsonNode value) {
    return value.findValuesAsText("state").stream().anyMatch(NEW_STATES::contains);
  }

  private static String plain(String path) {
    String single = path.replaceAll("/+", "/");
    String open = single.length() > 1 ? single.replaceAll("/$", "") : single;
    String plain = BASE.matcher(open).replaceFirst("");
    return plain.equals("/tasks/service-info") ? "/service-info" : plain;
  }

  /** What any operation may be refused with, and does not say. */
  static List<String> missing() {
    return OURS.document().path("paths").properties().stream()
        .flatMap(path ->
            path.getValue().properties().stream()
                .flatMap(operation ->
                    always(operation.getValue()).stream()
                        .filter(status ->
                            !OURS.operation(operation.getKey(), path.getKey())
                                .orElseThrow()
                                .describes(status))
                        .map(status -> operation.getKey() + " " + path.getKey() + ": " + status)))
        .toList();
  }

  private static List<Integer> always(JsonNode operation) {
    return operation.has("security") ? List.of(500, 503) : List.of(401, 403, 429, 500, 503);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new AssertionError("not JSON: " + text, notJson);
    }
  }

  private static JsonNode ourDocument() {
    try (InputStream in = TesDialect.class.getResourceAsStream("openapi.json")) {
      return JSON.readTree(in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
