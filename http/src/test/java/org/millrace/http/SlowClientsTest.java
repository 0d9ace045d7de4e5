package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.http.signin.Anonymous;

/** Clients that send or read at their leisure, and handlers that take theirs. */
final class SlowClientsTest {
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private final CompletableFuture<Throwable> reading = new CompletableFuture<>();
  private TestServer server;

  @BeforeEach
  void start() {
    serve(config -> config);
  }

  private void serve(UnaryOperator<HttpConfig> change) {
    stop();
    Routes routes =
        Routes.under("")
            .get("/alive", _ -> Answer.text(200, "alive"))
            .post("/count", this::count)
            .get("/large", _ -> Answer.bytes(200, "text/plain", new byte[64 << 20]))
            .get("/slow", _ -> slow());
    server = TestServer.with(change, Anonymous.onLoopback(), TestFace.of("test", routes));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private Answer count(Exchange exchange) throws IOException {
    try {
      return Answer.text(200, "bytes " + exchange.bytes().length);
    } catch (IOException | RuntimeException reason) {
      reading.complete(reason);
      throw reason;
    }
  }

  private Answer slow() throws InterruptedException {
    entered.countDown();
    mayGoOn.await();
    return Answer.text(200, "at last");
  }

  @Test
  void clients_that_do_not_finish_what_they_send_hold_nobody() throws Exception {
    var wires = new ArrayList<Wire>();
    try {
      for (int i = 0; i < 300; i++) {
        String head =
            i % 2 == 0
                ? "GET /alive HT"
                : "POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc";
        wires.add(server.connect().send(head));
      }
      assertThat(server.ask("GET /alive HTTP/1.1").text()).isEqualTo("alive");

      assertThat(wires.get(1).send("defghi").reply().text()).isEqualTo("bytes 9");
      assertThat(wires.get(2).send("TP/1.1\r\nHost: x\r\n\r\n").reply().text()).isEqualTo("alive");
    } finally {
      for (Wire wire : wires) {
        wire.close();
      }
    }
  }

  @Test
  void clients_that_do_not_read_hold_nobody() throws Exception {
    var wires = new ArrayList<Wire>();
    try {
      for (int i = 0; i < 8; i++) {
        wires.add(server.connect().send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
      }

      assertThat(server.ask("GET /alive HTTP/1.1").text()).isEqualTo("alive");
      assertThat(wires.getFirst().reply().text()).hasSize(64 << 20);
    } finally {
      for (Wire wire : wires) {
        wire.close();
      }
    }
  }

  @Test
  void a_body_that_stops_arriving_is_given_up_after_the_idle_time() throws Exception {
    serve(config -> config.withConnections(100, Duration.ofMillis(200)));
    try (Wire wire = server.connect()) {
      wire.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");

      assertThat(reading.get(20, TimeUnit.SECONDS)).isInstanceOf(ClientGone.class);
      assertThat(server.observed().status()).isEqualTo(499);
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void a_handler_may_take_longer_than_the_idle_time() throws Exception {
    serve(config -> config.withConnections(100, Duration.ofMillis(100)));
    try (Wire slow = server.connect().send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        Wire idle = server.connect()) {
      entered.await();
      assertThat(idle.isClosed()).isTrue(); // so the time has passed
      try (Wire another = server.connect()) {
        assertThat(another.isClosed()).isTrue();
      }
      mayGoOn.countDown();

      assertThat(slow.reply().text()).isEqualTo("at last");
    }
  }

  @Test
  void a_request_that_runs_at_the_stop_is_finished() throws Exception {
    try (Wire wire = server.connect().send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")) {
      entered.await();
      var stopping = new CompletableFuture<Void>();
      Thread.ofVirtual()
          .start(() -> {
            server.close();
            stopping.complete(null);
          });
      assertThat(refusesConnections()).isTrue();
      mayGoOn.countDown();

      assertThat(wire.reply().text()).isEqualTo("at last");
      stopping.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_request_on_a_kept_connection_while_the_server_stops_is_told_so() throws Exception {
    try (Wire slow = server.connect().send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        Wire kept = server.connect().send("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n")) {
      entered.await();
      assertThat(kept.reply().text()).isEqualTo("alive");
      Thread stopping = Thread.ofVirtual().start(server::close);
      assertThat(refusesConnections()).isTrue();

      Wire.Reply reply = lastReply(kept);
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.text()).contains("urn:millrace:problem:unavailable", "is stopping");
      assertThat(reply.header("Retry-After")).isPresent();
      assertThat(reply.header("Connection")).contains("close");
      mayGoOn.countDown();
      assertThat(slow.reply().text()).isEqualTo("at last");
      stopping.join();
    }
  }

  /** Listeners close a moment before requests are refused: asks until that has come. */
  private static Wire.Reply lastReply(Wire kept) throws IOException {
    Wire.Reply reply = kept.send("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n").reply();
    while (reply.status() == 200) {
      reply = kept.send("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n").reply();
    }
    return reply;
  }

  private boolean refusesConnections() throws Exception {
    URI address = server.address();
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < end) {
      try (Wire _ = Wire.to(address)) {
        Thread.onSpinWait();
      } catch (ConnectException _) {
        return true;
      }
    }
    return false;
  }

  @Test
  void a_request_that_does_not_end_is_cut_off_at_the_stop() throws Exception {
    serve(config -> config.withStopWithin(Duration.ofMillis(200)));
    try (Wire wire = server.connect().send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")) {
      entered.await();
      server.close();

      assertThat(wire.isClosed()).isTrue();
      mayGoOn.countDown();
    }
  }

  @Test
  void connections_are_bounded() throws Exception {
    serve(config -> config.withConnections(2, Duration.ofSeconds(30)));
    String request = "GET /alive HTTP/1.1\r\nHost: x\r\n\r\n";
    try (Wire one = server.connect();
        Wire two = server.connect()) {
      assertThat(one.send(request).reply().text()).isEqualTo("alive");
      assertThat(two.send(request).reply().text()).isEqualTo("alive");
      try (Wire three = server.connect().send(request)) {
        one.sendNoMore(); // leaves

        assertThat(three.reply().text()).isEqualTo("alive"); // once there was room
      }
    }
  }
}
