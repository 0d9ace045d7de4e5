package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What made a result ({@code contracts/dane.md 2.3}); a worker in a git repository knows its own
 * ({@link Worker#generator()}).
 *
 * @param id such as a short revision
 * @param name not empty; upper case
 * @param homepage such as the URL of the repository
 */
public record Generator(String id, AgentType type, String name, String homepage) {
  public Generator {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a generator needs a name that is not empty");
    }
    name = name.toUpperCase(Locale.ROOT);
  }

  static Generator fromJson(JsonNode json) {
    ObjectNode fields = Fields.of(json, "generator", "id", "name", "type", "homepage");
    return new Generator(
        PythonText.str(fields.get("id")),
        AgentType.of(PythonText.str(fields.get("type")), "generator"),
        PythonText.str(fields.get("name")),
        PythonText.str(fields.get("homepage")));
  }

  ObjectNode toJson() {
    return Json.object()
        .put("id", id)
        .put("type", type.word())
        .put("name", name)
        .put("homepage", homepage);
  }
}
