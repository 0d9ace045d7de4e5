package org.millrace.dane.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * Every request of the 48 recorded operations, in order, and each answer compared with the recorded
 * one. Left aside are what an index counts for itself ({@link #NOT_COUNTED}), times but for their
 * form, and ids that Elasticsearch chose. What a worker answered the original, it answers the
 * engine here, where the recording shows the original writing it.
 */
class RecordedRequestsTest {
  private static final Set<String> NOT_COUNTED =
      Set.of("took", "_score", "max_score", "_seq_no", "_primary_term", "_shards", "index_uuid");
  private static final Set<String> TIMES = Set.of("created_at", "updated_at");
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d");

  /** A difference that is meant: where in the answer, and why. */
  private record Meant(String place, String section, String why) {}

  private static final Meant QUEUED_AT_ONCE =
      new Meant(
          "/hits/hits/0/_source/task",
          "decision 0011",
          "an assigned task is queued with its assignment, so it shows 102 from the first look");
  private static final Meant ITSELF =
      new Meant("", "3.9, product check", "what it tells of itself; the version is the same");
  private static final Meant SETTLED =
      new Meant(
          "/_version", "3.9", "versions of an object are not counted, and nobody compares them");
  private static final Meant SETTLED_IN_WORDS =
      new Meant("/error", "3.9", "the same: the current version in the words of a conflict");

  /** By operation and the number of the request in it. */
  private static final Map<String, List<Meant>> DELIBERATE =
      Map.ofEntries(
          Map.entry("ESHandler(config): connect, index exists 0", List.of(ITSELF)),
          Map.entry("ESHandler without a queue (as a worker has it): nothing 0", List.of(ITSELF)),
          Map.entry("assignTask 2", List.of(QUEUED_AT_ONCE)),
          Map.entry("assignTask of a second task 2", List.of(QUEUED_AT_ONCE)),
          Map.entry(
              "assignTaskToMany (one new, one assigned, one missing) 2", List.of(QUEUED_AT_ONCE)),
          Map.entry("callback 412 with a missing dependency 5", List.of(QUEUED_AT_ONCE)),
          Map.entry(
              "worker: assign a task (no queue): the state becomes 500 2", List.of(QUEUED_AT_ONCE)),
          Map.entry("assignTask, already assigned 1", List.of(SETTLED_IN_WORDS)),
          Map.entry(
              "assignTaskToMany (one new, one assigned, one missing) 1",
              List.of(
                  new Meant("/items/1/create/error", "3.9", "the current version in the words"))));

  private final Map<String, String> ids = new HashMap<>();
  private final Set<String> known = new HashSet<>();
  private final Set<String> met = new TreeSet<>();
  private int compared;

  @Test
  void every_recorded_request_is_answered_as_recorded_or_differs_on_purpose() {
    try (var server = EsServer.start()) {
      for (JsonNode line : recordings()) {
        String operation = line.path("operation").asText();
        int number = 0;
        for (JsonNode exchange : line.path("exchanges")) {
          replay(server, operation + " " + number++, exchange);
        }
      }
    }
    assertThat(compared).isEqualTo(96);
    assertThat(met)
        .as("differences that are meant, and are there")
        .isEqualTo(new TreeSet<>(DELIBERATE.keySet()));
  }

  static List<JsonNode> recordings() {
    try (InputStream file = RecordedRequestsTest.class.getResourceAsStream("elasticsearch.jsonl")) {
      assertThat(file).isNotNull();
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(EsServer::json)
          .toList();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private void replay(EsServer server, String label, JsonNode exchange) {
    JsonNode request = exchange.path("request");
    String body = ours(request.path("body").asText(""));
    String path = ours(request.path("path").asText());
    playWorker(server, path, body);
    EsServer.Reply reply = sent(server, request, path, body);
    JsonNode recorded = exchange.path("response");
    assertThat(reply.status())
        .as(label + ": " + reply.body())
        .isEqualTo(recorded.path("status").asInt());
    assertThat(reply.header("X-Elastic-Product")).as(label).contains("Elasticsearch");
    compared++;
    if (recorded.path("body").isNull()) {
      assertThat(reply.body()).as(label).isEmpty();
    } else {
      compare(label, path, EsServer.json(recorded.path("body").asText()), reply.json());
    }
  }

  private String ours(String recorded) {
    String text = recorded;
    for (Map.Entry<String, String> id : ids.entrySet()) {
      text = text.replace(id.getKey(), id.getValue());
    }
    return text;
  }

  private static EsServer.Reply sent(EsServer server, JsonNode request, String path, String body) {
    String method = request.path("method").asText();
    return request.path("content_type").isNull()
        ? server.send(server.request(path).method(method, BodyPublishers.noBody()))
        : server.send(method, path, body, "Content-Type", request.path("content_type").asText());
  }

  /** What the original writes of queues and answers; here the engine knows it. */
  private static void playWorker(EsServer server, String path, String body) {
    if (!path.contains("/_update/")) {
      return;
    }
    JsonNode told = EsServer.json(body).path("doc").path("task");
    String task = path.substring(path.lastIndexOf('/') + 1, path.indexOf('?'));
    server.begin(task);
    if (told.path("state").asInt() != 102) {
      server.answer(
          task, "{\"state\": %s, \"message\": %s}".formatted(told.path("state"), told.path("msg")));
    }
  }

  private void compare(String label, String path, JsonNode recorded, JsonNode ours) {
    JsonNode expected = recorded.deepCopy();
    learnId(expected, ours, path);
    leaveOutForeign(expected);
    strip(expected);
    strip(ours);
    List<Meant> meant = new ArrayList<>(DELIBERATE.getOrDefault(label, List.of()));
    if (expected.has("_version") && !expected.path("_version").equals(ours.path("_version"))) {
      meant.add(SETTLED);
    }
    for (Meant difference : meant) {
      assertThat(at(ours, difference))
          .as(label + " " + difference)
          .isNotEqualTo(at(expected, difference));
      if (DELIBERATE.containsKey(label)) {
        met.add(label);
      }
      remove(expected, difference.place());
      remove(ours, difference.place());
    }
    assertThat(ours).as(label).isEqualTo(expected);
  }

  private static JsonNode at(JsonNode node, Meant difference) {
    return node.at(difference.place());
  }

  private static void remove(JsonNode node, String place) {
    if (place.isEmpty()) {
      ((ObjectNode) node).retain("tagline");
    } else {
      int last = place.lastIndexOf('/');
      ((ObjectNode) node.at(place.substring(0, last))).remove(place.substring(last + 1));
    }
  }

  /** A result that was saved has another id here. */
  private void learnId(JsonNode recorded, JsonNode ours, String path) {
    if (path.contains("/_doc?") && recorded.path("result").asText().equals("created")) {
      ids.put(recorded.path("_id").asText(), ours.path("_id").asText());
      ((ObjectNode) recorded).put("_id", ours.path("_id").asText());
      known.add(ours.path("_id").asText());
    } else if (recorded.path("result").asText().equals("created")) {
      known.add(recorded.path("_id").asText());
    }
    for (JsonNode item : recorded.path("items")) {
      known.add(item.path("create").path("_id").asText());
    }
    for (JsonNode hit : recorded.path("hits").path("hits")) {
      rename(hit);
    }
    rename(recorded);
  }

  private void rename(JsonNode object) {
    Optional.ofNullable(ids.get(object.path("_id").asText()))
        .ifPresent(id -> ((ObjectNode) object).put("_id", id));
  }

  /** The original's index held what earlier recordings had left. */
  private void leaveOutForeign(JsonNode recorded) {
    if (!(recorded.path("hits").path("hits") instanceof ArrayNode hits)) {
      return;
    }
    List<JsonNode> foreign =
        StreamSupport.stream(hits.spliterator(), false)
            .filter(hit -> !known.contains(hit.path("_id").asText()))
            .toList();
    if (!foreign.isEmpty()) {
      List<JsonNode> left = new ArrayList<>();
      hits.forEach(hit -> left.add(hit));
      left.removeAll(foreign);
      hits.removeAll().addAll(left);
      ObjectNode total = (ObjectNode) recorded.path("hits").path("total");
      total.put("value", total.path("value").asInt() - foreign.size());
    }
  }

  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(NOT_COUNTED);
      Map<String, JsonNode> times = new LinkedHashMap<>();
      object
          .properties()
          .forEach(field -> {
            if (TIMES.contains(field.getKey())) {
              times.put(field.getKey(), field.getValue());
            }
          });
      times.forEach((name, time) -> {
        assertThat(time.asText()).matches(TIME);
        object.put(name, "a time");
      });
    }
    node.forEach(RecordedRequestsTest::strip);
  }
}
