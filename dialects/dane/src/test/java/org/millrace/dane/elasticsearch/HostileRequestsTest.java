package org.millrace.dane.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Recorded requests with something wrong in each, chosen by a seed: never a 5xx, never a stack
 * trace, always the product header and JSON. How many: {@code -Dmillrace.requests}.
 */
class HostileRequestsTest {
  private static final int REQUESTS = Integer.getInteger("millrace.requests", 1_000);
  private static final int PER_SEED = 100;
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW");
  private static final List<String> PIECES =
      List.of(
          "null",
          "[]",
          "{}",
          "\"\"",
          "true",
          "-0",
          "1e400",
          "1e999999999",
          "1e99999999999",
          "-1",
          "9".repeat(4_000),
          "9".repeat(5_000),
          "NaN",
          "-Infinity",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"$id\"",
          "\"$many\"",
          "[\"$many\", 3]",
          "\"${jndi:ldap://host.example/x}\"",
          "\"a\\nb\\r\\n\\u001b[2J\"",
          "[".repeat(199) + "]".repeat(199),
          "[".repeat(5_000),
          "{\"a\":".repeat(5_000),
          "\"" + "x".repeat(100_000) + "\"",
          "\u0000",
          "\ufeff",
          "}{",
          "//",
          "\\");
  private static final List<String> PATHS =
      List.of(
          "%00",
          "%2F",
          "..",
          "//",
          "%E9",
          "_doc",
          "_search",
          "_bulk",
          "*",
          "a,b",
          "%20",
          "x".repeat(5_000));
  private static final List<String> PARAMETERS =
      List.of(
          "?routing=%00",
          "?size=1e9",
          "?size=",
          "?size=99999999999999999999",
          "?from=-1",
          "?_source=%00",
          "?_source_excludes=",
          "?refresh=maybe",
          "?op_type=%F0",
          "?a=%zz",
          "?%",
          "?op_type=create&op_type=index");

  @Test
  void no_request_makes_the_face_fail() {
    List<JsonNode> recorded = new ArrayList<>();
    RecordedRequestsTest.recordings()
        .forEach(line -> line.path("exchanges").forEach(one -> recorded.add(one.path("request"))));
    int seeds = Math.max(1, REQUESTS / PER_SEED);
    for (int seed = 0; seed < seeds; seed++) {
      try (var server = EsServer.start(ElasticsearchConfig.standard().withBodyBytes(1 << 20))) {
        var random = new Random(seed);
        for (int i = 0; i < PER_SEED; i++) {
          send(
              server,
              recorded.get(random.nextInt(recorded.size())),
              random,
              "seed " + seed + " request " + i);
        }
        server.get("/").ok();
      }
    }
  }

  private static void send(EsServer server, JsonNode request, Random random, String label) {
    String method = random.nextInt(8) == 0 ? any(METHODS, random) : request.path("method").asText();
    String path = path(request.path("path").asText(), random);
    String body = request.path("body").asText("");
    for (int times = random.nextInt(4); times > 0; times--) {
      body = spoiled(body, random);
    }
    EsServer.Reply reply;
    try {
      reply = server.send(method, path, body);
    } catch (IllegalArgumentException noUri) {
      return; // this client cannot send it
    }
    String told = label + ": " + method + " " + path + "\n" + body + "\n-> " + reply.body();
    assertThat(reply.status()).as(told).isBetween(200, 499);
    assertThat(reply.body())
        .as(told)
        .doesNotContain("\tat ", "at org.millrace", "java.", "Exception:", "com.fasterxml");
    if (!method.equals("OPTIONS")) {
      assertThat(reply.header("X-Elastic-Product")).as(told).contains("Elasticsearch");
    }
    if (!reply.body().isEmpty()) {
      assertThat(reply.json().isObject()).as(told).isTrue();
    }
  }

  private static String path(String path, Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> path.replaceFirst("\\?.*", "") + any(PARAMETERS, random);
      case 1 -> path.replaceFirst("\\?.*", "") + "/" + any(PATHS, random);
      case 2 -> path.replaceFirst("[^/]*$", any(PATHS, random));
      case 3 ->
          path.replaceFirst(
              "dane-index", URLEncoder.encode("dane-index\u00e9", StandardCharsets.UTF_8));
      default -> path;
    };
  }

  private static String spoiled(String body, Random random) {
    if (body.isEmpty()) {
      return any(PIECES, random);
    }
    int at = random.nextInt(body.length());
    return switch (random.nextInt(6)) {
      case 0 -> body.substring(0, at);
      case 1 ->
          body.substring(0, at)
              + body.substring(Math.min(body.length(), at + 1 + random.nextInt(8)));
      case 2 -> body.substring(0, at) + any(PIECES, random) + body.substring(at);
      case 3 -> valueReplaced(body, at, any(PIECES, random));
      case 4 -> valueReplaced(body, at, "{\"match\": {\"_id\": \"x\"}}");
      default -> body + "\n" + body;
    };
  }

  /** What stands after a colon gives way. */
  private static String valueReplaced(String body, int from, String piece) {
    int colon = body.indexOf(':', from);
    if (colon < 0) {
      return body;
    }
    int end = colon + 1;
    while (end < body.length() && ",}]".indexOf(body.charAt(end)) < 0) {
      end++;
    }
    return body.substring(0, colon + 1) + piece + body.substring(end);
  }

  private static String any(List<String> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }
}
