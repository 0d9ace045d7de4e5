package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two example tasks of the original's README, over a local HTTP server, in the sandbox. */
class TespExamplesEndToEndTest {
  private final Map<String, String> uploads = new ConcurrentHashMap<>();
  private final byte[] kernel = new byte[5_000_000];
  private final byte[] holyFile = "Hello World!".getBytes(StandardCharsets.UTF_8);
  private HttpServer files;

  @BeforeEach
  void serveFiles() throws IOException {
    RandomGenerator.of("L64X128MixRandom").nextBytes(kernel);
    files = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    files.createContext("/linux-6.5.5.tar.xz", exchange -> send(exchange, kernel));
    files.createContext("/holy_file", exchange -> send(exchange, holyFile));
    files.createContext("/upload", this::upload);
    files.start();
  }

  @AfterEach
  void stopServing() {
    files.stop(0);
  }

  @Test
  void sha1sum_of_a_fetched_file_with_stdout_and_stderr() throws Exception {
    try (var data = DataFolder.create();
        var server = PackagedServer.start(data.path())) {
      String id =
          server.submit(
              """
              {"inputs": [{"url": "%s/linux-6.5.5.tar.xz", "path": "/data/kernel.tar.gz", "type": "FILE"}],
               "executors": [{"image": "ubuntu:20.04", "command": ["/bin/sha1sum", "./kernel.tar.gz"],
                              "workdir": "/data/", "stdout": "/tmp/stdout.log", "stderr": "/tmp/stderr.log"}]}\
              """
                  .formatted(base()));

      JsonNode task = server.awaitEnd(id);

      assertThat(task.path("state").asText()).as("%s", task).isEqualTo("COMPLETE");
      JsonNode executor = task.path("logs").path(0).path("logs").path(0);
      assertThat(executor.path("stdout").asText())
          .isEqualTo(digest("SHA-1", kernel) + "  ./kernel.tar.gz\n");
      assertThat(executor.path("stderr").asText()).isEmpty();
    }
  }

  @Test
  void md5sum_with_stdin_and_stdout() throws Exception {
    try (var data = DataFolder.create();
        var server = PackagedServer.start(data.path())) {
      String id =
          server.submit(
              """
              {"inputs": [{"url": "%s/holy_file", "path": "/data/file1", "type": "FILE"}],
               "outputs": [{"path": "/data/outfile", "url": "%s/upload", "type": "FILE"}],
               "executors": [{"image": "alpine", "command": ["md5sum"],
                              "stdin": "/data/file1", "stdout": "/data/outfile"}]}\
              """
                  .formatted(base(), base()));

      JsonNode task = server.awaitEnd(id);

      assertThat(task.path("state").asText()).as("%s", task).isEqualTo("COMPLETE");
      String line = digest("MD5", holyFile) + "  -\n";
      assertThat(uploads).containsOnlyKeys("outfile");
      assertThat(uploads.get("outfile")).isEqualTo(line);
      JsonNode output = task.path("logs").path(0).path("outputs").path(0);
      assertThat(output.path("path").asText()).isEqualTo("/data/outfile");
      assertThat(output.path("size_bytes").asText()).isEqualTo(String.valueOf(line.length()));
    }
  }

  private String base() {
    return "http://127.0.0.1:" + files.getAddress().getPort();
  }

  private static void send(HttpExchange exchange, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Takes a form with one part named {@code file}, as the original's test servers do. */
  private void upload(HttpExchange exchange) throws IOException {
    try (exchange) {
      String boundary =
          exchange
              .getRequestHeaders()
              .getFirst("Content-Type")
              .replaceAll(".*boundary=\"?([^\";]+).*", "$1");
      String body =
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
      String part = body.split("--" + boundary, -1)[1];
      String head = part.substring(0, part.indexOf("\r\n\r\n"));
      assertThat(head).contains("name=\"file\"");
      String name = head.replaceAll("(?s).*filename=\"([^\"]+)\".*", "$1");
      uploads.put(name, part.substring(part.indexOf("\r\n\r\n") + 4, part.length() - 2));
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static String digest(String algorithm, byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }
}
