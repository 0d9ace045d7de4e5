package org.millrace.server.bench;

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

/** Tasks that were sent through TES, to be asked for afterwards. */
final class SubmittedTasks {
  private SubmittedTasks() {}

  /** No-ops that name an image; their ids. */
  static List<String> submit(URI server, String image, int tasks)
      throws IOException, InterruptedException {
    var json = new JsonMapper();
    HttpRequest create =
        HttpRequest.newBuilder(server.resolve("/ga4gh/tes/v1/tasks"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(task(image)))
            .build();
    List<String> ids = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < tasks; i++) {
        HttpResponse<String> answer = client.send(create, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          throw new IOException("a task was refused: " + answer.body());
        }
        ids.add(json.readTree(answer.body()).path("id").asText());
      }
    }
    return ids;
  }

  private static String task(String image) {
    return """
    {"name": "bench", "tags": {"project": "bench"},
     "executors": [{"image": "%s", "command": ["true"]}]}\
    """
        .formatted(image);
  }
}
