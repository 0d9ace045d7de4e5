package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Settings and mapping of a new index ({@code contracts/dane.md 3.9}). */
final class IndexMapping {
  private static final Map<String, ?> KEYWORD = Map.of("type", "keyword");
  private static final Map<String, ?> TEXT = Map.of("type", "text");
  private static final Map<String, ?> OBJECT = Map.of("type", "object");
  private static final Map<String, ?> TIME =
      Map.of("type", "date", "format", "date_hour_minute_second");

  private IndexMapping() {}

  static JsonNode of(int shards, int replicas) {
    Map<String, ?> settings =
        Map.of("index", Map.of("number_of_shards", shards, "number_of_replicas", replicas));
    return Json.of(Map.of("settings", settings, "mappings", Map.of("properties", properties())));
  }

  private static Map<String, ?> properties() {
    return Map.of(
        "role", Map.of("type", "join", "relations", Map.of("document", "task", "task", "result")),
        "created_at", TIME,
        "updated_at", TIME,
        "target", Map.of("properties", Map.of("id", KEYWORD, "url", TEXT, "type", KEYWORD)),
        "creator", Map.of("properties", Map.of("id", KEYWORD, "type", KEYWORD, "name", TEXT)),
        "task",
            Map.of(
                "properties",
                Map.of(
                    "priority", Map.of("type", "byte"),
                    "key", KEYWORD,
                    "state", Map.of("type", "short"),
                    "msg", TEXT,
                    "args", OBJECT)),
        "result",
            Map.of(
                "properties",
                Map.of(
                    "generator",
                    Map.of(
                        "properties",
                        Map.of("id", KEYWORD, "type", KEYWORD, "name", KEYWORD, "homepage", TEXT)),
                    "payload",
                    OBJECT)));
  }
}
