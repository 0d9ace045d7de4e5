package org.millrace.checks.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * What TESP's tests have on port 5000, here on a free one of loopback: {@code POST /upload} takes a
 * form with one part named {@code file}, whose file name is the upload's; {@code GET} gives a file,
 * or of a folder a page with absolute links. Thread-safe.
 */
final class FileServer implements AutoCloseable {
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Map<String, String> uploads = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  FileServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::get);
    server.createContext("/upload", this::upload);
    server.start();
  }

  /** Serves a file from now on, and each folder above it. */
  FileServer with(String path, String text) {
    return with(path, text.getBytes(StandardCharsets.UTF_8));
  }

  FileServer with(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  /** What has been uploaded, by file name. */
  Map<String, String> uploads() {
    return uploads;
  }

  String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void get(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] file = files.get(path);
    List<String> below =
        files.keySet().stream().filter(one -> path.endsWith("/") && one.startsWith(path)).toList();
    if (file != null) {
      answer(exchange, 200, "application/octet-stream", file);
    } else if (!below.isEmpty()) {
      String links =
          below.stream()
              .map(one -> one.substring(path.length()).replaceAll("(?<=/).*", ""))
              .distinct()
              .map(name -> "<li><a href=\"" + path + name + "\">" + name + "</a></li>")
              .collect(Collectors.joining("\n", "<html><body><ul>", "</ul></body></html>"));
      answer(exchange, 200, "text/html", links.getBytes(StandardCharsets.UTF_8));
    } else {
      answer(exchange, 404, "text/plain", new byte[0]);
    }
  }

  private void upload(HttpExchange exchange) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    String boundary = type.replaceAll(".*boundary=\"?([^\";]+).*", "$1");
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
    String part = body.split("--" + boundary, -1)[1];
    String head = part.substring(0, part.indexOf("\r\n\r\n"));
    if (!exchange.getRequestMethod().equals("POST") || !head.contains("name=\"file\"")) {
      answer(exchange, 400, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
      return;
    }
    String name = head.replaceAll("(?s).*filename=\"([^\"]+)\".*", "$1");
    uploads.put(name, part.substring(head.length() + 4, part.length() - 2));
    answer(exchange, 200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().add("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
