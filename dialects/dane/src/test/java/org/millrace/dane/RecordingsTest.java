package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.dane.DaneServer.Reply;
import org.millrace.store.sqlite.SqliteConfig;
import org.millrace.store.sqlite.SqliteStore;

/**
 * What the original answered, in its order, asked of this face. Compared as JSON; times, hints in
 * texts of 404, the order of tasks, and pages for people are left aside. What is answered otherwise
 * on purpose is listed with the section that says so, and with what is answered instead.
 */
class RecordingsTest {

  /**
   * Answered otherwise.
   *
   * @param why the section of {@code contracts/dane.md} and its reason
   * @param status what is answered instead
   * @param body of what is answered instead: some of its text
   * @param intended made of what was recorded: all of what is answered instead; empty where its
   *     text above says enough
   * @param made what came of it that the original refused, and is deleted again, so that later
   *     lines find what they found then: the path it is under, and where the answer tells its id
   */
  private record Deliberate(
      String why,
      int status,
      String body,
      Optional<UnaryOperator<JsonNode>> intended,
      List<String> made) {
    Deliberate(String why, int status, String body) {
      this(why, status, body, Optional.empty(), List.of());
    }

    Deliberate(String why, int status, String body, List<String> made) {
      this(why, status, body, Optional.empty(), made);
    }

    Deliberate(String why, int status, String body, UnaryOperator<JsonNode> intended) {
      this(why, status, body, Optional.of(intended), List.of());
    }
  }

  private static final String ITEM_LEFT_OUT =
      """
      {"document": {"_id": null, "target": {"id": null, "url": null, "type": null},
        "creator": {"id": null, "type": null}, "created_at": null, "updated_at": null},
       "invalid": {"bad": 1}, "error": "Invalid document format"}\
      """;

  private static JsonNode withItemLeftOut(JsonNode batch) {
    JsonNode whole = batch.deepCopy();
    ((ArrayNode) whole.path("failed")).add(DaneServer.json(ITEM_LEFT_OUT));
    return whole;
  }

  private static JsonNode withCleanArguments(JsonNode tasks) {
    JsonNode clean = tasks.deepCopy();
    clean.forEach(task -> ((ObjectNode) task).set("args", task.at("/args/args")));
    return clean;
  }

  private static final String CLIENTS_MISTAKE =
      "8, errors hard to tell: a client's mistake is no 500, and no known client depends on it";

  private static final String DOCUMENT = "/DANE/document/";

  private static final String SLASHES = "1.4: accepting both forms directly is a safe superset";

  private static final String FAULT = "0.3: a fault of 0.3.1, not to be copied";

  private static final String QUEUED =
      "decision 11: it is queued within the call and published after it; the next look shows 422";

  private static final Map<String, Deliberate> DELIBERATE = deliberate();

  private static Map<String, Deliberate> deliberate() {
    Map<String, Deliberate> table = new LinkedHashMap<>();
    table.put(
        "register with a form Content-Type: the body is not seen",
        new Deliberate(
            "1.4: accepting JSON under any type is a safe superset",
            200,
            "VID0003",
            List.of(DOCUMENT, "/_id")));
    table.put(
        "register without the trailing slash",
        new Deliberate(SLASHES, 200, "VID0004", List.of(DOCUMENT, "/_id")));
    table.put(
        "register: unknown target type",
        new Deliberate(CLIENTS_MISTAKE, 400, "Invalid target type. Valid types are: Dataset"));
    table.put(
        "register: unknown creator type",
        new Deliberate(CLIENTS_MISTAKE, 400, "Invalid creator type. Valid types are: Organ"));
    table.put(
        "register: target lacks type",
        new Deliberate(CLIENTS_MISTAKE, 400, "`target` requires a value for `type`"));
    table.put("get with a trailing slash", new Deliberate(SLASHES, 200, "VID0001"));
    table.put("get through a double slash", new Deliberate(SLASHES, 200, "[]"));
    table.put(
        "batch register (objects)",
        new Deliberate(
            "8, silently dropped batch items: every item is reported in `failed`",
            200,
            "Invalid document format",
            RecordingsTest::withItemLeftOut));
    table.put(
        "batch register (items are JSON strings, as dane-workflows sends them)",
        new Deliberate(
            "1.5, row 5: an item whose URL holds `_id` vanishes; do not copy that",
            200,
            "video_id=3",
            List.of(DOCUMENT, "/success/1/_id")));
    table.put("batch register: not JSON", new Deliberate(CLIENTS_MISTAKE, 400, "Invalid document"));
    table.put("batch get", new Deliberate("0.3: answer the array of documents", 200, "a%20b.mp4"));
    table.put("search without the trailing slash", new Deliberate(SLASHES, 200, "VID0001"));
    table.put(
        "search: page is not a number",
        new Deliberate(CLIENTS_MISTAKE, 400, "page must be a number"));
    table.put(
        "search: past the 10000 window",
        new Deliberate("8, list limits: a page past the window has no hits here", 200, "total"));
    table.put(
        "assign it again", new Deliberate(CLIENTS_MISTAKE, 409, "Task `UNROUT` already assigned"));
    table.put(
        "assign to a missing document",
        new Deliberate(CLIENTS_MISTAKE, 404, "Document with id `missing` not found"));
    table.put(
        "assign: no document_id",
        new Deliberate(CLIENTS_MISTAKE, 400, "`document_id` is required"));
    table.put("assign: empty key", new Deliberate(CLIENTS_MISTAKE, 400, "Task `key` must be"));
    table.put(
        "assign to an empty list", new Deliberate(CLIENTS_MISTAKE, 400, "Empty value passed"));
    table.put(
        "assign without the trailing slash",
        new Deliberate(SLASHES, 201, "\"key\": \"X\"", List.of("/DANE/task/", "/_id")));
    table.put("retry", new Deliberate(QUEUED, 200, "\"state\": \"102\""));
    table.put("forceretry", new Deliberate(QUEUED, 200, "\"state\": \"102\""));
    table.put("unknown action", new Deliberate(CLIENTS_MISTAKE, 400, "retry, forceretry or reset"));
    table.put("worker queues without the trailing slash", new Deliberate(SLASHES, 200, "[]"));
    table.put(
        "tasks of a creator",
        new Deliberate(
            "0.3: `role` in `args`; return clean args",
            200,
            "\"a\": 1",
            RecordingsTest::withCleanArguments));
    table.put(
        "unroutable task in 0.3.1 (a fault: 0.3.0 answers 201 and sets 422)",
        new Deliberate(FAULT, 201, "Created"));
    table.put("ready in 0.3.1 (a fault)", new Deliberate(FAULT, 200, "200 OK"));
    return table;
  }

  /** A line of the recordings. */
  private record Line(
      String label, String method, String path, JsonNode request, JsonNode response) {
    static Line of(JsonNode line) {
      JsonNode request = line.path("request");
      return new Line(
          line.path("label").asText(),
          request.path("method").asText(),
          request.path("path").asText(),
          request,
          line.path("response"));
    }

    int status() {
      return response.path("status").asInt();
    }

    boolean isJson() {
      return response.path("content_type").asText().equals("application/json");
    }
  }

  private static List<Line> lines() {
    try (InputStream in = RecordingsTest.class.getResourceAsStream("http-document-era.jsonl")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(DaneServer::json)
          .map(Line::of)
          .toList();
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  @Test
  void everything_is_answered_as_the_original_did_or_otherwise_on_purpose() {
    try (var server = DaneServer.start()) {
      replay(server);
    }
  }

  @Test
  void so_it_is_over_sqlite(@TempDir Path folder) {
    try (var store = SqliteStore.open(SqliteConfig.of(folder));
        var server = DaneServer.setup().with(store.ports()).start()) {
      replay(server);
    }
  }

  @Test
  void every_deliberate_difference_is_one_of_a_line() {
    assertThat(lines()).extracting(Line::label).containsAll(DELIBERATE.keySet());
  }

  private static void replay(DaneServer server) {
    List<Executable> checks = new ArrayList<>();
    for (Line line : lines()) {
      Reply reply = server.send(request(server, line));
      server.settle();
      checks.add(() -> check(line, reply));
      undo(server, line, reply);
    }
    assertAll(checks);
    System.getLogger("recordings")
        .log(
            System.Logger.Level.INFO,
            "{0} lines, {1} of them otherwise on purpose",
            checks.size(),
            DELIBERATE.size());
  }

  private static void undo(DaneServer server, Line line, Reply reply) {
    Deliberate otherwise = DELIBERATE.get(line.label());
    if (otherwise != null && !otherwise.made.isEmpty()) {
      server
          .delete(otherwise.made.getFirst() + reply.json().at(otherwise.made.getLast()).asText())
          .ok();
    }
  }

  private static HttpRequest.Builder request(DaneServer server, Line line) {
    JsonNode body = line.request().path("body");
    var request =
        server
            .request(line.path())
            .method(
                line.method(),
                body.isNull() ? BodyPublishers.noBody() : BodyPublishers.ofString(body.asText()));
    JsonNode type = line.request().path("content_type");
    return type.isNull() ? request : request.header("Content-Type", type.asText());
  }

  private static void check(Line line, Reply reply) {
    Deliberate otherwise = DELIBERATE.get(line.label());
    if (otherwise != null) {
      assertThat(reply.status()).as(line.label() + ": " + reply.body()).isEqualTo(otherwise.status);
      assertThat(reply.body()).as(line.label()).contains(otherwise.body);
      otherwise.intended.ifPresent(intended ->
          assertThat(comparable(reply.json()))
              .as(line.label())
              .isEqualTo(comparable(intended.apply(recorded(line)))));
      assertThat(isAsRecorded(line, reply))
          .as("%s: as recorded after all, take it from the table", line.label())
          .isFalse();
      return;
    }
    assertThat(reply.status()).as(line.label() + ": " + reply.body()).isEqualTo(line.status());
    if (line.isJson()) {
      assertThat(reply.header("Content-Type")).as(line.label()).contains("application/json");
      assertThat(comparable(reply.json())).as(line.label()).isEqualTo(comparable(recorded(line)));
    }
    if (line.response().has("allow")) {
      assertThat(methods(reply.header("Allow").orElse("")))
          .isEqualTo(methods(line.response().path("allow").asText()));
    }
  }

  private static boolean isAsRecorded(Line line, Reply reply) {
    return reply.status() == line.status()
        && line.isJson()
        && comparable(reply.json()).equals(comparable(recorded(line)));
  }

  private static JsonNode recorded(Line line) {
    return DaneServer.json(line.response().path("body").asText());
  }

  private static Set<String> methods(String header) {
    return new TreeSet<>(List.of(header.split(", *")));
  }

  /** Without times and hints, lists sorted where their order is the index's. */
  private static JsonNode comparable(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> comparable(object);
      case ArrayNode array -> sorted(array);
      default -> node;
    };
  }

  private static JsonNode comparable(ObjectNode object) {
    ObjectNode left = object.objectNode();
    object
        .properties()
        .forEach(field -> {
          String name = field.getKey();
          JsonNode value = field.getValue();
          if (name.equals("message")) {
            left.put(name, withoutHint(value.asText()));
          } else if (!name.endsWith("_at")) {
            left.set(name, comparable(value));
          }
        });
    return left;
  }

  private static String withoutHint(String text) {
    return text.replaceFirst(" You have requested this URI .*", "");
  }

  private static JsonNode sorted(ArrayNode array) {
    List<JsonNode> items = new ArrayList<>();
    array.forEach(item -> items.add(comparable(item)));
    items.sort((one, other) -> one.toString().compareTo(other.toString()));
    return array.arrayNode().addAll(items);
  }
}
