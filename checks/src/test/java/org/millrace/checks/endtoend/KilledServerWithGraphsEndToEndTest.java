package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Random graphs of 200 nodes, some of which fail, while the server dies again and again at any
 * moment; runs are cancelled and run again meanwhile. How many: {@code -Dmillrace.graphs}. Each
 * node's program says its name to a counter of the test: so often as the node's tasks had attempts
 * at most, and so often as one of them ended well at least.
 */
@Order(1) // one of the long ones
class KilledServerWithGraphsEndToEndTest {
  private static final int GRAPHS = Integer.getInteger("millrace.graphs", 2);
  private static final int NODES = 200;
  private static final int KILLS_EACH = 2;
  private static final int ATTEMPTS = 2;
  private static final List<String> FINAL = List.of("COMPLETE", "FAILED", "CANCELED");
  private static final JsonMapper JSON = new JsonMapper();

  private final Random random = new Random(4711);
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void every_run_ends_once_and_no_node_starts_twice_except_by_retry() throws Exception {
    try (var folder = DataFolder.create();
        var counter = new StartCounter()) {
      PackagedServer server = start(folder);
      try {
        List<String> runs = new ArrayList<>();
        for (int graph = 0; graph < GRAPHS; graph++) {
          runs.add(submit(server, graph(graph, counter.port())));
          for (int kill = 0; kill < KILLS_EACH; kill++) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500)); // any moment of their lives
            disturb(server, runs);
            server.kill();
            server = start(folder);
          }
        }
        for (int graph = 0; graph < GRAPHS; graph++) {
          awaitEnd(server, runs.get(graph));
          check(server, runs.get(graph), graph, counter.starts());
        }
      } finally {
        server.close();
      }
    }
  }

  private static PackagedServer start(DataFolder folder) throws Exception {
    List<String> settings = new ArrayList<>(List.of(Place.SANDBOX.settings()));
    settings.addAll(List.of("sandbox.slots=16", "logging.level=warn", "engine.sweep-every=2s"));
    return PackagedServer.start(folder.path(), settings.toArray(String[]::new));
  }

  /** Now and then somebody cancels a run, or runs one again. */
  private void disturb(PackagedServer server, List<String> runs) throws Exception {
    String run = runs.get(random.nextInt(runs.size()));
    switch (random.nextInt(6)) {
      case 0 -> post(server, "/api/v1/runs/" + run + "/cancel", "");
      case 1, 2 ->
          post(
              server,
              "/api/v1/runs/" + run + "/rerun",
              "{\"from\": [\"n" + random.nextInt(NODES) + "\"]}");
      default -> {} // nobody does
    }
  }

  /** Each node waits for up to three earlier ones; about one in fifty fails at each attempt. */
  private String graph(int number, int port) {
    ObjectNode graph = JSON.createObjectNode();
    graph.put("on_failure", number % 2 == 0 ? "continue" : "stop");
    ObjectNode nodes = graph.putObject("nodes");
    for (int place = 0; place < NODES; place++) {
      ObjectNode node = nodes.putObject("n" + place);
      Set<Integer> before = new HashSet<>();
      for (int i = random.nextInt(4); place > 0 && i > 0; i--) {
        before.add(place - 1 - random.nextInt(Math.min(place, 20)));
      }
      ArrayNode after = node.putArray("after");
      before.stream().sorted().forEach(earlier -> after.add("n" + earlier));
      String says = "echo g" + number + "-n" + place + " >/dev/tcp/127.0.0.1/" + port;
      String ends = random.nextInt(50) == 0 ? "exit 1" : "sleep 0.02";
      node.putObject("container")
          .put("image", "debian")
          .putArray("command")
          .add("bash")
          .add("-c")
          .add(says + " && " + ends);
      node.putObject("retry")
          .put("attempts", ATTEMPTS)
          .put("first", "100ms")
          .put("after_start", true);
    }
    return graph.toString();
  }

  private String submit(PackagedServer server, String graph) throws Exception {
    HttpResponse<String> answer = post(server, "/api/v1/runs", graph);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return JSON.readTree(answer.body()).path("id").asText();
  }

  private HttpResponse<String> post(PackagedServer server, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofMinutes(1))
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static void awaitEnd(PackagedServer server, String run) throws InterruptedException {
    PackagedServer.await(
        Duration.ofMinutes(5),
        () -> FINAL.contains(get(server, "/api/v1/runs/" + run).path("state").asText()));
  }

  private static JsonNode get(PackagedServer server, String path) {
    try {
      return server.get(path);
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static void check(
      PackagedServer server, String run, int graph, Map<String, Integer> starts) {
    int ends = 0;
    int rewinds = 0;
    Map<String, List<String>> tasks = new HashMap<>();
    for (JsonNode line : history(server, run)) {
      String state = line.path("state").asText();
      if (line.has("node")) {
        if (state.equals("ACTIVE")) {
          tasks
              .computeIfAbsent(line.path("node").asText(), _ -> new ArrayList<>())
              .add(line.path("task").asText());
        }
      } else {
        ends += FINAL.contains(state) ? 1 : 0;
        rewinds += state.equals("REWINDING") ? 1 : 0;
      }
    }
    assertThat(ends).as("run %s, run again %d times", run, rewinds).isEqualTo(rewinds + 1);
    for (JsonNode node :
        get(server, "/api/v1/runs/" + run + "/nodes?page_size=" + NODES).path("nodes")) {
      String key = node.path("key").asText();
      String state = node.path("state").asText();
      assertThat(tasks.getOrDefault(key, List.of())).as("%s", node).doesNotHaveDuplicates();
      Tries tries = Tries.of(server, tasks.getOrDefault(key, List.of()));
      assertThat(tries.tasks()).as("%s", node).isLessThanOrEqualTo(node.path("generation").asInt());
      assertThat(tries.attempts()).as("%s", node).isLessThanOrEqualTo(tries.tasks() * ATTEMPTS);
      assertThat(starts.getOrDefault("g" + graph + "-" + key, 0))
          .as("starts of %s", node)
          .isBetween(tries.endedWell(), tries.attempts());
      assertThat(state).as("%s", node).isNotEqualTo("ACTIVE");
      if (state.equals("COMPLETED")) {
        assertThat(tries.endedWell()).as("%s", node).isPositive();
      }
    }
  }

  /**
   * What became of the tasks that a node was, one after the other.
   *
   * @param endedWell attempts whose program ended with 0, so that it had said its name
   */
  private record Tries(int tasks, int attempts, int endedWell) {
    static Tries of(PackagedServer server, List<String> tasks) {
      int attempts = 0;
      int endedWell = 0;
      for (String task : tasks) {
        for (JsonNode attempt : get(server, "/api/v1/tasks/" + task).path("attempts")) {
          attempts++;
          endedWell += attempt.at("/executors/0/exit_code").asInt(-1) == 0 ? 1 : 0;
        }
      }
      return new Tries(tasks.size(), attempts, endedWell);
    }
  }

  private static List<JsonNode> history(PackagedServer server, String run) {
    List<JsonNode> lines = new ArrayList<>();
    JsonNode page;
    do {
      long after = lines.isEmpty() ? 0 : lines.getLast().path("sequence").asLong();
      page = get(server, "/api/v1/runs/" + run + "/events?after=" + after).path("events");
      page.forEach(lines::add);
    } while (!page.isEmpty());
    return lines;
  }
}
