package org.millrace.tes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

  private ApiDocument(JsonNode document) {
    this.document = document;
    close(document);
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
    return new ApiDocument(yaml("standard/task_execution_service.v" + version + ".openapi.yaml"));
  }

  /** What we say of ourselves. */
  static ApiDocument ours(JsonNode document) {
    return new ApiDocument(document);
  }

  JsonNode document() {
    return document;
  }

  /** What is wrong with a value of this schema; empty if nothing is. */
  List<String> problems(String schema, JsonNode value) {
    return registry
        .getSchema(SchemaLocation.of(PLACE + "#/components/schemas/" + schema))
        .validate(value)
        .stream()
        .map(Error::toString)
        .toList();
  }

  private static void close(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.has("properties")
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
