package org.millrace.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Answers requests one after the other with what was prepared, and keeps what was asked. */
final class RecordedServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpServer server;
  private final Deque<Prepared> prepared = new ArrayDeque<>();
  private final List<Asked> asked = new ArrayList<>();
  private Prepared otherwise = new Prepared(599, null, "unexpected");

  record Prepared(int status, @Nullable String product, @Nullable String body) {}

  record Asked(
      String method,
      String path,
      @Nullable String contentType,
      @Nullable String authorization,
      String body) {}

  RecordedServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  RecordedServer then(int status, @Nullable String body) {
    return then(status, "Elasticsearch", body);
  }

  synchronized RecordedServer then(int status, @Nullable String product, @Nullable String body) {
    prepared.add(new Prepared(status, product, body));
    return this;
  }

  /** Answers this whenever nothing is prepared. */
  synchronized void otherwise(int status) {
    otherwise = new Prepared(status, null, "not prepared");
  }

  /** Returns when so much was asked since the last call of {@link #asked}. */
  synchronized void awaitAsked(int many) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (asked.size() < many) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("no more was asked than " + asked);
      }
      wait(left);
    }
  }

  /** What was asked since the last call. */
  synchronized List<Asked> asked() {
    List<Asked> all = List.copyOf(asked);
    asked.clear();
    return all;
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders().getFirst("Content-Type"),
              exchange.getRequestHeaders().getFirst("Authorization"),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      Prepared next = prepared.isEmpty() ? otherwise : prepared.poll();
      notifyAll();
      if (next.product() != null) {
        exchange.getResponseHeaders().set("X-Elastic-Product", next.product());
      }
      byte[] body =
          next.body() == null || exchange.getRequestMethod().equals("HEAD")
              ? new byte[0]
              : next.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(next.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
