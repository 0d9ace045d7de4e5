package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private static final String ALIVE = "GET /alive HTTP/1.1\r\nHost: x\r\n\r\n";
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
    serve(config -> config.withConnections(100, Duration.ofSeconds(1)));
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
    try (Wire slow = askSlow();
        Wire idle = server.connect()) {
      assertThat(idle.isClosed()).isTrue(); // so the time has passed
      try (Wire another = server.connect()) {
        assertThat(another.isClosed()).isTrue();
      }
      mayGoOn.countDown();

      assertThat(slow.reply().text()).isEqualTo("at last");
    }
  }

  /** In its handler; a busy machine may let a short idle time pass before it reads a request. */
  private Wire askSlow() throws Exception {
    Wire slow = server.connect().send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    while (!entered.await(2, TimeUnit.SECONDS)) {
      slow.close();
      slow = server.connect().send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    return slow;
  }

  @Test
  void a_request_that_runs_at_the_stop_is_finished() throws Exception {
    serve(config -> config.withStopWithin(Duration.ofMinutes(1)));
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
      stopping.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_request_on_a_kept_connection_while_the_server_stops_is_told_so() throws Exception {
    serve(config -> config.withStopWithin(Duration.ofMinutes(1)));
    var kept = new ArrayList<Wire>();
    try (Wire slow = server.connect().send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")) {
      entered.await();
      for (int i = 0; i < 20; i++) {
        kept.add(server.connect());
        assertThat(kept.getLast().send(ALIVE).reply().text()).isEqualTo("alive");
      }
      Thread stopping = Thread.ofVirtual().start(server::close);
      assertThat(refusesConnections()).isTrue();

      Wire.Reply reply = refusal(kept);
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.text()).contains("urn:millrace:problem:unavailable", "is stopping");
      assertThat(reply.header("Retry-After")).isPresent();
      assertThat(reply.header("Connection")).contains("close");
      mayGoOn.countDown();
      assertThat(slow.reply().text()).isEqualTo("at last");
      stopping.join();
    } finally {
      mayGoOn.countDown();
      for (Wire wire : kept) {
        wire.close();
      }
    }
  }

  /**
   * Listeners close a moment before requests are refused, and a connection that was used in that
   * moment may be closed after its answer: asks until one is refused.
   */
  private static Wire.Reply refusal(List<Wire> kept) {
    for (Wire wire : kept) {
      try {
        Wire.Reply reply = wire.send(ALIVE).reply();
        while (reply.status() == 200) {
          reply = wire.send(ALIVE).reply();
        }
        return reply;
      } catch (IOException _) {
        Thread.onSpinWait(); // closed; the next
      }
    }
    throw new AssertionError("no request was refused");
  }

  /**
   * A connection that the kernel had taken and nobody accepted yet is reset when the listener
   * closes: that is neither served nor refused, and the next attempt tells.
   */
  private boolean refusesConnections() throws Exception {
    URI address = server.address();
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < end) {
      try (Wire _ = Wire.to(address)) {
        Thread.onSpinWait();
      } catch (ConnectException _) {
        return true;
      } catch (SocketException _) {
        Thread.onSpinWait(); // reset
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
