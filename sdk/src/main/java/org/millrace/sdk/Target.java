package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * The source material of a document ({@code contracts/dane.md 2.1}).
 *
 * @param id any JSON value; a text by convention
 * @param url trimmed and re-quoted here: a space becomes {@code %20}
 * @param more further fields, kept and sent to workers
 */
public record Target(JsonNode id, String url, TargetType type, ObjectNode more) {
  public Target {
    url = RequotedUrl.of(url);
    more = more.deepCopy();
  }

  /** The usual target. */
  public static Target of(String id, String url, TargetType type) {
    return new Target(new TextNode(id), url, type, Json.object());
  }

  /** The id as text, as ids of documents are computed over it. */
  public String idText() {
    return PythonText.str(id);
  }

  static Target fromJson(JsonNode json) {
    ObjectNode fields = Fields.of(json, "target", "id", "url", "type");
    return new Target(
        fields.remove("id"),
        PythonText.str(fields.remove("url")),
        TargetType.of(PythonText.str(fields.remove("type"))),
        fields);
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.set("id", id);
    json.put("url", url).put("type", type.word());
    return json.setAll(more);
  }
}
