package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.tes.TesConfig.ErrorBodies;
import org.millrace.tes.TesServer.Reply;

/**
 * Requests made from our OpenAPI document: right, nearly right and hostile ones of every operation.
 * None is answered with 5xx, and each answer is as the documents say ({@link DescribedAnswers}).
 * How many requests: {@code -Dmillrace.requests}; a seed that failed is printed and replayed with
 * {@code -Dmillrace.seed}.
 */
class HostileRequestsTest {
  private static final int REQUESTS = Integer.getInteger("millrace.requests", 1_000);
  private static final int PER_SEED = 100;
  private static final List<String> BASES = List.of("", "/v1", "/ga4gh/tes/v1");

  /** Within a URL, where not every text can stand. */
  private static final List<String> HOSTILE_ESCAPES =
      List.of("%00", "%FF%FE", "%C0%80", "%ED%A0%80", "%0d%0aX:%20y", "%2F..%2f", "%25zz");

  @Test
  void no_request_is_answered_with_5xx_or_otherwise_than_described() {
    Long one = Long.getLong("millrace.seed");
    (one == null ? LongStream.range(0, Math.max(1, REQUESTS / PER_SEED)) : LongStream.of(one))
        .forEach(seed -> play(seed, ErrorBodies.UNIFORM));
  }

  @ParameterizedTest
  @EnumSource(ErrorBodies.class)
  void in_every_form_of_errors(ErrorBodies errors) {
    LongStream.range(0, 2).forEach(seed -> play(seed, errors));
  }

  /** Requests that are all refused, or all taken, would prove little. */
  @Test
  void some_are_taken_and_some_refused_of_every_operation() {
    Map<String, Integer> seen = new TreeMap<>();
    LongStream.range(0, 4)
        .forEach(seed ->
            play(seed, ErrorBodies.UNIFORM)
                .forEach((what, n) -> seen.merge(what, n, Integer::sum)));
    System.getLogger("hostile").log(System.Logger.Level.INFO, "400 requests: {0}", seen);
    assertThat(seen)
        .containsKeys(
            "CreateTask 200",
            "CreateTask 400",
            "GetTask 200",
            "GetTask 400",
            "GetTask 404",
            "ListTasks 200",
            "ListTasks 400",
            "CancelTask 200",
            "CancelTask 404",
            "GetServiceInfo 200");
  }

  private static Map<String, Integer> play(long seed, ErrorBodies errors) {
    var config = TesConfig.standard("x").with(errors);
    try (var server = TesServer.setup().with(config).start()) {
      var client = new Client(server, new Random(seed));
      for (int i = 0; i < PER_SEED; i++) {
        client.ask();
      }
      return client.seen;
    } catch (AssertionError | RuntimeException broken) {
      return fail("seed " + seed + ": replay with -Dmillrace.seed=" + seed, broken);
    }
  }

  private static final class Client {
    private final TesServer server;
    private final Random random;
    private final JsonNode document;
    private final List<Map.Entry<String, JsonNode>> paths;
    private final List<String> ids = new ArrayList<>(List.of("nobody"));
    private final Map<String, Integer> seen = new TreeMap<>();

    Client(TesServer server, Random random) {
      this.server = server;
      this.random = random;
      document = server.get("/openapi.json").ok();
      paths = List.copyOf(document.path("paths").properties());
    }

    /** A third is right, a third wrong in a place or two, a third mostly wrong. */
    void ask() {
      double crooked = List.of(0.0, 0.02, 0.2).get(random.nextInt(3));
      var json = new GeneratedJson(document, random, crooked);
      boolean create = random.nextBoolean(); // where most can go wrong
      var path = create ? Map.entry("/tasks", document.at("/paths/~1tasks")) : json.any(paths);
      var operations = List.copyOf(path.getValue().properties());
      var operation =
          create ? Map.entry("post", path.getValue().path("post")) : json.any(operations);
      String method =
          json.isCrooked()
              ? json.any(List.of("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"))
              : operation.getKey().toUpperCase(Locale.ROOT);
      byte[] body = body(operation.getValue(), json);
      String target =
          json.any(BASES) + path(path.getKey(), json) + query(operation.getValue(), json);
      HttpRequest.Builder request =
          server
              .request(target)
              .method(
                  method,
                  body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
      if (body.length > 0) {
        request.header("Content-Type", json.isCrooked() ? "text/plain" : "application/json");
      }
      if (json.isCrooked()) {
        request.header("If-None-Match", json.any(List.of("*", "\"", "W/\"a\", \"b", ",,,", "a")));
      }
      Reply reply = server.send(request);
      assertThat(reply.status())
          .as("%s %s with %s: %s", method, target, shown(body), reply.body())
          .isLessThan(500);
      seen.merge(
          operation.getValue().path("operationId").asText() + " " + reply.status(),
          1,
          Integer::sum);
      if (reply.status() == 200 && reply.body().startsWith("{\"id\":") && method.equals("POST")) {
        String id = reply.json().path("id").asText();
        ids.add(id);
        server.full(id); // what was taken can be shown
      }
    }

    private byte[] body(JsonNode operation, GeneratedJson json) {
      JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
      if (schema.isMissingNode()) {
        return json.isCrooked() ? bytes("{}") : new byte[0];
      }
      byte[] right = bytes(json.value(schema));
      if (!json.isCrooked() || right.length == 0) {
        return right;
      }
      return switch (random.nextInt(5)) {
        case 0 -> Arrays.copyOf(right, random.nextInt(right.length));
        case 1 -> bytes("\ufeff" + new String(right, StandardCharsets.UTF_8));
        case 2 -> bytes(new String(right, StandardCharsets.UTF_8) + "{}");
        case 3 -> new String(right, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE);
        default -> {
          right[random.nextInt(right.length)] = (byte) random.nextInt();
          yield right;
        }
      };
    }

    private String path(String template, GeneratedJson json) {
      String id = json.isCrooked() ? inUrl(MissingNode.getInstance(), "id", json) : json.any(ids);
      String path = template.replace("{id}", id.isEmpty() ? "x" : id);
      return json.isCrooked() ? path + "/" : path;
    }

    private String query(JsonNode operation, GeneratedJson json) {
      var query = new StringBuilder();
      for (JsonNode parameter : operation.path("parameters")) {
        boolean wanted = parameter.path("in").asText().equals("query") && random.nextInt(3) == 0;
        JsonNode schema = parameter.path("schema");
        boolean list = schema.path("type").asText().equals("array");
        int times = wanted ? 1 + (list || json.isCrooked() ? random.nextInt(3) : 0) : 0;
        String name = parameter.path("name").asText();
        for (int i = 0; i < times; i++) {
          query.append(query.isEmpty() ? "?" : "&").append(name);
          query.append('=').append(inUrl(list ? schema.path("items") : schema, name, json));
        }
      }
      return query.toString();
    }

    private String inUrl(JsonNode schema, String name, GeneratedJson json) {
      if (json.isCrooked()) {
        return json.any(HOSTILE_ESCAPES);
      }
      boolean number = schema.path("type").asText().equals("integer");
      String text =
          number
              ? json.value(schema)
              : name.equals("page_token") ? token(json) : json.text(schema, name);
      String most = text.substring(0, Math.min(text.length(), 1_500));
      return URLEncoder.encode(most, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String token(GeneratedJson json) {
      String token = server.get("/v1/tasks?page_size=1").ok().path("next_page_token").asText();
      return json.isCrooked() ? token + "x" : token;
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String shown(byte[] body) {
      String text = new String(body, StandardCharsets.UTF_8);
      return text.length() <= 2_000 ? text : text.substring(0, 2_000) + "…";
    }
  }
}
