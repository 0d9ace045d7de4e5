package org.millrace.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.millrace.transfer.Fixtures.CLOCK;
import static org.millrace.transfer.Fixtures.CONFIG;
import static org.millrace.transfer.Fixtures.chance;
import static org.millrace.transfer.Fixtures.clients;
import static org.millrace.transfer.Fixtures.failure;
import static org.millrace.transfer.Fixtures.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.server.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer.Direction;
import org.millrace.engine.staging.Transfer.TransferFailed;

final class HttpTransferTest {
  private final Fixtures.NoSleep threads = new Fixtures.NoSleep();
  private final Fixtures.Kept kept = new Fixtures.Kept();
  private final Fixtures.Heard heard = new Fixtures.Heard();
  private final HttpClients clients = clients(CONFIG.withPutHosts(Set.of("localhost")));
  private final HttpTransfer transfer = new HttpTransfer(clients, threads, CLOCK, chance());

  @AfterEach
  void close() {
    clients.close();
  }

  private static JettyPeer answering(int status, String text) {
    return new JettyPeer((request, response) -> JettyPeer.answer(response, status, text));
  }

  @Test
  void a_file_is_fetched_byte_by_byte_and_told() throws Exception {
    byte[] content = new byte[300_000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31);
    }
    try (JettyPeer peer =
        new JettyPeer((request, response) ->
            JettyPeer.answer(response, 200, "application/octet-stream", content))) {
      transfer.fetch(peer.url("/a%20b?sig=1"), kept, heard);
      assertThat(kept.bytes.toByteArray()).isEqualTo(content);
      assertThat(heard.files).containsExactly(peer.url("/a%20b?***") + " 300000");
      assertThat(heard.moved).isEqualTo(300_000);
      JettyPeer.Asked asked = peer.asked.getFirst();
      assertThat(asked.target()).isEqualTo("/a%20b?sig=1");
      assertThat(asked.encoding()).isEqualTo("identity");
      assertThat(asked.agent()).isEqualTo("Millrace");
      assertThat(asked.authorization()).isNull();
    }
  }

  @Test
  void an_empty_file_is_a_file() throws Exception {
    try (JettyPeer peer = answering(200, "")) {
      transfer.fetch(peer.url("/empty"), kept, heard);
      assertThat(kept.opened).isEqualTo(1);
      assertThat(kept.text()).isEmpty();
    }
  }

  @Test
  void no_content_is_an_empty_file() throws Exception {
    try (JettyPeer peer = new JettyPeer((request, response) -> response.setStatus(204))) {
      transfer.fetch(peer.url("/empty"), kept, heard);
      assertThat(kept.opened).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/a//b", "//a", "/a%2Fb", "/a;x=1/b", "/%C3%BC", "/a?b=?c/d", "/a+b", "/'a'"})
  void a_path_is_asked_for_as_written(String target) throws Exception {
    try (RawPeer peer = RawPeer.saying("HTTP/1.1 200 OK~Content-Length: 2~~ok")) {
      transfer.fetch(peer.url(target), kept, heard);
      assertThat(peer.heads.getFirst()).startsWith("GET " + target + " HTTP/1.1\r\n");
      assertThat(peer.heads.getFirst()).contains("Host: 127.0.0.1:" + peer.port() + "\r\n");
    }
  }

  @Test
  void a_host_with_an_underscore_or_in_brackets_is_a_host() throws Exception {
    CheckedNames.Lookup home = host -> new java.net.InetAddress[] {Fixtures.address("127.0.0.1")};
    try (RawPeer peer = RawPeer.saying("HTTP/1.1 200 OK~Content-Length: 2~~ok");
        HttpClients named = clients(CONFIG, Fixtures.ANYWHERE, home)) {
      new HttpTransfer(named, threads, CLOCK, chance())
          .fetch("http://my_files:" + peer.port() + "/a", kept, heard);
      assertThat(peer.heads.getFirst()).contains("Host: my_files:" + peer.port() + "\r\n");
    }
  }

  @Test
  void compressed_content_stays_as_it_was_sent() throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write("text".getBytes(UTF_8));
    }
    try (JettyPeer peer =
        new JettyPeer((request, response) -> {
          response.getHeaders().put("Content-Encoding", "gzip");
          JettyPeer.answer(response, 200, "text/plain", zipped.toByteArray());
        })) {
      transfer.fetch(peer.url("/a.gz"), kept, heard);
      assertThat(kept.bytes.toByteArray()).isEqualTo(zipped.toByteArray());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, input-refused, false",
    "401, input-denied, false",
    "403, input-denied, false",
    "404, input-not-found, false",
    "410, input-not-found, false",
    "409, input-refused, false",
    "413, input-too-large, false",
    "418, input-refused, false",
    "202, input-refused, false",
    "300, input-refused, false",
    "304, input-refused, false",
    "408, peer-silent, true",
    "425, peer-busy, true",
    "429, peer-busy, true",
    "500, peer-failed, true",
    "502, peer-failed, true",
    "503, peer-failed, true",
    "599, peer-failed, true"
  })
  void a_status_tells_whether_it_passes(int status, String code, boolean passing) {
    try (JettyPeer peer = new JettyPeer((request, response) -> response.setStatus(status))) {
      TransferFailed failed = failure(() -> transfer.fetch(peer.url("/a?key=hidden"), kept, heard));
      assertThat(failed.why().code()).isEqualTo(code);
      assertThat(failed.isPassing()).isEqualTo(passing);
      assertThat(failed.why().byCaller()).isEqualTo(!passing);
      assertThat(failed.getMessage())
          .startsWith("GET " + peer.url("/a?***") + " was answered " + status)
          .doesNotContain("hidden");
      assertThat(peer.asked).hasSize(passing ? 5 : 1);
      assertThat(kept.opened).isZero();
    }
  }

  @Test
  void what_passed_is_fetched_at_the_next_try() throws Exception {
    AtomicInteger number = new AtomicInteger();
    try (JettyPeer peer =
        new JettyPeer((request, response) ->
            JettyPeer.answer(response, number.incrementAndGet() < 3 ? 503 : 200, "text"))) {
      transfer.fetch(peer.url("/a"), kept, heard);
      assertThat(kept.text()).isEqualTo("text");
      assertThat(threads.slept).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7                              | 7000
          100000                         | 120000
          Sun, 01 Mar 2026 12:00:09 GMT  | 9000
          """)
  void a_peer_that_asks_for_time_gets_it(String retryAfter, long millis) throws Exception {
    AtomicInteger number = new AtomicInteger();
    try (JettyPeer peer =
        new JettyPeer((request, response) -> {
          response.getHeaders().put("Retry-After", retryAfter);
          JettyPeer.answer(response, number.incrementAndGet() < 2 ? 503 : 200, "text");
        })) {
      transfer.fetch(peer.url("/a"), kept, heard);
      assertThat(threads.slept).containsExactly(Duration.ofMillis(millis));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "soon", "-5", "Sun, 01 Mar 2020 12:00:09 GMT", "99999999999999999999"})
  void a_senseless_wish_for_time_is_not_heard(String retryAfter) throws Exception {
    AtomicInteger number = new AtomicInteger();
    try (JettyPeer peer =
        new JettyPeer((request, response) -> {
          response.getHeaders().put("Retry-After", retryAfter);
          JettyPeer.answer(response, number.incrementAndGet() < 2 ? 503 : 200, "text");
        })) {
      transfer.fetch(peer.url("/a"), kept, heard);
      assertThat(threads.slept.getFirst()).isLessThanOrEqualTo(Duration.ofMillis(500));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirects_are_followed(int status) throws Exception {
    try (JettyPeer peer =
        new JettyPeer((request, response) -> {
          if (request.getHttpURI().getPath().equals("/a/b")) {
            JettyPeer.redirect(response, status, "../c d?e");
          } else {
            JettyPeer.answer(response, 200, request.getHttpURI().getPathQuery());
          }
        })) {
      transfer.fetch(peer.url("/a/b"), kept, heard);
      assertThat(kept.text()).isEqualTo("/c%20d?e");
    }
  }

  @Test
  void redirects_without_an_end_are_refused() {
    try (JettyPeer peer =
        new JettyPeer((request, response) -> JettyPeer.redirect(response, 302, "/round"))) {
      TransferFailed failed = failure(() -> transfer.fetch(peer.url("/round"), kept, heard));
      assertThat(failed.why().code()).isEqualTo("redirect-loop");
      assertThat(failed.isPassing()).isFalse();
      assertThat(peer.asked).hasSize(11);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://h/a", "file:///etc/passwd", "http://", "http://u:hidden@/", "//:80/"})
  void redirects_to_what_is_no_http_url_are_refused(String location) {
    try (JettyPeer peer =
        new JettyPeer((request, response) -> JettyPeer.redirect(response, 302, location))) {
      TransferFailed failed = failure(() -> transfer.fetch(peer.url("/a"), kept, heard));
      assertThat(failed.why().code()).isEqualTo("redirect-refused");
      assertThat(failed.getMessage()).doesNotContain("hidden");
      assertThat(failed.isPassing()).isFalse();
    }
  }

  @Test
  void user_info_goes_as_basic_credentials_with_the_first_request() throws Exception {
    try (JettyPeer peer = answering(200, "text")) {
      transfer.fetch(peer.url("/a").replace("://", "://me:s%C3%A9cret%40@"), kept, heard);
      String pair = Base64.getEncoder().encodeToString("me:sécret@".getBytes(UTF_8));
      assertThat(peer.asked.getFirst().authorization()).isEqualTo("Basic " + pair);
      assertThat(heard.files.getFirst()).startsWith("http://***@127.0.0.1").doesNotContain("me:");
    }
  }

  @Test
  void credentials_follow_to_the_same_server_and_to_no_other() throws Exception {
    try (JettyPeer other = answering(200, "text");
        JettyPeer peer =
            new JettyPeer((request, response) -> {
              boolean first = request.getHttpURI().getPath().equals("/1");
              String away = other.url("/3").replace("://", "://you:yours@");
              JettyPeer.redirect(response, 307, first ? "/2" : away);
            })) {
      transfer.fetch(peer.url("/1").replace("://", "://me:mine@"), kept, heard);
      assertThat(peer.asked).hasSize(2).allMatch(asked -> asked.authorization() != null);
      assertThat(other.asked).hasSize(1).allMatch(asked -> asked.authorization() == null);
    }
  }

  @Test
  void a_failure_never_shows_credentials() {
    try (JettyPeer peer = answering(403, "no")) {
      TransferFailed failed =
          failure(() ->
              transfer.fetch(
                  peer.url("/a?token=hidden").replace("://", "://me:hidden@"), kept, heard));
      assertThat(failed.why().toString()).contains("***@").doesNotContain("hidden", "me:");
    }
  }

  @Test
  void a_target_that_cannot_be_written_is_our_fault_and_not_tried_again() {
    try (JettyPeer peer = answering(200, "text")) {
      TransferFailed full =
          failure(() ->
              transfer.fetch(
                  peer.url("/a"),
                  () ->
                      new OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                          throw new IOException("No space left on device");
                        }
                      },
                  heard));
      assertThat(full.why().code()).isEqualTo("disk-full");
      assertThat(full.isPassing()).isTrue();
      TransferFailed closed =
          failure(() ->
              transfer.fetch(
                  peer.url("/a"),
                  () -> {
                    throw new IOException("Permission denied");
                  },
                  heard));
      assertThat(closed.why().code()).isEqualTo("local-write-failed");
      assertThat(closed.getMessage()).contains("Permission denied");
      assertThat(peer.asked).hasSize(2);
    }
  }

  @Test
  void put_is_for_configured_hosts() throws Exception {
    AtomicInteger length = new AtomicInteger();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JettyPeer peer =
        new JettyPeer((request, response) -> {
          length.set((int) request.getLength());
          body.write(org.eclipse.jetty.io.Content.Source.asInputStream(request).readAllBytes());
          JettyPeer.answer(response, 201, "");
        })) {
      String folder = peer.url("/out?key=1").replace("127.0.0.1", "localhost");
      String url = transfer.below(folder, "a b/c.txt");
      transfer.store(source("a b/c.txt", "text"), url, heard);
      assertThat(peer.asked.getFirst().method()).isEqualTo("PUT");
      assertThat(peer.asked.getFirst().target()).isEqualTo("/out/a%20b/c.txt?key=1");
      assertThat(length).hasValue(4);
      assertThat(body.toString(UTF_8)).isEqualTo("text");
      assertThat(heard.moved).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 307, 308})
  void a_moved_upload_is_sent_again_with_its_body(int status) throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JettyPeer peer =
        new JettyPeer((request, response) -> {
          byte[] bytes = org.eclipse.jetty.io.Content.Source.asInputStream(request).readAllBytes();
          if (request.getHttpURI().getPath().equals("/a")) {
            JettyPeer.redirect(response, status, "/b");
          } else {
            body.write(bytes);
            JettyPeer.answer(response, 200, "");
          }
        })) {
      transfer.store(source("f", "text"), peer.url("/a"), heard);
      assertThat(peer.asked).hasSize(2).allMatch(asked -> asked.method().equals("POST"));
      assertThat(body.toString(UTF_8)).contains("\r\n\r\ntext\r\n");
    }
  }

  @Test
  void see_other_after_an_upload_means_taken() throws Exception {
    try (JettyPeer peer = new JettyPeer((request, response) -> seeOther(response))) {
      transfer.store(source("f", "text"), peer.url("/a"), heard);
      assertThat(peer.asked).hasSize(1);
    }
  }

  private static void seeOther(Response response) {
    JettyPeer.redirect(response, 303, "/thanks");
  }

  @Test
  void found_after_a_form_is_refused_because_it_may_be_a_log_in() {
    try (JettyPeer peer =
        new JettyPeer((request, response) -> JettyPeer.redirect(response, 302, "/login"))) {
      TransferFailed failed =
          failure(() -> transfer.store(source("f", "text"), peer.url("/a"), heard));
      assertThat(failed.why().code()).isEqualTo("output-redirected");
      assertThat(failed.isPassing()).isFalse();
      assertThat(peer.asked).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, output-refused, 1",
    "401, output-denied, 1",
    "404, output-not-found, 1",
    "409, output-refused, 1",
    "413, output-too-large, 1",
    "408, peer-silent, 5",
    "429, peer-busy, 5",
    "503, peer-failed, 5"
  })
  void an_upload_is_repeated_only_where_the_answer_says_that_it_may_pass(
      int status, String code, int times) {
    try (JettyPeer peer = answering(status, "no")) {
      TransferFailed failed =
          failure(() -> transfer.store(source("f", "text"), peer.url("/a"), heard));
      assertThat(failed.why().code()).isEqualTo(code);
      assertThat(failed.isPassing()).isEqualTo(times > 1);
      assertThat(peer.asked).hasSize(times);
    }
  }

  @Test
  void a_file_that_changes_while_it_is_stored_is_not_stored() {
    try (JettyPeer peer = answering(200, "ok")) {
      for (long size : new long[] {3, 5}) {
        TransferFailed failed =
            failure(() ->
                transfer.store(
                    new Changed(source("f", "text"), size), peer.url("/a"), Progress.NONE));
        assertThat(failed.why().code()).isEqualTo("local-read-failed");
        assertThat(failed.getMessage()).contains("changed while it was being stored");
      }
    }
  }

  /** Says another size than it has. */
  private record Changed(org.millrace.engine.staging.Transfer.Source source, long size)
      implements org.millrace.engine.staging.Transfer.Source {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public java.io.InputStream open() throws IOException {
      return source.open();
    }
  }

  @Test
  void check_sees_what_can_be_seen_without_asking_anybody() {
    try (HttpClients strict =
        new HttpClients(
            CONFIG,
            new DefaultDestinations(
                new DestinationConfig(false, java.util.List.of(), java.util.List.of())))) {
      HttpTransfer checked = new HttpTransfer(strict, threads, CLOCK, chance());
      assertThatCode(() -> checked.check("inputs[0].url", "http://h/a", Direction.IN))
          .doesNotThrowAnyException();
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> checked.check("inputs[0].url", "http://:hidden@h/", Direction.IN))
          .satisfies(refusal -> {
            assertThat(refusal.failure()).isInstanceOf(Failure.Invalid.class);
            assertThat(refusal)
                .hasMessageStartingWith("inputs[0].url: the URL")
                .hasMessageNotContaining("hidden");
          });
      for (String url :
          new String[] {
            "http://169.254.169.254/a", "http://me:hidden@[::1]/", "http://10.0.0.1:80/"
          }) {
        assertThatExceptionOfType(Refusal.class)
            .isThrownBy(() -> checked.check("outputs[2].url", url, Direction.OUT))
            .satisfies(refusal -> {
              assertThat(refusal.failure()).isInstanceOf(Failure.Denied.class);
              assertThat(refusal)
                  .hasMessageStartingWith("outputs[2].url: ")
                  .hasMessageNotContaining("hidden");
            });
      }
    }
  }

  @Test
  void a_malformed_url_fails_for_good_when_it_comes_to_moving() {
    TransferFailed failed = failure(() -> transfer.fetch("http://u:hidden@/", kept, heard));
    assertThat(failed.why().code()).isEqualTo("url-malformed");
    assertThat(failed.isPassing()).isFalse();
    assertThat(failed.getMessage()).doesNotContain("hidden");
    assertThat(transfer.below("http://u:hidden@/", "a")).isEqualTo("http://u:hidden@/");
  }

  @Test
  void connections_are_used_again() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (RawPeer peer =
        new RawPeer((self, socket, number) -> {
          connections.set(number);
          while (true) {
            self.head(socket);
            self.say(socket, "HTTP/1.1 200 OK~Content-Length: 2~~ok");
          }
        })) {
      for (int i = 0; i < 5; i++) {
        transfer.fetch(peer.url("/" + i), kept, heard);
      }
      assertThat(connections).hasValue(1);
    }
  }
}
