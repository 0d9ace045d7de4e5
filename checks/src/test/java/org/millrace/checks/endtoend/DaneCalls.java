package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a client of DANE asks of a server on this machine; what is refused fails the test. */
final class DaneCalls implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  DaneCalls(int port) {
    this.port = port;
  }

  JsonNode get(String path) {
    return taken(send(request(path)));
  }

  /** Posts something as JSON. */
  JsonNode post(String path, Object body) {
    return taken(
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(written(body)))));
  }

  /** Assigns a task to a document of its own, of this creator, and tells the task's id. */
  String assign(String creator, String key) {
    return assignTo(register(creator), key);
  }

  /** Registers a document of this creator, and tells its id. */
  String register(String creator) {
    return post("/DANE/document/", document(creator, "ONE", "Video")).path("_id").asText();
  }

  /** Assigns a task to a document, and tells the task's id. */
  String assignTo(String document, String key) {
    return post("/DANE/task/", Map.of("key", key, "document_id", document)).path("_id").asText();
  }

  static Map<String, Object> document(String creator, String target, String type) {
    return Map.of(
        "target",
        Map.of("id", target, "url", "http://media.example.org/" + target, "type", type),
        "creator",
        Map.of("id", creator, "type", "Organization"));
  }

  boolean isDone(String task) {
    return state(task).equals("200");
  }

  String state(String task) {
    return get("/DANE/task/" + task).path("state").asText();
  }

  /** What holds a task, or ended it: the words that programs can go by. */
  List<String> causes(String task) {
    return get("/DANE/task/" + task + "/explain").path("causes").findValuesAsText("code");
  }

  /** What its broker tells of the queues of workers; an empty list while that cannot be asked. */
  JsonNode queues() {
    HttpResponse<String> answer = send(request("/DANE/workers/"));
    return answer.statusCode() == 500 ? JSON.createArrayNode() : taken(answer);
  }

  /** Whether the server answers and works with its broker. */
  boolean isReady() {
    try {
      return send(request("/ready")).statusCode() == 200;
    } catch (UncheckedIOException _) {
      return false;
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(LONGEST);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException noAnswer) {
      throw new UncheckedIOException(noAnswer);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted");
    }
  }

  private static JsonNode taken(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as("%s: %s", answer.uri(), answer.body()).isLessThan(400);
    try {
      return JSON.readTree(answer.body());
    } catch (IOException notJson) {
      throw new AssertionError("not JSON: " + answer.body(), notJson);
    }
  }

  private static String written(Object body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
