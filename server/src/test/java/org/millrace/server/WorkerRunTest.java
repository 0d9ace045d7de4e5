package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.sdk.AgentType;
import org.millrace.sdk.Answer;
import org.millrace.sdk.Config;
import org.millrace.sdk.DaneException;
import org.millrace.sdk.Generator;
import org.millrace.sdk.Worker;

/** The start of a worker whose index is there, has no index of DANE's yet, and may not take one. */
final class WorkerRunTest {
  private final Queue<Integer> answersToMaking = new ConcurrentLinkedQueue<>();
  private final List<Duration> pauses = new ArrayList<>();
  private HttpServer index;
  private int hello = 200;

  @BeforeEach
  void serve() throws IOException {
    index = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    index.createContext("/", this::answer);
    index.start();
  }

  @AfterEach
  void close() {
    index.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean root = exchange.getRequestURI().getPath().equals("/");
      switch (exchange.getRequestMethod()) {
        case "GET" -> say(exchange, 200, "{\"version\":{\"number\":\"7.17.9\"}}");
        case "HEAD" -> exchange.sendResponseHeaders(root ? hello : 404, -1);
        case "PUT" -> say(exchange, answersToMaking.remove(), "{}");
        default -> throw new IOException("not expected: " + exchange.getRequestMethod());
      }
    }
  }

  private static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("X-Elastic-Product", "Elasticsearch");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private WorkerRun run() {
    Config config =
        Config.defaults()
            .with("ELASTICSEARCH.HOST", List.of("127.0.0.1"))
            .with("ELASTICSEARCH.PORT", index.getAddress().getPort())
            .with("ELASTICSEARCH.MAX_RETRIES", 0);
    return new WorkerRun(
        Worker.named("q")
            .bindingKey("#.A")
            .config(config)
            .generator(new Generator("x", AgentType.SOFTWARE, "us", "h"))
            .callback((_, _, _) -> Answer.success()),
        pauses::add);
  }

  @Test
  void an_index_that_is_not_ready_is_waited_for() throws InterruptedException {
    answersToMaking.addAll(List.of(503, 502, 504, 429, 200));
    Worker worker = run().made();
    worker.stop();
    worker.run(); // closes its handler
    assertThat(pauses.stream().map(Duration::toMillis))
        .containsExactly(500L, 1_000L, 2_000L, 4_000L);
  }

  @Test
  void an_index_that_refuses_a_password_is_not_waited_for() {
    hello = 401;
    assertThatThrownBy(run()::made)
        .isInstanceOf(DaneException.Refused.class)
        .hasMessageContaining("ELASTICSEARCH.USER");
    assertThat(pauses).isEmpty();
  }

  @Test
  void an_index_that_refuses_is_not_waited_for() {
    answersToMaking.addAll(List.of(503, 403));
    assertThatThrownBy(run()::made)
        .isInstanceOfSatisfying(
            DaneException.Refused.class, refused -> assertThat(refused.status()).isEqualTo(403));
    assertThat(pauses).hasSize(1);
  }
}
