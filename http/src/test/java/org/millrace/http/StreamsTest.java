package org.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.caller.Caller;
import org.millrace.http.signin.Anonymous;
import org.millrace.http.signin.Credentials;
import org.millrace.http.signin.SignIn;

/** Event and follow streams: what arrives when, and who ends them. */
final class StreamsTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(50);
  private final BlockingQueue<String> news = new ArrayBlockingQueue<>(100);
  private final CompletableFuture<Throwable> ended = new CompletableFuture<>();
  @TempDir private Path folder;
  private TestServer server = server(40, LONG, Duration.ofSeconds(30));

  private TestServer server(int most, Duration heartbeat, Duration idle) {
    return server(config -> config.withStreams(most, heartbeat).withConnections(1000, idle));
  }

  private TestServer server(UnaryOperator<HttpConfig> change) {
    Routes routes =
        Routes.under("")
            .get("/events", exchange -> Answer.events(out -> events(exchange, out)))
            .get("/many-events", _ -> Answer.events(StreamsTest::many))
            .get("/log", _ -> Answer.followed("text/plain", this::follow))
            .get("/busy", _ -> Answer.followed("text/plain", this::writeOn))
            .get("/busy-file", _ -> Answer.followed("text/plain", this::copyOn))
            .get("/brief", _ -> Answer.followed("text/plain", out -> out.write('x')))
            .get("/broken", _ -> Answer.events(StreamsTest::breakOff))
            .get("/alive", _ -> Answer.text(200, "alive"));
    return TestServer.with(change, Anonymous.onLoopback(), TestFace.of("test", routes));
  }

  private void restart(int most, Duration heartbeat, Duration idle) {
    server.close();
    server = server(most, heartbeat, idle);
  }

  private void events(Exchange exchange, EventStream out) throws IOException, InterruptedException {
    try {
      for (String each = exchange.lastEventId().orElse("0");
          !each.equals("end");
          each = news.take()) {
        out.send(each, "state", "line " + each + "\nof two");
      }
      ended.complete(new Exception("by itself"));
    } catch (IOException | InterruptedException reason) {
      ended.complete(reason);
      throw reason;
    }
  }

  private static void many(EventStream out) throws IOException {
    for (int i = 0; i <= 100; i++) {
      out.send("", "", "number " + i);
    }
  }

  private void follow(OutputStream out) throws IOException, InterruptedException {
    try {
      for (String each = "first"; !each.equals("end"); each = news.take()) {
        out.write(each.getBytes(UTF_8));
      }
      ended.complete(new Exception("by itself"));
    } catch (IOException | InterruptedException reason) {
      ended.complete(reason);
      throw reason;
    }
  }

  /** Never waits by itself. */
  private void writeOn(OutputStream out) throws IOException {
    byte[] much = "0123456789".repeat(1000).getBytes(UTF_8);
    while (true) {
      out.write(much);
    }
  }

  private void copyOn(OutputStream out) throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("log"), new byte[1 << 20]);
    while (true) {
      FilePiece.copy(file, 0, Long.MAX_VALUE, out);
    }
  }

  private static void breakOff(EventStream out) throws IOException {
    out.send("", "", "before");
    throw new IllegalStateException("a defect");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Wire open(String path) throws IOException {
    return server.connect().send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  private Throwable end() throws Exception {
    return ended.get(20, TimeUnit.SECONDS);
  }

  @Test
  void events_arrive_one_by_one() throws Exception {
    try (Wire wire = open("/events")) {
      Wire.Reply head = wire.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Type")).contains("text/event-stream");
      assertThat(head.header("Cache-Control")).contains("no-store");
      assertThat(head.header("X-Accel-Buffering")).contains("no");
      assertThat(wire.chunk()).isEqualTo("id: 0\nevent: state\ndata: line 0\ndata: of two\n\n");

      news.put("7");
      assertThat(wire.chunk()).startsWith("id: 7\n");

      news.put("end");
      assertThat(wire.chunk()).isEmpty();
      assertThat(wire.isClosed()).isTrue();
      assertThat(end()).hasMessage("by itself");
    }
  }

  @Test
  void a_client_that_was_cut_off_goes_on_where_it_was() throws Exception {
    try (Wire wire =
        server.connect().send("GET /events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 41\r\n\r\n")) {
      wire.head();

      assertThat(wire.chunk()).startsWith("id: 41\n");
    }
  }

  @Test
  void an_idle_event_stream_gets_comments() throws Exception {
    restart(40, SHORT, Duration.ofSeconds(30));
    try (Wire wire = open("/events")) {
      wire.head();
      String first = wire.chunk();
      while (first.equals(": still here\n\n")) { // sooner than the event on a busy machine
        first = wire.chunk();
      }

      assertThat(first).startsWith("id: 0\n");
      assertThat(wire.chunk()).isEqualTo(": still here\n\n");
      assertThat(wire.chunk()).isEqualTo(": still here\n\n");
    }
  }

  /** The heartbeat goes on until the very last byte. */
  @Test
  void an_end_while_comments_are_sent_is_an_end_in_order() throws Exception {
    var uncaught = new ConcurrentLinkedQueue<Throwable>();
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((_, failure) -> uncaught.add(failure));
    try {
      restart(40, Duration.ofMillis(1), Duration.ofSeconds(30));
      for (int i = 0; i < 200; i++) {
        try (Wire wire = open("/many-events")) {
          assertThat(wire.reply().text()).contains("data: number 100\n\n");
        }
      }
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
    assertThat(uncaught).isEmpty(); // two writes at once
  }

  @Test
  void bytes_are_followed_as_they_come() throws Exception {
    try (Wire wire = open("/log")) {
      wire.head();
      assertThat(wire.chunk()).isEqualTo("first");
      news.put("second");
      assertThat(wire.chunk()).isEqualTo("second");
      news.put("end");
      assertThat(wire.chunk()).isEmpty();
    }
  }

  @Test
  void an_http_1_0_client_follows_until_the_connection_ends() throws Exception {
    try (Wire wire = server.connect().send("GET /log HTTP/1.0\r\n\r\n")) {
      news.put(" second");
      news.put("end");

      assertThat(wire.reply().text()).isEqualTo("first second");
    }
  }

  @Test
  void a_client_of_a_silent_log_that_leaves_is_noticed() throws Exception {
    try (Wire wire = open("/log")) {
      wire.head();
      wire.chunk();
    }

    assertThat(end()).isInstanceOfAny(InterruptedException.class, ClientGone.class);
    assertThat(server.observed().status()).isEqualTo(499);
    assertThat(server.http().openStreams()).isZero();
  }

  @Test
  void a_client_of_silent_events_that_leaves_is_noticed() throws Exception {
    try (Wire wire = open("/events")) {
      wire.head();
      wire.chunk();
    }

    assertThat(end()).isInstanceOfAny(InterruptedException.class, ClientGone.class);
    assertThat(server.observed().status()).isEqualTo(499);
    assertThat(server.http().openStreams()).isZero();
  }

  @Test
  void a_client_that_breaks_its_connection_is_noticed() throws Exception {
    try (Wire wire = open("/log")) {
      wire.head();
      wire.chunk();
      wire.breakOff();
    }

    assertThat(end()).isInstanceOfAny(InterruptedException.class, ClientGone.class);
  }

  @Test
  void a_client_that_sends_more_stays() throws Exception {
    try (Wire wire = open("/log")) {
      wire.head();
      wire.chunk();
      wire.send("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n");
      news.put("second");
      assertThat(wire.chunk()).isEqualTo("second");
      news.put("end");

      assertThat(wire.chunk()).isEmpty();
      assertThat(wire.isClosed()).isTrue(); // the other request is not served, and it can see that
    }
  }

  @Test
  void a_silent_stream_outlives_the_idle_time() throws Exception {
    restart(40, LONG, Duration.ofMillis(100));
    try (Wire idle = openLog();
        Wire other = server.connect()) {
      idle.chunk();
      assertThat(other.isClosed()).isTrue(); // after the idle time
      try (Wire third = server.connect()) {
        assertThat(third.isClosed()).isTrue(); // and again
      }

      news.put("still there");
      assertThat(idle.chunk()).isEqualTo("still there");
    }
  }

  /** After its head; a busy machine may let a short idle time pass before it reads a request. */
  private Wire openLog() throws IOException {
    for (int i = 0; i < 50; i++) {
      Wire wire = open("/log");
      try {
        wire.head();
        return wire;
      } catch (IOException _) {
        wire.close();
      }
    }
    throw new AssertionError("no request was answered");
  }

  @Test
  void head_opens_no_stream() throws Exception {
    try (Wire wire = server.connect()) {
      assertThat(wire.send("HEAD /log HTTP/1.1\r\nHost: x\r\n\r\n").head().status()).isEqualTo(200);
      wire.send("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n");

      assertThat(wire.reply().text()).isEqualTo("alive");
      assertThat(ended).isNotCompleted();
    }
  }

  @Test
  void above_a_quarter_of_the_streams_an_address_gets_429() throws Exception {
    restart(8, LONG, Duration.ofSeconds(30));
    try (Wire one = open("/events");
        Wire two = server.connect()) {
      one.head();
      two.send("GET /log HTTP/1.1\r\nHost: x\r\n\r\n").head();
      Wire.Reply refused = server.ask("GET /events HTTP/1.1");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("Retry-After")).contains("30");
      assertThat(refused.text()).contains("address 127.0.0.1");

      news.put("end"); // for one of the two
      end();
      server.observed();
      server.observed();
      try (Wire four = open("/brief")) {
        assertThat(four.reply().text()).isEqualTo("x");
      }
    }
  }

  @Test
  void each_user_has_streams_of_ones_own() throws Exception {
    server.close();
    server =
        TestServer.with(
            config -> config.withStreams(4, LONG),
            new ByName(),
            TestFace.of(
                "test",
                Routes.under("")
                    .get("/log", _ -> Answer.followed("text/plain", this::follow))
                    .get("/brief", _ -> Answer.followed("text/plain", out -> out.write('x')))));
    try (Wire ann =
        server.connect().send("GET /log HTTP/1.1\r\nHost: x\r\nAuthorization: ann\r\n\r\n")) {
      ann.head();
      Wire.Reply refused = server.ask("GET /brief HTTP/1.1\r\nAuthorization: ann");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.text()).contains("user ann");

      assertThat(server.ask("GET /brief HTTP/1.1\r\nAuthorization: bob").text()).isEqualTo("x");
    }
  }

  /** Whoever says a name is that user. */
  private static final class ByName implements SignIn {
    @Override
    public Caller caller(Credentials credentials) {
      return Caller.of(credentials.authorization().orElseThrow());
    }

    @Override
    public List<String> challenges() {
      return List.of();
    }
  }

  @Test
  void many_streams_hold_nobody_else() throws Exception {
    restart(2000, LONG, Duration.ofSeconds(30));
    var wires = new ArrayList<Wire>();
    try {
      for (int i = 0; i < 400; i++) {
        Wire wire = open("/log");
        wires.add(wire);
        wire.head();
      }

      assertThat(server.http().openStreams()).isEqualTo(400);
      assertThat(server.ask("GET /alive HTTP/1.1").text()).isEqualTo("alive");
    } finally {
      for (Wire wire : wires) {
        wire.close();
      }
    }
  }

  @Test
  void a_stream_that_fails_does_not_look_whole() throws Exception {
    try (Wire wire = open("/broken")) {
      wire.head();
      wire.chunk();

      assertThat(wire.isClosed()).isTrue(); // without the last chunk
    }
  }

  @Test
  void closing_the_server_ends_streams_in_order_and_at_once() throws Exception {
    server.close();
    server = server(config -> config.withStopWithin(Duration.ofMinutes(1)));
    try (Wire events = open("/events");
        Wire log = open("/log")) {
      events.head();
      events.chunk();
      log.head();
      log.chunk();
      var closed = new CountDownLatch(1);
      Thread.ofVirtual()
          .start(() -> {
            server.close();
            closed.countDown();
          });

      assertThat(events.chunk()).isEmpty(); // the last chunk: an end, not a break
      assertThat(log.chunk()).isEmpty();
      assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(end()).isInstanceOf(InterruptedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/busy", "/busy-file"})
  void a_busy_stream_ends_in_order_too_when_the_server_closes(String path) throws Exception {
    int inOrder = 0;
    for (int i = 0; i < 13 && inOrder < 10; i++) {
      inOrder += endsInOrder(path) ? 1 : 0;
      server = server(40, LONG, Duration.ofSeconds(30));
    }
    assertThat(inOrder).isEqualTo(10);
  }

  /**
   * False if the stream was cut off as it may be: a second after the close the server waits no more
   * for a client that, on a busy machine, does not get to read. Fails if it was cut off sooner.
   */
  private boolean endsInOrder(String path) throws Exception {
    try (Wire wire = open(path)) {
      wire.head();
      wire.chunk();
      long began = System.nanoTime();
      Thread closing = Thread.ofVirtual().start(server::close);
      try {
        while (!wire.chunk().isEmpty()) {
          Thread.onSpinWait();
        }
        return true;
      } catch (IOException cut) {
        assertThat(System.nanoTime() - began)
            .as("nanoseconds until %s", cut)
            .isGreaterThan(TimeUnit.SECONDS.toNanos(1));
        return false;
      } finally {
        closing.join();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/busy", "/busy-file"})
  void a_client_that_leaves_a_busy_stream_is_no_fault_of_ours(String path) throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Wire wire = open(path)) {
        wire.head();
        wire.chunk();
        wire.sendNoMore(); // leaves, as far as the server can see
        assertThat(server.observed().status()).isEqualTo(499);
      }
    }
  }
}
