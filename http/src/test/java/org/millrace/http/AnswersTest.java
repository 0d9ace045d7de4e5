package org.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of answer, as it arrives. */
final class AnswersTest {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz";
  private final CompletableFuture<Throwable> writing = new CompletableFuture<>();
  @TempDir private Path dir;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    Path file = Files.writeString(dir.resolve("alphabet"), ALPHABET);
    Path empty = Files.createFile(dir.resolve("empty"));
    Routes routes =
        Routes.under("")
            .get("/file", _ -> Answer.file("text/plain", file).with("ETag", "\"v1\""))
            .get("/empty-file", _ -> Answer.file("text/plain", empty))
            .get("/missing-file", _ -> Answer.file("text/plain", dir.resolve("missing")))
            .get(
                "/short",
                _ -> Answer.written(200, "text/plain", out -> out.write("short".getBytes(UTF_8))))
            .get("/long", _ -> Answer.written(201, "text/plain", out -> repeat(out, 100_000)))
            .get("/endless", _ -> Answer.written(200, "text/plain", this::endless))
            .get("/early", _ -> Answer.written(200, "text/plain", _ -> fail()))
            .get("/late", _ -> Answer.written(200, "text/plain", AnswersTest::failLate))
            .get("/shrunk", _ -> Answer.sized("text/plain", new Shrunk()))
            .get("/nothing", _ -> Answer.empty(204))
            .post(
                "/created",
                _ ->
                    Answer.text(201, "ü")
                        .with("Location", "/it")
                        .with("X-Two", "1")
                        .with("X-Two", "2"));
    server = TestServer.of(TestFace.of("test", routes));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static void repeat(OutputStream out, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      out.write('x');
    }
  }

  private static void fail() {
    throw new IllegalStateException("a defect");
  }

  private static void failLate(OutputStream out) throws IOException {
    repeat(out, 100_000);
    fail();
  }

  private void endless(OutputStream out) throws IOException {
    byte[] piece = new byte[64 << 10];
    try {
      while (true) {
        out.write(piece);
      }
    } catch (IOException reason) {
      writing.complete(reason);
      throw reason;
    }
  }

  /** Promises more than it has. */
  private record Shrunk() implements SizedContent {
    @Override
    public long size() {
      return 100;
    }

    @Override
    public void copy(long first, long length, OutputStream out) throws IOException {
      out.write(new byte[10]);
      throw new IOException("became shorter");
    }
  }

  private Wire.Reply get(String path, String headers) throws IOException {
    return server.ask("GET " + path + " HTTP/1.1" + headers);
  }

  @Test
  void an_answer_carries_its_headers() throws IOException {
    Wire.Reply reply = server.ask("POST /created HTTP/1.1");

    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.text()).isEqualTo("ü");
    assertThat(reply.header("Content-Type")).contains("text/plain; charset=utf-8");
    assertThat(reply.header("Content-Length")).contains("2");
    assertThat(reply.header("Location")).contains("/it");
    assertThat(reply.headers()).filteredOn(header -> header.name().equals("X-Two")).hasSize(2);
    assertThat(reply.header("Date")).isPresent();
    assertThat(reply.header("Server")).isEmpty();
  }

  @Test
  void nothing_has_no_length_and_no_type() throws IOException {
    Wire.Reply reply = get("/nothing", "");

    assertThat(reply.status()).isEqualTo(204);
    assertThat(reply.header("Content-Length")).isEmpty();
    assertThat(reply.header("Content-Type")).isEmpty();
  }

  @Test
  void what_is_written_and_short_goes_in_one_piece() throws IOException {
    Wire.Reply reply = get("/short", "");

    assertThat(reply.text()).isEqualTo("short");
    assertThat(reply.header("Content-Length")).contains("5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\nConnection: close"})
  void what_is_written_and_long_goes_in_chunks(String connection) throws IOException {
    Wire.Reply reply = get("/long", connection);

    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.header("Transfer-Encoding")).contains("chunked");
    assertThat(reply.text()).hasSize(100_000);
  }

  @Test
  void a_writer_that_fails_before_its_first_byte_left_is_500() throws IOException {
    assertThat(get("/early", "").status()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\nConnection: close"})
  void a_writer_that_fails_later_does_not_look_whole(String connection) {
    assertThatThrownBy(() -> get("/late", connection)).isInstanceOf(IOException.class);
  }

  @Test
  void content_that_shrinks_does_not_look_whole() {
    assertThatThrownBy(() -> get("/shrunk", ""))
        .hasMessage("the connection ended after 10 of 100 bytes");
  }

  @Test
  void a_client_that_leaves_stops_the_writer() throws Exception {
    try (Wire wire = server.connect()) {
      wire.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").head();
      wire.chunk();
    }

    assertThat(writing.get(20, TimeUnit.SECONDS)).isInstanceOf(ClientGone.class);
    assertThat(server.observed().status()).isEqualTo(499);
  }

  @ParameterizedTest
  @CsvSource({
    "/short, 200, ",
    "/long, 201, ",
    "/file, 200, 26",
    "/empty-file, 200, 0",
    "/nothing, 204, ",
    "/early, 200, "
  })
  void head_has_the_headers_of_get_and_no_body(String path, int status, String length)
      throws IOException {
    try (Wire wire = server.connect()) {
      Wire.Reply reply = wire.send("HEAD " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").head();

      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.header("Content-Length").orElse(null)).isEqualTo(length);
      wire.send("GET /short HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(wire.reply().text()).isEqualTo("short"); // not a byte of a body came before
    }
  }

  @Test
  void a_file_is_sent_whole() throws IOException {
    Wire.Reply reply = get("/file", "");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Accept-Ranges")).contains("bytes");
    assertThat(reply.header("Content-Length")).contains("26");
    assertThat(reply.text()).isEqualTo(ALPHABET);
    assertThat(get("/empty-file", "").text()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-3, abcd, 0-3",
    "bytes=23-, xyz, 23-25",
    "bytes=25-25, z, 25-25",
    "bytes=20-1000, uvwxyz, 20-25",
    "bytes=-2, yz, 24-25",
    "bytes=-1000, abcdefghijklmnopqrstuvwxyz, 0-25",
    "bytes = 1 - 2, bc, 1-2",
  })
  void a_part_of_a_file_is_206(String range, String text, String shown) throws IOException {
    Wire.Reply reply = get("/file", "\r\nRange: " + range);

    assertThat(reply.status()).isEqualTo(206);
    assertThat(reply.text()).isEqualTo(text);
    assertThat(reply.header("Content-Range")).contains("bytes " + shown + "/26");
    assertThat(reply.header("Content-Length")).contains(Integer.toString(text.length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=26-", "bytes=100-200", "bytes=-0"})
  void a_part_that_does_not_exist_is_416(String range) throws IOException {
    Wire.Reply reply = get("/file", "\r\nRange: " + range);

    assertThat(reply.status()).isEqualTo(416);
    assertThat(reply.header("Content-Range")).contains("bytes */26");
    assertThat(reply.text()).contains("urn:millrace:problem:range-not-satisfiable");
  }

  @Test
  void an_empty_file_has_no_parts() throws IOException {
    assertThat(get("/empty-file", "\r\nRange: bytes=0-").status()).isEqualTo(416);
    assertThat(get("/empty-file", "\r\nRange: bytes=-5").status()).isEqualTo(416);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=5-2",
        "bytes=0-1,4-5",
        "bytes=-",
        "bytes=a-b",
        "lines=1-2",
        "bytes",
        "bytes=99999999999999999999-"
      })
  void what_is_no_single_range_is_ignored(String range) throws IOException {
    Wire.Reply reply = get("/file", "\r\nRange: " + range);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo(ALPHABET);
  }

  @Test
  void a_range_under_a_condition_needs_the_same_content() throws IOException {
    assertThat(get("/file", "\r\nRange: bytes=0-3\r\nIf-Range: \"v1\"").status()).isEqualTo(206);
    assertThat(get("/file", "\r\nRange: bytes=0-3\r\nIf-Range: \"v0\"").status()).isEqualTo(200);
  }

  @Test
  void a_file_that_is_missing_is_our_fault() throws IOException {
    Wire.Reply reply = get("/missing-file", "");

    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.text()).doesNotContain(dir.toString());
  }

  @Test
  void a_header_cannot_break_out_of_its_line() {
    assertThatThrownBy(() -> Answer.empty(200).with("X", "a\r\nSet-Cookie: b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("X");
  }
}
