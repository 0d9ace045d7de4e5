package org.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Refusal;
import org.millrace.http.FaceRules.ContentType;

/** Bodies within and above the limit, packed and broken, and the connections they come on. */
final class RequestBodyTest {
  private static final int MIB = 1 << 20;
  private static final int LIMIT = 8 * MIB;
  private final CompletableFuture<Throwable> seen = new CompletableFuture<>();
  private TestServer server;

  @BeforeEach
  void start() {
    Routes routes =
        Routes.under("")
            .post("/count", this::count)
            .post("/first-byte", exchange -> Answer.text(200, "byte " + exchange.body().read()))
            .post("/stubborn", this::stubborn)
            .post("/ignore", _ -> Answer.text(200, "ignored"))
            .get("/alive", _ -> Answer.text(200, "alive"));
    server =
        TestServer.of(
            TestFace.of("json", Routes.under("/json").post("/count", this::count))
                .with(FaceRules.STANDARD.with(ContentType.JSON).withBodyLimit(LIMIT)),
            TestFace.of("any", routes).with(FaceRules.STANDARD.withBodyLimit(LIMIT)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer count(Exchange exchange) throws IOException {
    long count = 0;
    byte[] buffer = new byte[8192];
    try {
      for (int read = exchange.body().read(buffer);
          read >= 0;
          read = exchange.body().read(buffer)) {
        count += read;
      }
    } catch (IOException | RuntimeException failure) {
      seen.complete(failure);
      throw failure;
    }
    return Answer.text(200, "bytes " + count);
  }

  /** Hides what went wrong, tries again, and answers as if nothing had been. */
  private Answer stubborn(Exchange exchange) throws IOException {
    try {
      exchange.bytes();
    } catch (IOException | RuntimeException first) {
      try {
        exchange.bytes();
      } catch (IOException | RuntimeException second) {
        boolean same = first.equals(second); // exceptions are equal only to themselves
        seen.complete(same ? first : new AssertionError("another failure", second));
      }
    }
    return Answer.text(200, "all is well");
  }

  private static String post(String path, String headers) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\n";
  }

  /** Sends until it is over or the server stops it. */
  private static void pour(Wire wire, byte[] piece, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      wire.send(piece);
    }
  }

  private static byte[] gzip(byte[] plain, int times) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      for (int i = 0; i < times; i++) {
        out.write(plain);
      }
    }
    return packed.toByteArray();
  }

  @Test
  void a_body_of_exactly_the_limit_is_taken() throws IOException {
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Content-Length: " + LIMIT));
      pour(wire, new byte[MIB], LIMIT / MIB);

      assertThat(wire.reply().text()).isEqualTo("bytes " + LIMIT);
    }
  }

  @Test
  void an_announced_body_above_the_limit_is_413_without_being_read() throws IOException {
    try (Wire wire = server.connect()) {
      Wire.Reply reply = wire.send(post("/count", "Content-Length: " + (LIMIT + 1))).reply();

      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.header("Connection")).contains("close");
      assertThat(reply.text()).contains("urn:millrace:problem:too-large", "8388608 bytes");
      assertThat(seen).isNotCompleted();
    }
  }

  @Test
  void a_client_that_keeps_sending_above_the_limit_still_gets_its_413() throws IOException {
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Content-Length: " + 10 * LIMIT));
      pour(wire, new byte[MIB], 10 * LIMIT / MIB); // all of it, before it looks at the answer

      assertThat(wire.reply().status()).isEqualTo(413);
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void a_chunked_body_above_the_limit_is_413_as_soon_as_it_is_above() throws IOException {
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Transfer-Encoding: chunked"));
      for (int sent = 0; sent <= LIMIT; sent += MIB) {
        wire.send(Integer.toHexString(MIB) + "\r\n").send(new byte[MIB]).send("\r\n");
      }

      assertThat(wire.reply().status()).isEqualTo(413); // the body has not even ended
    }
  }

  @Test
  void a_huge_body_is_refused_in_flat_memory() throws IOException {
    Runtime jvm = Runtime.getRuntime();
    System.gc();
    long before = jvm.totalMemory() - jvm.freeMemory();
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Transfer-Encoding: chunked"));
      byte[] piece = new byte[MIB];
      String size = Integer.toHexString(MIB) + "\r\n";
      for (int i = 0; i < 256; i++) {
        wire.send(size).send(piece).send("\r\n");
      }
      wire.send("0\r\n\r\n");
      assertThat(wire.reply().status()).isEqualTo(413);
      System.gc();
      assertThat(jvm.totalMemory() - jvm.freeMemory() - before).isLessThan(32L * MIB);
    }
  }

  @Test
  void a_client_that_waits_to_send_too_much_is_told_at_once() throws IOException {
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Expect: 100-continue\r\nContent-Length: " + 10 * LIMIT));

      assertThat(wire.reply().status()).isEqualTo(413);
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void a_small_body_that_nobody_reads_leaves_the_connection_usable() throws IOException {
    try (Wire wire = server.connect()) {
      wire.send(post("/ignore", "Content-Length: 5")).send("hello");
      assertThat(wire.reply().text()).isEqualTo("ignored");

      wire.send("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(wire.reply().text()).isEqualTo("alive");
    }
  }

  @Test
  void a_small_body_that_is_refused_leaves_the_connection_usable() throws IOException {
    try (Wire wire = server.connect()) {
      wire.send(post("/nothing", "Content-Length: 5")).send("hello");
      assertThat(wire.reply().status()).isEqualTo(404);

      wire.send("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(wire.reply().text()).isEqualTo("alive");
    }
  }

  @Test
  void a_large_body_that_nobody_reads_ends_the_connection_after_the_answer() throws IOException {
    try (Wire wire = server.connect()) {
      wire.send(post("/first-byte", "Content-Length: " + LIMIT));
      pour(wire, new byte[MIB], LIMIT / MIB);
      Wire.Reply reply = wire.reply();

      assertThat(reply.text()).isEqualTo("byte 0");
      assertThat(reply.header("Connection")).contains("close");
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void a_body_that_ends_before_its_announced_end_is_no_body() throws Exception {
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Content-Length: 100")).send("only this").sendNoMore();

      assertThat(wire.reply().status()).isEqualTo(400);
      assertThat(seen.get(20, TimeUnit.SECONDS)).isInstanceOf(RefusedByHttp.class);
    }
  }

  @Test
  void a_client_that_leaves_within_its_body_frees_its_thread() throws Exception {
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Content-Length: 100")).send("only this");
    }

    assertThat(seen.get(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(server.observed().status()).isIn(400, 499);
  }

  @Test
  void chunks_that_are_none_are_400() throws IOException {
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Transfer-Encoding: chunked")).send("3\r\nabc\r\nrubbish\r\n");

      assertThat(wire.reply().status()).isEqualTo(400);
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "x-gzip", "GZIP"})
  void a_packed_body_is_unpacked(String encoding) throws IOException {
    byte[] packed = gzip("hello ".getBytes(UTF_8), 1000);
    try (Wire wire = server.connect()) {
      wire.send(
          post("/count", "Content-Encoding: " + encoding + "\r\nContent-Length: " + packed.length));

      assertThat(wire.send(packed).reply().text()).isEqualTo("bytes 6000");
    }
  }

  @Test
  void a_packed_body_may_come_in_chunks_and_the_connection_goes_on() throws IOException {
    byte[] packed = gzip("hello ".getBytes(UTF_8), 1000);
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Content-Encoding: gzip\r\nTransfer-Encoding: chunked"));
      wire.send(Integer.toHexString(packed.length) + "\r\n").send(packed).send("\r\n0\r\n\r\n");
      assertThat(wire.reply().text()).isEqualTo("bytes 6000");

      wire.send("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(wire.reply().text()).isEqualTo("alive");
    }
  }

  @Test
  void a_bomb_is_stopped_by_the_limit_on_what_comes_out() throws IOException {
    byte[] bomb = gzip(new byte[MIB], 64);
    assertThat(bomb.length).isLessThan(100_000);
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Content-Encoding: gzip\r\nContent-Length: " + bomb.length));

      assertThat(wire.send(bomb).reply().status()).isEqualTo(413);
    }
  }

  @Test
  void gzip_of_several_members_is_unpacked_whole() throws IOException {
    byte[] member = gzip("hello ".getBytes(UTF_8), 1000);
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Content-Encoding: gzip\r\nContent-Length: " + 3 * member.length));
      wire.send(member).send(member);

      assertThat(wire.send(member).reply().text()).isEqualTo("bytes 18000");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "plain"})
  void a_broken_body_is_never_answered_as_a_whole_one(String encoding) throws Exception {
    String announced = encoding.equals("gzip") ? "Content-Encoding: gzip\r\n" : "";
    try (Wire wire = server.connect()) {
      wire.send(post("/stubborn", announced + "Content-Length: 20")).send("hello").sendNoMore();

      assertThat(wire.reply().status()).isEqualTo(400);
      assertThat(seen.get(20, TimeUnit.SECONDS))
          .isInstanceOfAny(Refusal.class, RefusedByHttp.class);
    }
  }

  @Test
  void a_body_above_the_limit_is_413_whatever_the_handler_makes_of_it() throws IOException {
    byte[] bomb = gzip(new byte[MIB], 64);
    try (Wire wire = server.connect()) {
      wire.send(post("/stubborn", "Content-Encoding: gzip\r\nContent-Length: " + bomb.length));

      assertThat(wire.send(bomb).reply().status()).isEqualTo(413);
    }
  }

  @Test
  void broken_gzip_is_400() throws IOException {
    try (Wire wire = server.connect()) {
      Wire.Reply reply =
          wire.send(post("/count", "Content-Encoding: gzip\r\nContent-Length: 5"))
              .send("hello")
              .reply();

      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.text()).contains("\"field\":\"body\"");
    }
  }

  @Test
  void gzip_that_ends_too_early_is_400() throws IOException {
    byte[] packed = gzip("hello ".getBytes(UTF_8), 1000);
    try (Wire wire = server.connect()) {
      wire.send(post("/count", "Content-Encoding: gzip\r\nContent-Length: " + (packed.length - 9)));
      for (int i = 0; i < packed.length - 9; i++) {
        wire.send(new byte[] {packed[i]});
      }

      assertThat(wire.reply().status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd", "deflate", "gzip, gzip", "nonsense"})
  void another_encoding_is_415(String encoding) throws IOException {
    Wire.Reply reply = server.ask("POST /count HTTP/1.1\r\nContent-Encoding: " + encoding, "body");

    assertThat(reply.status()).isEqualTo(415);
    assertThat(reply.header("Accept-Encoding")).contains("gzip");
  }

  @Test
  void no_encoding_may_be_said_in_words() throws IOException {
    assertThat(server.ask("POST /count HTTP/1.1\r\nContent-Encoding: identity", "body").text())
        .isEqualTo("bytes 4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: y",
        "Content-Type:",
        "Content-Type: application/json",
        "Content-Type: Application/JSON; charset=utf-8",
        "Content-Type: application/vnd.ga4gh+json",
      })
  void a_face_of_json_takes_json(String header) throws IOException {
    assertThat(server.ask("POST /json/count HTTP/1.1\r\n" + header, "{}").text())
        .isEqualTo("bytes 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "image/svg+json"
      })
  void a_face_of_json_refuses_other_bodies(String type) throws IOException {
    assertThat(server.ask("POST /json/count HTTP/1.1\r\nContent-Type: " + type, "{}").status())
        .isEqualTo(415);
  }

  @Test
  void a_face_of_json_does_not_mind_a_type_without_a_body() throws IOException {
    assertThat(server.ask("POST /json/count HTTP/1.1\r\nContent-Type: text/plain").status())
        .isEqualTo(200);
  }

  @Test
  void a_limit_is_never_negative() {
    assertThatThrownBy(() -> FaceRules.STANDARD.withBodyLimit(-1))
        .hasMessageContaining("body limit");
  }
}
