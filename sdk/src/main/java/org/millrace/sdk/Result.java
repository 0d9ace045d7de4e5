package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a worker found out ({@code contracts/dane.md 2.3}); saved by {@link Handler#registerResult}.
 *
 * @param payload any JSON object
 * @param id chosen by the index, or null before it is saved
 */
public record Result(
    Generator generator,
    JsonNode payload,
    @Nullable String id,
    @Nullable String createdAt,
    @Nullable String updatedAt) {
  private static final Set<String> KNOWN =
      Set.of("generator", "payload", "api", "_id", "created_at", "updated_at");

  public Result {
    if (!payload.isObject()) {
      throw new IllegalArgumentException("the payload of a result is a JSON object");
    }
    payload = payload.deepCopy();
  }

  /** A result that is not saved yet. */
  public static Result of(Generator generator, Map<String, ?> payload) {
    return new Result(generator, Json.of(payload), null, null, null);
  }

  /**
   * Loads JSON text: the bare object, or {@code {"result": {...}}}.
   *
   * @throws DaneException.Malformed if it has no generator, or a field that no result has
   * @throws IllegalArgumentException if it is no JSON, or generator or payload are not as they
   *     should
   */
  public static Result fromJson(String text) {
    return fromJson(Json.loaded(text, "a result"));
  }

  /** Loads an object, or JSON text of one; see {@link #fromJson(String)}. */
  public static Result fromJson(JsonNode json) {
    JsonNode loaded = Json.loaded(json, "a result");
    JsonNode bare = loaded.size() == 1 && loaded.has("result") ? loaded.get("result") : loaded;
    ObjectNode fields = Fields.closed(bare, "a result", KNOWN);
    return new Result(
        Generator.fromJson(Fields.required(fields, "a result", "generator")),
        fields.hasNonNull("payload") ? fields.get("payload") : Json.object(),
        Json.text(fields, "_id"),
        Json.text(fields, "created_at"),
        Json.text(fields, "updated_at"));
  }

  /** Wrapped in {@code result}; ids and times are left out while there are none. */
  public ObjectNode toJson() {
    ObjectNode bare = Json.object();
    bare.set("generator", generator.toJson());
    bare.set("payload", payload);
    Json.putIfKnown(bare, "_id", id);
    Json.putIfKnown(bare, "created_at", createdAt);
    Json.putIfKnown(bare, "updated_at", updatedAt);
    ObjectNode json = Json.object();
    json.set("result", bare);
    return json;
  }

  Result saved(String newId, String at) {
    return new Result(generator, payload, newId, at, at);
  }
}
