package org.millrace.tes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * An OpenAPI document that answers are held against. Its objects are closed first: a field that the
 * document does not know is a mistake, as it is to real clients.
 */
final class ApiDocument {
  private static final String PLACE = "https://document.test/openapi";
  private static final String SERVICE_INFO =
      "https://raw.githubusercontent.com/ga4gh-discovery/ga4gh-service-info/v1.0.0/service-info.yaml";

  private final JsonNode document;
  private final SchemaRegistry registry;
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

  private ApiDocument(JsonNode document) {
    this.document = document;
    registry =
        SchemaRegistry.withDefaultDialect(
            Dialects.getOpenApi30(),
            builder ->
                builder.schemas(
                    Map.of(
                        PLACE, document.toString(),
                        SERVICE_INFO, yaml("standard/service-info.yaml").toString())));
  }

  /** The standard, as released. */
  static ApiDocument standard(String version) {
    return new ApiDocument(closed(yaml(file(version))));
  }

  /** The same where later versions may have added fields. */
  static ApiDocument extended(String version) {
    return new ApiDocument(yaml(file(version)));
  }

  private static String file(String version) {
    return "standard/task_execution_service.v" + version + ".openapi.yaml";
  }

  /** What we say of ourselves. */
  static ApiDocument ours(JsonNode document) {
    return new ApiDocument(closed(document));
  }

  /** What the document says of one operation. */
  record Operation(ApiDocument in, JsonNode description) {

    boolean describes(int status) {
      return response(status).has("description");
    }

    /** What is wrong with a body that came with this status. */
    List<String> problems(int status, JsonNode value) {
      return in.problems(
          response(status).path("content").path("application/json").path("schema"), value);
    }

    private JsonNode response(int status) {
      JsonNode response = description.path("responses").path(String.valueOf(status));
      return response.has("$ref")
          ? in.document.at(response.path("$ref").asText().substring(1))
          : response;
    }
  }

  /** The operation at a path without base, as {@code /tasks/x:cancel}. */
  Optional<Operation> operation(String method, String path) {
    return document.path("paths").properties().stream()
        .filter(entry -> matches(entry.getKey(), path))
        .map(entry -> entry.getValue().path(method.toLowerCase(Locale.ROOT)))
        .filter(description -> !description.isMissingNode())
        .map(description -> new Operation(this, description))
        .findFirst();
  }

  private static boolean matches(String template, String path) {
    return Pattern.matches(template.replaceAll("\\{[^}]*}", "[^/:]+"), path);
  }

  private List<String> problems(JsonNode schema, JsonNode value) {
    if (schema.has("anyOf")) {
      List<String> all = new ArrayList<>();
      for (JsonNode one : schema.path("anyOf")) {
        List<String> problems = problems(one, value);
        if (problems.isEmpty()) {
          return List.of();
        }
        all.addAll(problems);
      }
      return all;
    }
    String name = schema.path("$ref").asText();
    return problems(name.substring(name.lastIndexOf('/') + 1), value);
  }

  JsonNode document() {
    return document;
  }

  /** What is wrong with a value of this schema; empty if nothing is. */
  List<String> problems(String schema, JsonNode value) {
    return schemas
        .computeIfAbsent(
            schema,
            name -> registry.getSchema(SchemaLocation.of(PLACE + "#/components/schemas/" + name)))
        .validate(value)
        .stream()
        .map(Error::toString)
        .toList();
  }

  private static JsonNode closed(JsonNode document) {
    close(document);
    return document;
  }

  private static void close(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.path("type").asText().equals("object")
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    for (JsonNode child : node) {
      if (!node.has("allOf")) { // each part of an allOf sees the fields of the others
        close(child);
      }
    }
  }

  private static JsonNode yaml(String name) {
    try (InputStream in = ApiDocument.class.getResourceAsStream(name)) {
      return new JsonMapper()
          .readTree(new YAMLMapper().readTree(Objects.requireNonNull(in, name)).toString());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
