package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Takes the role out of the arguments of a creator's tasks, where the original leaves it ({@code
 * contracts/dane.md 0.3, 1.5 row 20}).
 */
final class WithoutRole {
  private WithoutRole() {}

  static JsonNode of(JsonNode marshalled) {
    JsonNode role = marshalled.path("args").path("role");
    if (!(marshalled instanceof ObjectNode task) || !role.has("name") || !role.has("parent")) {
      return marshalled;
    }
    ObjectNode clean = task.deepCopy();
    ObjectNode args = (ObjectNode) clean.get("args");
    args.remove("role");
    if (args.size() == 1 && args.has("args")) {
      clean.set("args", args.get("args"));
    }
    return clean;
  }
}
