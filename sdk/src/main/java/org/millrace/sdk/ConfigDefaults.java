package org.millrace.sdk;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keys and defaults of the Python library ({@code contracts/dane.md 5.2}). */
final class ConfigDefaults {
  static final Set<String> SECTIONS =
      Set.of(
          "DANE",
          "RABBITMQ",
          "ELASTICSEARCH",
          "CUDA",
          "LOGGING",
          "PATHS",
          "CONFIG",
          "INPUT",
          "OUTPUT");

  private ConfigDefaults() {}

  static Map<String, @Nullable Object> tree() {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put(
        "DANE",
        section(
            "HOST", "0.0.0.0",
            "PORT", 5500,
            "HOME_DIR", "",
            "API_URL", "http://localhost:5500/DANE/",
            "MANAGE_URL", "http://localhost:5500/manage/"));
    tree.put(
        "RABBITMQ",
        section(
            "HOST", "localhost",
            "PORT", 5672,
            "EXCHANGE", "DANE-exchange",
            "RESPONSE_QUEUE", "DANE-response-queue",
            "USER", "guest",
            "PASSWORD", "guest",
            "MANAGEMENT", true,
            "MANAGEMENT_PORT", 15672,
            "MANAGEMENT_HOST", "localhost"));
    tree.put(
        "ELASTICSEARCH",
        section(
            "HOST",
            List.of("localhost"),
            "PORT",
            9200,
            "USER",
            "elastic",
            "PASSWORD",
            "changeme",
            "SCHEME",
            "http",
            "SHARDS",
            1,
            "REPLICAS",
            1,
            "TIMEOUT",
            30,
            "MAX_RETRIES",
            3,
            "INDEX",
            "dane-index"));
    tree.put("CUDA", section("VISIBLE_DEVICES", "1"));
    tree.put("LOGGING", section("LEVEL", "DEBUG", "DIR", "/var/logs/DANE"));
    tree.put("PATHS", section("TEMP_FOLDER", "./TEMP", "OUT_FOLDER", "./OUT"));
    tree.put("CONFIG", section("REQUIRED", false));
    tree.put("INPUT", section("DELETE_ON_COMPLETION", false));
    tree.put(
        "OUTPUT",
        section(
            "DELETE_ON_COMPLETION", false,
            "TRANSFER_ON_COMPLETION", false,
            "S3_ENDPOINT_URL", null,
            "S3_BUCKET", null,
            "S3_FOLDER_IN_BUCKET", null));
    return tree;
  }

  private static Map<String, @Nullable Object> section(@Nullable Object... pairs) {
    Map<String, @Nullable Object> section = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      section.put(String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return section;
  }
}
