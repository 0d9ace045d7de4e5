package org.millrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An event stream, as a test reads it. */
final class Sse implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private final HttpResponse<InputStream> answer;
  private final BufferedReader lines;

  private Sse(HttpResponse<InputStream> answer) {
    this.answer = answer;
    this.lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  static Sse open(ApiServer server, String path, String... headers)
      throws IOException, InterruptedException {
    return new Sse(server.open(path, headers));
  }

  /**
   * One event.
   *
   * @param id empty if it has none
   */
  record Event(String id, String kind, JsonNode data) {
    long sequence() {
      return Long.parseLong(id);
    }
  }

  HttpResponse<InputStream> answer() {
    return answer;
  }

  /** The next event; empty at the end of the stream. */
  Optional<Event> next() throws IOException {
    String id = "";
    String kind = "";
    String data = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        kind = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      } else if (line.isEmpty() && !data.isEmpty()) {
        return Optional.of(new Event(id, kind, JSON.readTree(data)));
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
