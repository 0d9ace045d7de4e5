package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Source material and its owner ({@code contracts/dane.md 2.1}). A value: registering returns a new
 * one that has its id.
 *
 * @param id 40 hexadecimal digits, or null before it is registered
 * @param createdAt local time of the server, {@code yyyy-MM-ddThh:mm:ss}, or null
 * @param updatedAt the same
 */
public record Document(
    Target target,
    Creator creator,
    @Nullable String id,
    @Nullable String createdAt,
    @Nullable String updatedAt) {
  private static final Set<String> KNOWN =
      Set.of("target", "creator", "api", "_id", "created_at", "updated_at");

  /** A document that is not registered yet. */
  public static Document of(Target target, Creator creator) {
    return new Document(target, creator, null, null, null);
  }

  /** The id that registering gives or has given: SHA-1 over both ids ({@code 1.3}). */
  public String computedId() {
    return DaneId.ofDocument(target.idText(), creator.idText());
  }

  /**
   * Loads JSON text.
   *
   * @throws DaneException.Malformed if it lacks target or creator, or has a field that no document
   *     has
   * @throws IllegalArgumentException if it is no JSON, or target or creator are not as they should
   */
  public static Document fromJson(String text) {
    return fromJson(Json.loaded(text, "a document"));
  }

  /** Loads an object, or JSON text of one; see {@link #fromJson(String)}. */
  public static Document fromJson(JsonNode json) {
    ObjectNode fields = Fields.closed(Json.loaded(json, "a document"), "a document", KNOWN);
    JsonNode target = Fields.required(fields, "a document", "target");
    JsonNode creator = Fields.required(fields, "a document", "creator");
    return new Document(
        Target.fromJson(target),
        Creator.fromJson(creator),
        Json.text(fields, "_id"),
        Json.text(fields, "created_at"),
        Json.text(fields, "updated_at"));
  }

  /** The five fields that the wire knows; the id is left out while there is none. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.set("target", target.toJson());
    json.set("creator", creator.toJson());
    json.put("created_at", createdAt).put("updated_at", updatedAt);
    Json.putIfKnown(json, "_id", id);
    return json;
  }

  /** The id, for what needs one. */
  String registeredId() {
    if (id == null) {
      throw new DaneException.Unregistered("Document needs to be registered");
    }
    return id;
  }

  Document registered(String newId, String at) {
    return new Document(target, creator, newId, at, at);
  }
}
