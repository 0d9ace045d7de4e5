package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.millrace.transfer.Fixtures.CLOCK;
import static org.millrace.transfer.Fixtures.CONFIG;
import static org.millrace.transfer.Fixtures.address;
import static org.millrace.transfer.Fixtures.chance;
import static org.millrace.transfer.Fixtures.clients;
import static org.millrace.transfer.Fixtures.failure;
import static org.millrace.transfer.Fixtures.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer.TransferFailed;

/** Against peers that break rules, connections and promises. */
@Timeout(60)
final class NastyPeerTest {
  private static final HttpConfig SHORT =
      CONFIG.withTimeouts(Duration.ofMillis(500), Duration.ofMillis(300)).withTries(2);
  private final Fixtures.NoSleep threads = new Fixtures.NoSleep();
  private final Fixtures.Kept kept = new Fixtures.Kept();
  private final Fixtures.Heard heard = new Fixtures.Heard();
  private final HttpClients clients = clients(CONFIG);
  private final HttpTransfer transfer = new HttpTransfer(clients, threads, CLOCK, chance());

  @AfterEach
  void close() {
    clients.close();
  }

  private HttpTransfer over(HttpClients other) {
    return new HttpTransfer(other, threads, CLOCK, chance());
  }

  private void assertPassing(TransferFailed failed, String code) {
    assertThat(failed).isNotNull();
    assertThat(failed.why().code()).isEqualTo(code);
    assertThat(failed.isPassing()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK~Content-Length: 10~~short",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~short~",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~9~short",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~xyz~short",
        "HTTP/1.1 200 OK~Content-Len",
        "",
        "SSH-2.0-OpenSSH_9.2~",
        "HTTP/1.1 200 OK~Content-Length: -5~~short"
      })
  void a_broken_answer_is_a_passing_failure(String answer) {
    try (RawPeer peer = RawPeer.saying(answer)) {
      assertPassing(failure(() -> transfer.fetch(peer.url("/a"), kept, heard)), "peer-broke-off");
      assertThat(peer.connections()).isEqualTo(5);
    }
  }

  @Test
  void a_file_that_was_cut_short_is_fetched_from_its_start() throws Exception {
    try (RawPeer peer =
        RawPeer.saying(
            "HTTP/1.1 200 OK~Content-Length: 10~~0123",
            "HTTP/1.1 200 OK~Content-Length: 10~~0123456789")) {
      transfer.fetch(peer.url("/a"), kept, heard);
      assertThat(kept.text()).isEqualTo("0123456789");
      assertThat(kept.opened).isEqualTo(2);
      assertThat(peer.heads.get(1)).doesNotContain("Range");
      assertThat(heard.files).hasSize(2);
    }
  }

  @Test
  void a_file_that_can_be_proved_the_same_goes_on_where_it_broke() throws Exception {
    try (RawPeer peer =
        RawPeer.saying(
            "HTTP/1.1 200 OK~ETag: \"v1\"~Content-Length: 10~~0123",
            "HTTP/1.1 206 Partial Content~ETag: \"v1\"~Content-Range: bytes 4-9/10~Content-Length:"
                + " 6~~45",
            "HTTP/1.1 206 Partial Content~Content-Range: bytes 6-9/*~Content-Length: 4~~6789")) {
      transfer.fetch(peer.url("/a"), kept, heard);
      assertThat(kept.text()).isEqualTo("0123456789");
      assertThat(kept.opened).isEqualTo(1);
      assertThat(peer.heads.get(1)).contains("Range: bytes=4-\r\n", "If-Range: \"v1\"\r\n");
      assertThat(peer.heads.get(2)).contains("Range: bytes=6-\r\n");
      assertThat(heard.files).hasSize(1);
      assertThat(heard.moved).isEqualTo(10);
    }
  }

  @Test
  void a_date_proves_it_too_if_it_is_old_enough() throws Exception {
    try (RawPeer peer =
        RawPeer.saying(
            "HTTP/1.1 200 OK~Date: Sun, 01 Mar 2026 12:00:09 GMT~Last-Modified: Sun, 01 Mar 2026"
                + " 12:00:00 GMT~Content-Length: 10~~0123",
            "HTTP/1.1 206 Partial Content~Content-Range: bytes 4-9/10~Content-Length: 6~~456789")) {
      transfer.fetch(peer.url("/a"), kept, heard);
      assertThat(kept.text()).isEqualTo("0123456789");
      assertThat(peer.heads.get(1)).contains("If-Range: Sun, 01 Mar 2026 12:00:00 GMT\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ETag: W/\"weak\"",
        "ETag: \"v1\"~Accept-Ranges: none",
        "ETag: \"v1\"~Content-Encoding: gzip",
        "Last-Modified: Sun, 01 Mar 2026 12:00:00 GMT",
        "Last-Modified: Sun, 01 Mar 2026 12:00:00 GMT~Date: Sun, 01 Mar 2026 12:00:00 GMT"
      })
  void without_proof_it_starts_over(String headers) throws Exception {
    try (RawPeer peer =
        RawPeer.saying(
            "HTTP/1.1 200 OK~" + headers + "~Content-Length: 10~~0123",
            "HTTP/1.1 200 OK~Content-Length: 10~~0123456789")) {
      transfer.fetch(peer.url("/a"), kept, heard);
      assertThat(kept.text()).isEqualTo("0123456789");
      assertThat(peer.heads.get(1)).doesNotContain("Range:");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK~ETag: \"v2\"~Content-Length: 3~~new",
        "HTTP/1.1 206 Partial Content~ETag: \"v2\"~Content-Range: bytes 4-9/10~Content-Length:"
            + " 6~~456789",
        "HTTP/1.1 206 Partial Content~Content-Range: bytes 3-9/10~Content-Length: 7~~3456789",
        "HTTP/1.1 206 Partial Content~Content-Range: bytes 4-9/11~Content-Length: 6~~456789",
        "HTTP/1.1 206 Partial Content~Content-Range: lines 4-9/10~Content-Length: 6~~456789",
        "HTTP/1.1 206 Partial Content~Content-Length: 6~~456789"
      })
  void another_file_or_another_part_starts_over(String second) throws Exception {
    try (RawPeer peer =
        RawPeer.saying(
            "HTTP/1.1 200 OK~ETag: \"v1\"~Content-Length: 10~~0123",
            second,
            "HTTP/1.1 200 OK~ETag: \"v2\"~Content-Length: 3~~new")) {
      transfer.fetch(peer.url("/a"), kept, heard);
      assertThat(kept.text()).isEqualTo("new");
    }
  }

  @Test
  void a_range_that_is_refused_starts_over() throws Exception {
    try (RawPeer peer =
        RawPeer.saying(
            "HTTP/1.1 200 OK~ETag: \"v1\"~Content-Length: 10~~0123",
            "HTTP/1.1 416 Range Not Satisfiable~Content-Length: 0~~",
            "HTTP/1.1 200 OK~Content-Length: 3~~new")) {
      transfer.fetch(peer.url("/a"), kept, heard);
      assertThat(kept.text()).isEqualTo("new");
      assertThat(peer.heads.get(2)).doesNotContain("Range");
    }
  }

  @Test
  void a_reset_in_the_middle_is_a_passing_failure() {
    try (RawPeer peer =
        new RawPeer((self, socket, number) -> {
          self.head(socket);
          self.say(socket, "HTTP/1.1 200 OK~Content-Length: 1000000~~some");
          RawPeer.reset(socket);
        })) {
      assertPassing(failure(() -> transfer.fetch(peer.url("/a"), kept, heard)), "peer-broke-off");
    }
  }

  @Test
  void a_port_that_nobody_listens_on_is_a_passing_failure() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, address("127.0.0.1"))) {
      port = closed.getLocalPort();
    }
    TransferFailed failed =
        failure(() -> transfer.fetch("http://127.0.0.1:" + port + "/a", kept, heard));
    assertPassing(failed, "peer-unreachable");
    assertThat(failed).hasMessageContaining("connection refused").hasMessageContaining("5 tries");
    assertThat(threads.slept).hasSize(4);
  }

  @Test
  void a_name_that_nobody_knows_is_a_passing_failure() {
    CheckedNames.Lookup nobody =
        host -> {
          throw new UnknownHostException(host);
        };
    try (HttpClients lost = clients(CONFIG, Fixtures.ANYWHERE, nobody)) {
      TransferFailed failed = failure(() -> over(lost).fetch("http://no.such.host/a", kept, heard));
      assertPassing(failed, "host-unknown");
      assertThat(failed).hasMessageContaining("no.such.host");
    }
  }

  @Test
  void silence_ends_after_the_read_time_out() {
    try (RawPeer peer =
            new RawPeer((self, socket, number) -> {
              self.head(socket);
              self.say(socket, number == 1 ? "" : "HTTP/1.1 200 OK~Content-Length: 10~~01");
              self.untilGone(socket);
            });
        HttpClients hasty = clients(SHORT)) {
      assertPassing(failure(() -> over(hasty).fetch(peer.url("/a"), kept, heard)), "peer-silent");
      while (peer.connections() < 2) { // it may come to know of them later than they give up
        Thread.onSpinWait();
      }
      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK~Content-Length: 100000~~",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~fff~"
      })
  void a_peer_that_only_drips_is_given_up(String beginning) {
    try (RawPeer peer =
            new RawPeer((self, socket, number) -> {
              self.head(socket);
              self.say(socket, beginning);
              // a byte now and then keeps a socket's own time-out from ever ending
              for (int i = 0; i < 10_000; i++) {
                self.say(socket, "H");
                TimeUnit.MILLISECONDS.sleep(20);
              }
            });
        HttpClients hasty = clients(SHORT.withSlowest(1_000).withTries(1))) {
      TransferFailed failed;
      do { // on a busy machine it may not even drip for a while
        failed = failure(() -> over(hasty).fetch(peer.url("/a"), kept, heard));
      } while (failed != null && failed.why().code().equals("peer-silent"));
      assertPassing(failed, "peer-slow");
      assertThat(failed).hasMessageContaining("bytes moved in 900 ms");
    }
  }

  @Test
  void an_upload_that_nobody_reads_is_given_up() {
    try (RawPeer peer =
            new RawPeer((self, socket, number) -> {
              self.head(socket);
              new CountDownLatch(1).await();
            });
        HttpClients hasty = clients(SHORT.withSlowest(1_000).withTries(1))) {
      TransferFailed failed =
          failure(() ->
              over(hasty).store(source("f", new byte[64 << 20]), peer.url("/a"), Progress.NONE));
      assertPassing(failed, "peer-slow");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.0 200 OK~~text                                                             | text",
        "HTTP/1.0 200 OK~Content-Length: 4~~text and more                                  | text",
        "HTTP/1.1 200 OK~~text                                                             | text",
        "HTTP/1.1 200 OK~Content-Length: 4~~text and more                                  | text",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~te~2~xt~0~~                         | text",
        "HTTP/1.1 100 Continue~~HTTP/1.1 103 Early Hints~Link: x~~HTTP/1.1 200 OK~Content-Length:"
            + " 4~~text | text",
        "HTTP/1.1 200~Content-Length: 4~~text                                              | text",
        "HTTP/1.1 200 OK~content-length:4~~text                                            | text",
        "HTTP/1.1 200 OK~Content-Encoding: gzip~Content-Length: 4~~text                    | text",
        "HTTP/1.1 200 OK~Content-Type: ~Content-Length: 4~~text                            | text"
      })
  void old_and_odd_but_legal_answers_are_understood(String answer, String text) throws Exception {
    try (RawPeer peer = RawPeer.saying(answer.strip())) {
      transfer.fetch(peer.url("/a"), kept, heard);
      assertThat(kept.text()).isEqualTo(text);
      assertThat(peer.connections()).isEqualTo(1);
    }
  }

  @Test
  void bytes_beyond_the_promised_length_do_not_become_the_next_answer() throws Exception {
    try (RawPeer peer =
        new RawPeer((self, socket, number) -> {
          while (true) {
            self.head(socket);
            self.say(
                socket,
                "HTTP/1.1 200 OK~Content-Length: 4~~textHTTP/1.1 200 OK~Content-Length: 4~~evil");
          }
        })) {
      for (int i = 0; i < 4; i++) {
        transfer.fetch(peer.url("/a"), kept, heard);
        assertThat(kept.text()).isEqualTo("text");
      }
    }
  }

  @Test
  void endless_headers_are_refused() {
    try (RawPeer peer =
            new RawPeer((self, socket, number) -> {
              self.head(socket);
              self.say(socket, "HTTP/1.1 200 OK~");
              while (true) {
                self.say(socket, "X-More: " + "x".repeat(1000) + "~");
              }
            });
        HttpClients once = clients(CONFIG.withTries(1))) {
      assertPassing(failure(() -> over(once).fetch(peer.url("/a"), kept, heard)), "peer-broke-off");
    }
  }

  @Test
  void a_refusal_with_an_endless_body_is_a_refusal() {
    try (RawPeer peer =
        new RawPeer((self, socket, number) -> {
          self.head(socket);
          self.say(socket, "HTTP/1.1 404 Not Found~Content-Length: 100000000000~~");
          while (true) {
            self.say(socket, "x".repeat(1000));
          }
        })) {
      TransferFailed failed = failure(() -> transfer.fetch(peer.url("/a"), kept, heard));
      assertThat(failed.why().code()).isEqualTo("input-not-found");
    }
  }

  @Test
  void a_redirect_to_a_metadata_address_is_refused() {
    HttpClients guarded =
        new HttpClients(CONFIG, new DefaultDestinations(DestinationConfig.DEFAULT));
    try (guarded;
        RawPeer peer =
            RawPeer.saying(
                "HTTP/1.1 302 Found~Location:"
                    + " http://169.254.169.254/latest/meta-data~Content-Length: 0~~")) {
      TransferFailed failed = failure(() -> over(guarded).fetch(peer.url("/a"), kept, heard));
      assertThat(failed.why().code()).isEqualTo("destination-denied");
      assertThat(failed).hasMessageContaining("169.254.169.254");
      assertThat(failed.isPassing()).isFalse();
    }
  }

  @Test
  void a_name_that_changes_its_mind_is_refused_when_it_is_dialled() throws Exception {
    AtomicInteger lookups = new AtomicInteger();
    CheckedNames.Lookup rebinding =
        host ->
            new InetAddress[] {
              address(lookups.incrementAndGet() == 1 ? "127.0.0.1" : "169.254.169.254")
            };
    try (RawPeer peer =
            RawPeer.saying("HTTP/1.1 200 OK~Connection: close~Content-Length: 4~~text");
        HttpClients guarded =
            clients(CONFIG, new DefaultDestinations(DestinationConfig.DEFAULT), rebinding)) {
      String url = "http://rebind.example:" + peer.port() + "/a";
      over(guarded).fetch(url, kept, heard);
      assertThat(lookups)
          .as("one lookup per connection: what was checked is what was dialled")
          .hasValue(1);
      TransferFailed failed = failure(() -> over(guarded).fetch(url, kept, heard));
      assertThat(failed.why().code()).isEqualTo("destination-denied");
      assertThat(failed)
          .hasMessageContaining("rebind.example")
          .hasMessageContaining("169.254.169.254");
      assertThat(peer.connections()).isEqualTo(1);
    }
  }

  @Test
  void of_several_addresses_only_the_allowed_are_dialled() throws Exception {
    CheckedNames.Lookup mixed =
        host ->
            new InetAddress[] {
              address("169.254.169.254"), address("127.0.0.1"), address("fe80::1")
            };
    try (RawPeer peer = RawPeer.saying("HTTP/1.1 200 OK~Content-Length: 4~~text");
        HttpClients guarded =
            clients(CONFIG, new DefaultDestinations(DestinationConfig.DEFAULT), mixed)) {
      over(guarded).fetch("http://mixed.example:" + peer.port() + "/a", kept, heard);
      assertThat(kept.text()).isEqualTo("text");
    }
  }

  @Test
  void a_name_lookup_that_hangs_is_a_passing_failure() {
    CountDownLatch never = new CountDownLatch(1);
    CheckedNames.Lookup hanging =
        host -> {
          try {
            never.await();
          } catch (InterruptedException _) {
            throw new UnknownHostException("interrupted");
          }
          return new InetAddress[0];
        };
    try (HttpClients stuck = clients(SHORT, Fixtures.ANYWHERE, hanging)) {
      assertPassing(
          failure(() -> over(stuck).fetch("http://slow.example/a", kept, heard)), "host-unknown");
    }
  }

  @Test
  void a_form_that_got_no_answer_is_sent_again() throws Exception {
    List<Integer> bodies = new java.util.concurrent.CopyOnWriteArrayList<>();
    try (RawPeer peer =
        new RawPeer((self, socket, number) -> {
          String head = self.head(socket);
          bodies.add(self.body(socket, head).length);
          if (number > 1) {
            self.say(socket, "HTTP/1.1 200 OK~Content-Length: 0~~");
          }
        })) {
      transfer.store(source("f", "text"), peer.url("/upload"), heard);
      assertThat(bodies).hasSize(2).doesNotContain(0);
      assertThat(heard.files).hasSize(2);
    }
  }

  @Test
  void what_a_peer_says_after_taking_a_file_does_not_matter() throws Exception {
    try (RawPeer peer =
        new RawPeer((self, socket, number) -> {
          self.body(socket, self.head(socket));
          self.say(socket, "HTTP/1.1 200 OK~Content-Length: 100~~{");
          self.untilGone(socket);
        })) {
      transfer.store(source("f", "text"), peer.url("/upload"), heard);
      assertThat(peer.connections()).isEqualTo(1);
    }
  }

  @Test
  void a_peer_that_refuses_a_long_upload_before_its_end_is_heard() {
    try (RawPeer peer =
        new RawPeer((self, socket, number) -> {
          self.head(socket);
          self.say(socket, "HTTP/1.1 413 Content Too Large~Connection: close~Content-Length: 0~~");
          InputStream in = socket.getInputStream();
          while (in.read(new byte[8192]) >= 0) {
            // keeps taking what it will not keep, until the client has understood
          }
        })) {
      TransferFailed failed =
          failure(
              () -> transfer.store(source("f", new byte[256 << 20]), peer.url("/upload"), heard));
      assertThat(failed.why().code()).isEqualTo("output-too-large");
      assertThat(heard.moved).isLessThan(256 << 20);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void interruption_closes_the_socket_at_once(boolean virtual) throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicReference<Throwable> end = new AtomicReference<>();
    try (RawPeer peer =
        new RawPeer((self, socket, number) -> {
          self.head(socket);
          self.say(socket, "HTTP/1.1 200 OK~Content-Length: 10~~01");
          waiting.countDown();
          self.untilGone(socket);
        })) {
      Runnable fetch =
          () -> {
            try {
              transfer.fetch(peer.url("/a"), kept, heard);
            } catch (InterruptedException | TransferFailed problem) {
              end.set(problem);
            }
          };
      Thread thread = virtual ? Thread.ofVirtual().start(fetch) : Thread.ofPlatform().start(fetch);
      waiting.await();
      thread.interrupt();
      assertThat(peer.gone.await(20, TimeUnit.SECONDS)).as("the socket was closed").isTrue();
      assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
      assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void interruption_ends_an_upload_and_a_wait_between_tries() throws Exception {
    CountDownLatch sleeping = new CountDownLatch(1);
    org.millrace.engine.threads.Threads sleepers =
        new Delegating() {
          @Override
          public void sleep(Duration duration) throws InterruptedException {
            sleeping.countDown();
            new CountDownLatch(1).await();
          }
        };
    try (RawPeer peer = RawPeer.saying("HTTP/1.1 503 Busy~Content-Length: 0~~")) {
      HttpTransfer sleepy = new HttpTransfer(clients, sleepers, CLOCK, chance());
      CompletableFuture<Throwable> end = new CompletableFuture<>();
      Thread thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  sleepy.store(source("f", "text"), peer.url("/a"), heard);
                } catch (InterruptedException | TransferFailed problem) {
                  end.complete(problem);
                }
              });
      sleeping.await();
      thread.interrupt();
      assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }
  }

  private abstract static class Delegating implements org.millrace.engine.threads.Threads {
    @Override
    public Running start(String name, Runnable body) {
      throw new UnsupportedOperationException();
    }

    @Override
    public org.millrace.engine.threads.Bell bell() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void an_interrupted_thread_moves_nothing() throws Exception {
    try (RawPeer peer = RawPeer.saying("HTTP/1.1 200 OK~Content-Length: 4~~text")) {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> transfer.fetch(peer.url("/a"), kept, heard));
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  @Test
  void nothing_is_written_to_a_target_after_the_call_has_returned() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    AtomicInteger written = new AtomicInteger();
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new UnsupportedOperationException();
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            written.addAndGet(length);
            writing.countDown();
          }
        };
    try (RawPeer peer =
        new RawPeer((self, socket, number) -> {
          self.head(socket);
          self.say(socket, "HTTP/1.1 200 OK~~");
          pour(socket);
        })) {
      Thread thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  transfer.fetch(peer.url("/a"), () -> out, heard);
                } catch (InterruptedException | TransferFailed _) {
                  // expected
                }
              });
      writing.await();
      thread.interrupt();
      thread.join();
      int then = written.get();
      for (int i = 0; i < 1000; i++) {
        Thread.onSpinWait();
        assertThat(written).hasValue(then);
      }
    }
  }

  private static void pour(Socket socket) throws IOException {
    byte[] bytes = new byte[8192];
    while (true) {
      socket.getOutputStream().write(bytes);
    }
  }
}
