package org.millrace.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * Answers on a free port of the loopback address what a test says, in turn for each request line;
 * the last answer stays. What no script foresees is answered as by a server that is no Millrace.
 */
final class ScriptedServer implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Queue<Reply>> replies = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** An answer. */
  sealed interface Reply {
    /** Whole. */
    record Whole(int status, String type, String body, Map<String, String> headers)
        implements Reply {}

    /** Breaks off after this text. */
    record Broken(String type, String body) implements Reply {}
  }

  /** What came in. */
  record Request(String line, String body, Map<String, String> headers) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), "");
    }
  }

  ScriptedServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /** JSON with status 200. */
  ScriptedServer on(String line, String json) {
    return on(line, new Reply.Whole(200, "application/json", json, Map.of()));
  }

  ScriptedServer on(String line, int status, String json) {
    return on(line, new Reply.Whole(status, "application/json", json, Map.of()));
  }

  ScriptedServer on(String line, Reply reply) {
    replies.computeIfAbsent(line, _ -> new ConcurrentLinkedQueue<>()).add(reply);
    return this;
  }

  /** An event stream that ends in order. */
  ScriptedServer stream(String line, String events) {
    return on(line, new Reply.Whole(200, "text/event-stream", events, Map.of()));
  }

  /** An event stream that breaks off. */
  ScriptedServer brokenStream(String line, String events) {
    return on(line, new Reply.Broken("text/event-stream", events));
  }

  /** What the native API really answered once; see {@code RecordedAnswersTest} there. */
  static String recorded(String name) {
    try (InputStream in = ScriptedServer.class.getResourceAsStream("recorded/" + name)) {
      return new String(
          Optional.ofNullable(in).orElseThrow().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Request> requests() {
    return requests;
  }

  List<String> lines() {
    return requests.stream().map(Request::line).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    Map<String, String> headers = new ConcurrentHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) ->
            headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    requests.add(new Request(line, body, headers));
    switch (next(line)) {
      case Reply.Whole whole -> send(whole, exchange);
      case Reply.Broken(String type, String part) -> {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        begin(exchange, 200, type, bytes.length + 1000);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
        exchange.close(); // with a thousand bytes missing
      }
    }
  }

  private Reply next(String line) {
    Queue<Reply> script = replies.get(line);
    if (script == null) {
      return new Reply.Whole(404, "text/html", "<h1>Not Found</h1>", Map.of());
    }
    Reply reply = script.size() > 1 ? script.poll() : script.peek();
    return Optional.ofNullable(reply).orElseThrow();
  }

  private static void send(Reply.Whole whole, HttpExchange exchange) throws IOException {
    byte[] bytes = whole.body().getBytes(StandardCharsets.UTF_8);
    whole.headers().forEach(exchange.getResponseHeaders()::set);
    begin(exchange, whole.status(), whole.type(), bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static void begin(HttpExchange exchange, int status, String type, int length)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, length);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
