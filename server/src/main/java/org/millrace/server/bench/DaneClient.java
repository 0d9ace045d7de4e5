package org.millrace.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Registers documents and assigns tasks to them, many at a time, as DANE's clients do. */
final class DaneClient implements AutoCloseable {
  /** Documents in one request. */
  private static final int AT_ONCE = 1_000;

  private static final JsonMapper JSON = new JsonMapper();

  private final URI server;
  private final HttpClient client = HttpClient.newHttpClient();

  DaneClient(URI server) {
    this.server = server;
  }

  /** So many videos of one creator, each with an id of its own; the ids they are given. */
  List<String> register(String creator, int from, int documents)
      throws IOException, InterruptedException {
    List<String> ids = new ArrayList<>();
    for (int i = from; i < from + documents; i += AT_ONCE) {
      int end = Math.min(i + AT_ONCE, from + documents);
      String body =
          IntStream.range(i, end)
              .mapToObj(number -> document(creator, number))
              .collect(Collectors.joining(",", "[", "]"));
      for (JsonNode stored : all(post("/DANE/documents/", body), end - i)) {
        ids.add(stored.path("_id").textValue());
      }
    }
    return ids;
  }

  private static String document(String creator, int number) {
    return """
    {"target": {"id": "VIDEO-%d", "type": "Video", "url": "http://media.example.org/%d.mp4"},
     "creator": {"id": "%s", "type": "Organization"}}\
    """
        .formatted(number, number, creator);
  }

  /** The same task to each. */
  void assign(String key, List<String> documents) throws IOException, InterruptedException {
    for (int i = 0; i < documents.size(); i += AT_ONCE) {
      List<String> some = documents.subList(i, Math.min(i + AT_ONCE, documents.size()));
      String ids = some.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"));
      String body = "{\"key\": \"" + key + "\", \"document_id\": " + ids + "}";
      all(post("/DANE/task/", body), some.size());
    }
  }

  /** What was done; it must be all. */
  private static JsonNode all(JsonNode answer, int asked) throws IOException {
    if (answer.path("success").size() != asked) {
      throw new IOException(
          "%d of %d were refused; the first: %s"
              .formatted(answer.path("failed").size(), asked, answer.path("failed").path(0)));
    }
    return answer.path("success");
  }

  /** Whether a task is neither done nor waiting for another one. */
  boolean hasUnfinished() throws IOException, InterruptedException {
    return !get("/DANE/task/").isEmpty();
  }

  /** How many tasks of this creator and key are told to be done. */
  long done(String creator, String key) throws IOException, InterruptedException {
    long done = 0;
    for (JsonNode task : get("/DANE/creator/" + creator + "/" + key + "/tasks")) {
      done += task.path("state").asText().equals("200") ? 1 : 0;
    }
    return done;
  }

  private JsonNode post(String path, String body) throws IOException, InterruptedException {
    return answer(path, HttpRequest.newBuilder().POST(BodyPublishers.ofString(body)));
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return answer(path, HttpRequest.newBuilder());
  }

  private JsonNode answer(String path, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.uri(server.resolve(path)).build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + " was answered " + answer.statusCode() + ": " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  @Override
  public void close() {
    client.close();
  }
}
