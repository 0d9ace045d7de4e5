package org.millrace.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service of somebody else, for the demo: it takes a text as a job, works for a second, and gives
 * back its words. On a free port of loopback.
 */
final class DemoService implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Duration WORK = Duration.ofSeconds(1);
  private static final String JOBS = "/jobs";

  private final Map<String, Job> jobs = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private final HttpServer server;

  private record Job(String text, String key, Instant doneAt) {}

  DemoService() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(JOBS, this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().substring(1).split("/", -1);
    if (exchange.getRequestMethod().equals("POST") && path.length == 1) {
      send(exchange, 201, taken(JSON.readTree(exchange.getRequestBody())));
    } else if (path.length == 1 && exchange.getRequestURI().getQuery() != null) {
      send(exchange, 200, named(exchange.getRequestURI().getQuery()));
    } else if (path.length > 1 && jobs.containsKey(path[1])) {
      Job job = jobs.get(path[1]);
      send(exchange, 200, path.length > 2 ? result(job) : state(job));
    } else {
      send(exchange, 404, NODES.objectNode().put("error", "no such job"));
    }
  }

  private JsonNode taken(JsonNode request) {
    String id = String.valueOf(numbers.incrementAndGet());
    jobs.put(
        id,
        new Job(
            request.path("text").asText(), request.path("key").asText(), Instant.now().plus(WORK)));
    return NODES.objectNode().put("id", id);
  }

  /** The job that was given this key by whoever began it; an empty answer if there is none. */
  private JsonNode named(String query) {
    ObjectNode answer = NODES.objectNode();
    jobs.forEach((id, job) -> {
      if (query.equals("key=" + job.key())) {
        answer.put("id", id);
      }
    });
    return answer;
  }

  private static JsonNode state(Job job) {
    return NODES
        .objectNode()
        .put("state", Instant.now().isBefore(job.doneAt()) ? "running" : "finished");
  }

  private static JsonNode result(Job job) {
    ArrayNode words = NODES.arrayNode();
    for (String word : job.text().split(" ", -1)) {
      words.add(word);
    }
    return NODES.objectNode().set("words", words);
  }

  private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
