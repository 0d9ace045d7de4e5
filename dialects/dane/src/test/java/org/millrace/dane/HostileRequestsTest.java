package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.dane.DaneServer.Reply;
import org.millrace.engine.StorePorts;
import org.millrace.store.sqlite.SqliteConfig;
import org.millrace.store.sqlite.SqliteStore;
import org.millrace.testkit.memory.InMemoryStore;

/**
 * Requests that are right, nearly right and hostile, of every path. None is answered with 5xx, none
 * tells what goes on inside, and what is refused says why. {@link HostileRandom} tells how many
 * there are, and how to replay them.
 */
class HostileRequestsTest {
  private static final List<String> PATHS =
      List.of(
          "POST /DANE/document/",
          "POST /DANE/document",
          "GET /DANE/document/{id}",
          "DELETE /DANE/document/{id}",
          "GET /DANE/document//{id}/tasks",
          "POST /DANE/documents/",
          "POST /DANE/documents",
          "GET /DANE/documents/?doc={id}&doc[]={id},{id}",
          "DELETE /DANE/documents/?docs={id}",
          "GET /DANE/search/document/?target_id={text}&creator_id={text}&page={number}",
          "GET /DANE/search/document/?page={number}",
          "POST /DANE/task/",
          "POST /DANE/task",
          "GET /DANE/task/",
          "GET /DANE/task/{id}",
          "DELETE /DANE/task/{id}",
          "GET /DANE/task/{id}/{word}",
          "POST /DANE/task/{id}/{word}",
          "GET /DANE/task/{id}/document",
          "GET /DANE/result/{id}",
          "DELETE /DANE/result/{id}",
          "GET /DANE/workers/",
          "GET /DANE/workers/{word}",
          "GET /DANE/workers/{word}/reset",
          "POST /DANE/workers/{word}/reset/{number}",
          "GET /DANE/creator/{text}/docs",
          "GET /DANE/creator/ACME/docs",
          "GET /DANE/creator/{text}/{word}/tasks",
          "GET /DANE/creator/ACME/{word}/results",
          "GET /DANE/{text}",
          "GET /DANE/swagger.json",
          "GET /manage/workers/{word}?page={number}",
          "GET /health",
          "GET /ready");

  private static final List<String> WORDS =
      List.of("retry", "forceretry", "RESET", "document", "ASR", "asr", "K.L", "ß", "bogus");
  private static final List<String> NUMBERS =
      List.of("1", "0", "-1", "101", "102", "99999999999999999999", "x", "1e9", "", "200", "500");
  private static final List<String> TEXTS =
      List.of(
          "*",
          "?",
          "VID*",
          "ACME",
          "\\",
          "%",
          "_",
          "'",
          "\"",
          "",
          "é😀",
          "a".repeat(1001),
          "[a-z]");

  /** Within a URL, where not every text can stand. */
  private static final List<String> HOSTILE_ESCAPES =
      List.of("%00", "%FF%FE", "%C0%80", "%ED%A0%80", "%0d%0aX:%20y", "%2F..%2f", "%25zz", "..");

  private static final List<String> HOSTILE_VALUES =
      List.of(
          "null",
          "true",
          "-0",
          "1e999999999",
          "NaN",
          "\"\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "[]",
          "{}",
          "[[[[1]]]]",
          "\"😀\"",
          "{\"*\": null}",
          "12345678901234567890",
          "\"_id\"",
          "\"" + "x".repeat(70_000) + "\"",
          "[" + "1,".repeat(5_000) + "1]",
          "-1e-999999999");

  private static final List<String> HOSTILE_BODIES =
      List.of(
          "",
          "x",
          "[",
          "{\"a\":",
          "\u0000",
          "[".repeat(5_000),
          "{} {}",
          "\"{}\"",
          "nulll",
          "[null, 5, \"x\", [], {}, \"{\", \"[1]\"]",
          "{\"document_id\": []}");

  @Test
  void no_request_is_answered_with_5xx_or_tells_what_goes_on_inside() {
    HostileRandom.play(seed -> play(seed, new InMemoryStore().ports()))
        .ifPresent(seen ->
            assertThat(seen) // requests that are all refused, or all taken, would prove little
                .containsKeys(
                    "POST /DANE/document/ 200",
                    "POST /DANE/document/ 400",
                    "POST /DANE/documents/ 200",
                    "POST /DANE/task/ 201",
                    "POST /DANE/task/ 400",
                    "GET /DANE/document/{id} 200",
                    "GET /DANE/document/{id} 404"));
  }

  @Test
  void so_it_is_over_sqlite(@TempDir Path folder) {
    HostileRandom.playFew(seed -> {
      try (var store = SqliteStore.open(SqliteConfig.of(folder.resolve("s" + seed)))) {
        return play(seed, store.ports());
      }
    });
  }

  private static Map<String, Integer> play(long seed, StorePorts store) {
    try (var server = DaneServer.setup().with(store).start()) {
      var client = new Client(server, new HostileRandom(seed));
      for (int i = 0; i < HostileRandom.PER_SEED; i++) {
        client.ask();
      }
      return client.seen;
    }
  }

  private static final class Client {
    private final DaneServer server;
    private final HostileRandom random;
    private final List<String> ids = new ArrayList<>(List.of("nope", "0".repeat(40)));
    private final Map<String, Integer> seen = new TreeMap<>();

    Client(DaneServer server, HostileRandom random) {
      this.server = server;
      this.random = random;
      ids.add(server.register("VID0000"));
    }

    void ask() {
      String path = random.any(PATHS);
      String method = path.substring(0, path.indexOf(' '));
      String sent =
          random.oneIn(30) ? random.any(List.of("PUT", "PATCH", "HEAD", "OPTIONS")) : method;
      byte[] body =
          method.equals("POST") ? body(path).getBytes(StandardCharsets.UTF_8) : new byte[0];
      if (body.length > 0 && random.oneIn(40)) {
        body[random.below(body.length)] = (byte) random.below(256);
      }
      String target = filled(path.substring(path.indexOf(' ') + 1));
      HttpRequest.Builder request =
          server
              .request(target)
              .method(
                  sent,
                  body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
      if (random.oneIn(10)) {
        request.header(
            "X-Fields", random.any(List.of("*", "_id", "{", "a{b}", "success{_id}", ",,")));
      }
      if (random.oneIn(10)) {
        request.header(
            "Content-Type", random.any(List.of("text/plain", "application/json", "x/y;z")));
      }
      Reply reply = server.send(request);
      check(sent + " " + target, body, reply);
      if (sent.equals(method)) {
        seen.merge(path + " " + reply.status(), 1, Integer::sum);
      }
      if (random.oneIn(20)) {
        server.settle();
      }
    }

    private void check(String what, byte[] body, Reply reply) {
      String asked =
          what + " with " + HostileRandom.shown(new String(body, StandardCharsets.UTF_8));
      assertThat(reply.status()).as("%s: %s", asked, reply.body()).isBetween(200, 499);
      HostileRandom.assertTellsNothing(reply.body(), asked);
      if (reply.header("Content-Type").orElse("").equals("application/json")
          && !reply.body().isEmpty()) {
        JsonNode json = reply.json();
        if (reply.status() >= 400) {
          assertThat(json.path("message").asText()).as(what).isNotEmpty();
        }
        remember(json.path("_id"));
        remember(json.at("/success/0/_id"));
      }
    }

    private void remember(JsonNode id) {
      if (id.isTextual()) {
        ids.add(id.asText());
      }
    }

    private String filled(String template) {
      String path = template;
      while (path.contains("{")) {
        int open = path.indexOf('{');
        int close = path.indexOf('}');
        String value = value(path.substring(open + 1, close), path.indexOf('?') >= 0);
        path = path.substring(0, open) + value + path.substring(close + 1);
      }
      return path.replace("[]", "%5B%5D");
    }

    private String value(String kind, boolean inQuery) {
      if (random.oneIn(15)) {
        return random.any(HOSTILE_ESCAPES);
      }
      String text =
          switch (kind) {
            case "id" -> random.any(ids);
            case "word" -> random.any(WORDS);
            case "number" -> random.any(NUMBERS);
            default -> random.any(TEXTS);
          };
      String safe = text.isEmpty() && !inQuery ? "x" : text;
      return HostileRandom.escaped(safe);
    }

    private String body(String path) {
      if (random.oneIn(8)) {
        return random.any(HOSTILE_BODIES);
      }
      if (path.contains("/documents")) {
        return documents();
      }
      return path.contains("/task") ? task() : document();
    }

    private String documents() {
      var items = new ArrayList<String>();
      for (int i = random.below(4); i >= 0; i--) {
        String one = document();
        items.add(random.oneIn(3) ? quoted(one) : one);
      }
      return "[" + String.join(",", items) + "]";
    }

    private static String quoted(String json) {
      return "\"" + json.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private String document() {
      String id = "\"VID%04d\"".formatted(random.below(50));
      return "{"
          + field("target", object("id", id, "url", "\"http://h/a b\"", "type", "\"Video\""))
          + ","
          + field("creator", object("id", "\"ACME\"", "type", "\"Human\"", "name", "\"A\""))
          + stray()
          + "}";
    }

    private String task() {
      String to =
          random.oneIn(4)
              ? "[\"" + random.any(ids) + "\",\"" + random.any(ids) + "\"]"
              : "\"" + random.any(ids) + "\"";
      String flat =
          "{"
              + field("key", "\"K" + random.below(40) + "\"")
              + ","
              + field("document_id", to)
              + ","
              + field("priority", Integer.toString(random.below(20) - 5))
              + ","
              + field("args", object("a", "1", "b", "[2]", "c", "null"))
              + stray()
              + "}";
      return random.oneIn(6) ? "{\"task\": " + flat + ", " + field("document_id", to) + "}" : flat;
    }

    private String object(String... fields) {
      var text = new ArrayList<String>();
      for (int i = 0; i < fields.length; i += 2) {
        if (!random.oneIn(40)) {
          text.add(field(fields[i], fields[i + 1]));
        }
      }
      return "{" + String.join(",", text) + "}";
    }

    private String field(String name, String value) {
      return "\"" + name + "\": " + (random.oneIn(25) ? random.any(HOSTILE_VALUES) : value);
    }

    private String stray() {
      return random.oneIn(15)
          ? ",\""
              + random.any(List.of("_id", "foo", "api", "state", "task"))
              + "\": "
              + random.any(HOSTILE_VALUES)
          : "";
    }
  }
}
