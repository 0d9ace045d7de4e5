package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.millrace.http.signin.Anonymous;

/** What all request bodies together may fill. */
final class BodyBudgetTest {
  private static final int MIB = 1 << 20;
  private static final int SMALL = 16 << 10;
  private static final int BUDGET = 16 * MIB;
  private static final String FACE_THAT_STREAMS = "/streaming";
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong mostHeld = new AtomicLong();
  private final Semaphore inside = new Semaphore(0);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private final TestServer server =
      TestServer.with(
          config -> config.withBodyMemory(BUDGET),
          Anonymous.onLoopback(),
          TestFace.of(
              "holding",
              Routes.under("")
                  .post("/hold", this::hold)
                  .post("/length", exchange -> Answer.text(200, "" + exchange.bytes().length))
                  .get("/alive", _ -> Answer.text(200, "alive"))),
          TestFace.of(
                  "streaming",
                  Routes.under(FACE_THAT_STREAMS)
                      .post("/length", exchange -> Answer.text(200, "" + length(exchange))))
              .with(FaceRules.STANDARD.withBodyLimit(Long.MAX_VALUE)));

  @AfterEach
  void stop() {
    mayGoOn.countDown();
    server.close();
  }

  private Answer hold(Exchange exchange) throws IOException, InterruptedException {
    byte[] body = exchange.bytes();
    mostHeld.accumulateAndGet(held.addAndGet(body.length), Math::max);
    inside.release();
    mayGoOn.await();
    held.addAndGet(-body.length);
    return Answer.text(200, "held " + body.length);
  }

  private static long length(Exchange exchange) throws IOException {
    byte[] buffer = new byte[64 << 10];
    long length = 0;
    for (int read = exchange.body().read(buffer); read >= 0; read = exchange.body().read(buffer)) {
      length += read;
    }
    return length;
  }

  private Wire.Reply post(String path, int length) throws IOException {
    try (Wire wire = server.connect()) {
      return wire.send(
              "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n".formatted(path, length))
          .send(new byte[length])
          .reply();
    }
  }

  @Test
  void many_large_bodies_at_once_leave_memory_bounded_and_what_does_not_fit_comes_again()
      throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var replies = new ExecutorCompletionService<Wire.Reply>(threads);
      for (int i = 0; i < 40; i++) {
        replies.submit(() -> post("/hold", 4 * MIB));
      }
      for (int i = 0; i < 36; i++) { // all but the four that fit
        Wire.Reply reply = replies.take().get();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).contains("5");
        assertThat(reply.text()).contains("http.body-memory");
      }
      assertThat(server.ask("POST /length HTTP/1.1", "small").text()).isEqualTo("5");
      assertThat(server.ask("GET /alive HTTP/1.1").text()).isEqualTo("alive");
      mayGoOn.countDown();
      for (int i = 0; i < 4; i++) {
        assertThat(replies.take().get().status()).isEqualTo(200);
      }
    }
    for (int i = 0; i < 42; i++) {
      server.observed(); // so that nothing of any is held
    }
    assertThat(mostHeld.get()).isBetween(1L, (long) BUDGET);
    assertThat(post("/hold", 4 * MIB).text()).isEqualTo("held " + 4 * MIB);
  }

  @Test
  void bodies_that_never_end_fill_no_more_than_that_together() throws Exception {
    int length = MIB - 1;
    List<Wire> wires = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var replies = new ExecutorCompletionService<Integer>(threads);
      for (int i = 0; i < 40; i++) {
        Wire wire = server.connect();
        wires.add(wire);
        replies.submit(() -> {
          wire.send("POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n")
              .send(new byte[length - 1]);
          return wire.reply().status();
        });
      }
      for (int i = 0; i < 40 - BUDGET / MIB; i++) {
        assertThat(replies.take().get()).isEqualTo(503);
      }
      for (Wire wire : wires) {
        wire.close();
      }
    }
  }

  @Test
  void a_body_alone_has_room_however_large() throws Exception {
    assertThat(post("/length", 2 * BUDGET).text()).isEqualTo("" + 2 * BUDGET);
  }

  @Test
  void small_bodies_are_let_in_while_large_ones_fill_the_memory() throws Exception {
    try (Wire large = server.connect()) {
      large
          .send("POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: " + 2 * BUDGET + "\r\n\r\n")
          .send(new byte[2 * BUDGET]);
      inside.acquire();

      assertThat(post("/length", SMALL).text()).isEqualTo("" + SMALL);
      assertThat(post("/length", SMALL + 1).status()).isEqualTo(503);
      mayGoOn.countDown();
      assertThat(large.reply().status()).isEqualTo(200);
    }
    server.observed();
    server.observed();
    server.observed();
    assertThat(post("/length", SMALL + 1).status()).isEqualTo(200);
  }

  @Test
  void faces_that_stream_their_bodies_take_no_part() throws Exception {
    try (Wire large = server.connect()) {
      large
          .send("POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: " + BUDGET + "\r\n\r\n")
          .send(new byte[BUDGET]);
      inside.acquire();

      assertThat(post(FACE_THAT_STREAMS + "/length", 2 * BUDGET).text()).isEqualTo("" + 2 * BUDGET);
      mayGoOn.countDown();
      large.reply();
    }
  }
}
