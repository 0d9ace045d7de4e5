package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * Who a document belongs to ({@code contracts/dane.md 2.1}).
 *
 * @param id any JSON value; a text by convention
 * @param more further fields, such as {@code name}; kept and sent to workers
 */
public record Creator(JsonNode id, AgentType type, ObjectNode more) {
  public Creator {
    more = more.deepCopy();
  }

  /** The usual creator. */
  public static Creator of(String id, AgentType type) {
    return new Creator(new TextNode(id), type, Json.object());
  }

  /** The id as text, as ids of documents are computed over it. */
  public String idText() {
    return PythonText.str(id);
  }

  static Creator fromJson(JsonNode json) {
    ObjectNode fields = Fields.of(json, "creator", "id", "type");
    return new Creator(
        fields.remove("id"),
        AgentType.of(PythonText.str(fields.remove("type")), "creator"),
        fields);
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.set("id", id);
    json.put("type", type.word());
    return json.setAll(more);
  }
}
