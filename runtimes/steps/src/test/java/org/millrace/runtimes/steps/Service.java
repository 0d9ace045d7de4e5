package org.millrace.runtimes.steps;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP service on loopback: answers by path, in order; the last answer stays. */
final class Service implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Queue<Reaction>> reactions = new ConcurrentHashMap<>();
  private final List<Got> got = new CopyOnWriteArrayList<>();

  /** What it was sent. */
  record Got(String method, String path, String body, Map<String, List<String>> headers) {}

  /** What it does with a request. */
  @FunctionalInterface
  interface Reaction {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  Service() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::react);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  Service on(String path, Reaction... inOrder) {
    reactions.put(path, new ArrayDeque<>(List.of(inOrder)));
    return this;
  }

  Service on(String path, int status, String json) {
    return on(path, answer(status, json));
  }

  static Reaction answer(int status, String json) {
    return answer(status, "application/json", json);
  }

  static Reaction answer(int status, String type, String text) {
    return exchange -> send(exchange, status, type, text);
  }

  static Reaction redirect(int status, String location) {
    return exchange -> {
      exchange.getResponseHeaders().set("Location", location);
      send(exchange, status, "text/plain", "");
    };
  }

  /** What came, in order. */
  List<Got> got() {
    return got;
  }

  /** How often something of this beginning came: {@code POST /jobs}. */
  long times(String beginning) {
    return got.stream()
        .filter(one -> (one.method() + " " + one.path()).startsWith(beginning))
        .count();
  }

  private void react(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String target = exchange.getRequestURI().toString();
      got.add(
          new Got(
              exchange.getRequestMethod(), target, body, Map.copyOf(exchange.getRequestHeaders())));
      Queue<Reaction> there = reactions.get(exchange.getRequestURI().getPath());
      if (there == null) {
        send(exchange, 404, "text/plain", "nothing here");
      } else {
        next(there).to(exchange);
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private static Reaction next(Queue<Reaction> there) {
    synchronized (there) {
      Reaction first = there.element();
      if (there.size() > 1) {
        there.remove();
      }
      return first;
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      if (bytes.length > 0) {
        exchange.getResponseBody().write(bytes);
      }
    } catch (IOException left) {
      throw new UncheckedIOException(left);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
