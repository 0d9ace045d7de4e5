package org.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Holds answers against the OpenAPI document: what is sent is described, and the reverse. */
final class Described {
  private static final JsonNode DOCUMENT = document();

  private Described() {}

  static JsonNode document() {
    try (InputStream in = ApiDialect.class.getResourceAsStream("openapi.json")) {
      return new JsonMapper().readTree(in);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  /**
   * Fails unless the document has this operation with this answer, and the body fits its schema.
   */
  static void check(String method, String path, int status, JsonNode body) {
    JsonNode content = response(method, path, status).path("content");
    JsonNode schema =
        Optional.of(content.path("application/json"))
            .filter(type -> !type.isMissingNode())
            .orElse(content.path("application/problem+json"))
            .path("schema");
    assertThat(schema.isMissingNode())
        .as("%s %s answers %d with JSON, which the document does not say", method, path, status)
        .isFalse();
    assertThat(mistakes(body, schema, path)).isEmpty();
  }

  /** Fails if the document has this operation without this answer. */
  static void checkStatus(String method, String path, int status) {
    if (status != 405 && operation(method, path).isPresent()) {
      assertThat(response(method, path, status).isMissingNode())
          .as("%s %s answers %d, which the document does not say", method, path, status)
          .isFalse();
    }
  }

  private static JsonNode response(String method, String path, int status) {
    JsonNode operation =
        operation(method, path)
            .orElseThrow(() -> new AssertionError(method + " " + path + " is not in the document"));
    return resolved(operation.path("responses").path(String.valueOf(status)));
  }

  /** What a reference leads to; anything else is itself. */
  static JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? DOCUMENT.at(node.path("$ref").asText().substring(1)) : node;
  }

  private static Optional<JsonNode> operation(String method, String path) {
    String plain = path.replaceFirst("\\?.*", "");
    for (Map.Entry<String, JsonNode> entry : DOCUMENT.path("paths").properties()) {
      JsonNode operation = entry.getValue().path(method.toLowerCase(java.util.Locale.ROOT));
      if (matches(entry.getKey(), plain) && !operation.isMissingNode()) {
        return Optional.of(operation);
      }
    }
    return Optional.empty();
  }

  private static boolean matches(String template, String path) {
    return Pattern.matches(template.replaceAll("\\{[^}]*}", "[^/]+"), path);
  }

  /** What is wrong with a value under a schema; the part of JSON Schema that our document uses. */
  static List<String> mistakes(JsonNode value, JsonNode schema, String at) {
    if (schema.has("$ref")) {
      return mistakes(value, resolved(schema), at);
    }
    if (schema.has("oneOf")) {
      long fit = 0;
      for (JsonNode one : schema.path("oneOf")) {
        fit += mistakes(value, one, at).isEmpty() ? 1 : 0;
      }
      return fit == 1 ? List.of() : List.of(at + ": fits " + fit + " of oneOf");
    }
    if (schema.path("nullable").asBoolean() && !schema.has("type")) {
      return List.of(); // any value at all
    }
    return switch (schema.path("type").asText()) {
      case "object" -> ofObject(value, schema, at);
      case "array" -> ofArray(value, schema, at);
      case "string" -> ofText(value, schema, at);
      case "integer" -> unless(value.isIntegralNumber(), at + ": no whole number");
      case "number" -> unless(value.isNumber(), at + ": no number");
      case "boolean" -> unless(value.isBoolean(), at + ": neither true nor false");
      default -> List.of(at + ": its schema has no type");
    };
  }

  private static List<String> ofObject(JsonNode value, JsonNode schema, String at) {
    if (!value.isObject()) {
      return List.of(at + ": no object");
    }
    var mistakes = new ArrayList<String>();
    for (JsonNode name : schema.path("required")) {
      mistakes.addAll(unless(value.has(name.asText()), at + ": lacks " + name.asText()));
    }
    JsonNode others = schema.path("additionalProperties");
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      String name = entry.getKey();
      JsonNode known = schema.path("properties").path(name);
      if (!known.isMissingNode()) {
        mistakes.addAll(mistakes(entry.getValue(), known, at + "." + name));
      } else if (others.isObject()) {
        mistakes.addAll(mistakes(entry.getValue(), others, at + "." + name));
      } else if (others.isBoolean() && !others.asBoolean()) {
        mistakes.add(at + "." + name + ": is not described");
      }
    }
    return mistakes;
  }

  private static List<String> ofArray(JsonNode value, JsonNode schema, String at) {
    if (!value.isArray()) {
      return List.of(at + ": no list");
    }
    var mistakes = new ArrayList<String>();
    for (int i = 0; i < value.size(); i++) {
      mistakes.addAll(mistakes(value.get(i), schema.path("items"), at + "[" + i + "]"));
    }
    return mistakes;
  }

  private static List<String> ofText(JsonNode value, JsonNode schema, String at) {
    if (!value.isTextual()) {
      return List.of(at + ": no text");
    }
    var known = new ArrayList<String>();
    schema.path("enum").forEach(one -> known.add(one.asText()));
    if (!known.isEmpty() && !known.contains(value.asText())) {
      return List.of(at + ": '" + value.asText() + "' is none of " + known);
    }
    if (schema.path("format").asText().equals("date-time")) {
      assertThat(Instant.parse(value.asText())).as(at).isNotNull();
    }
    return List.of();
  }

  private static List<String> unless(boolean right, String mistake) {
    return right ? List.of() : List.of(mistake);
  }
}
