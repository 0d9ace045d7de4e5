package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.services.NoAnswer;
import org.millrace.engine.services.ServiceClient.Answer;
import org.millrace.engine.services.ServiceClient.Ask;
import org.millrace.engine.services.ServiceClient.Content;

/** Requests to services: once, within a limit, and where they may go. */
class ServiceHttpTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final HttpClients clients =
      new HttpClients(HttpConfig.DEFAULT, new DefaultDestinations(DestinationConfig.DEFAULT));
  private final ServiceHttp services = new ServiceHttp(clients);

  @AfterEach
  void close() {
    clients.close();
  }

  private static Ask ask(String method, String url) {
    return new Ask(method, url, Map.of(), Optional.empty(), Set.of(), 1_000);
  }

  private static String to(String location) {
    return "HTTP/1.1 307 Moved\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n";
  }

  private NoAnswer none(Ask ask, Duration within) {
    return catchThrowableOfType(NoAnswer.class, () -> services.ask(ask, within));
  }

  @Test
  void sends_what_it_is_given_and_returns_what_comes_back() throws Exception {
    try (var peer =
        RawPeer.saying(
            "HTTP/1.0 418 Teapot\r\nContent-Type: text/odd; x=y\r\n\r\nshort and stout")) {
      Answer answer =
          services.ask(
              new Ask(
                  "POST",
                  "http://me:secret@127.0.0.1:" + peer.port() + "/a b?q=\u00e4",
                  Map.of("X-Mine", "1"),
                  Optional.of(new Content("{}", "application/json")),
                  Set.of(),
                  1_000),
              SOON);

      assertThat(answer)
          .isEqualTo(new Answer(418, Optional.of("text/odd; x=y"), "short and stout", false));
      assertThat(peer.heads.getFirst())
          .startsWith("POST /a%20b?q=%C3%A4 HTTP/1.1")
          .contains("X-Mine: 1", "Content-Type: application/json\r\n", "Connection: close")
          .contains("Authorization: Basic bWU6c2VjcmV0");
    }
  }

  @Test
  void a_connection_is_used_once() throws Exception {
    try (var peer = RawPeer.saying(OK)) {
      for (int i = 0; i < 3; i++) {
        services.ask(ask("GET", peer.url("/")), SOON);
      }
      assertThat(peer.connections()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, false", "1, true", "0, true"})
  void of_a_body_no_more_is_read_than_is_wanted(int most, boolean isCut) throws Exception {
    try (var peer = RawPeer.saying(OK)) {
      Answer answer =
          services.ask(
              new Ask("GET", peer.url("/"), Map.of(), Optional.empty(), Set.of(), most), SOON);

      assertThat(answer.body()).isEqualTo("ok".substring(0, most));
      assertThat(answer.isCut()).isEqualTo(isCut);
    }
  }

  @Test
  void the_limit_is_for_all_redirects_together() {
    try (var peer =
        new RawPeer((raw, socket, number) -> {
          raw.head(socket);
          LockSupport.parkNanos(900_000_000); // a few of them are far more than the limit
          raw.say(socket, to("/" + number));
        })) {
      NoAnswer none = none(ask("GET", peer.url("/")), Duration.ofSeconds(1));

      assertThat(none.why().code()).isEqualTo("peer-silent");
      assertThat(none.isPassing()).isTrue();
      assertThat(peer.connections()).isLessThan(5);
    }
  }

  @Test
  void an_interruption_ends_it_at_once() throws Exception {
    try (var peer = new RawPeer((raw, socket, number) -> raw.untilGone(socket))) {
      var asked = new FutureTask<>(() -> services.ask(ask("GET", peer.url("/")), SOON));
      Thread thread = Thread.ofVirtual().start(asked);
      while (peer.connections() == 0) {
        Thread.onSpinWait();
      }

      thread.interrupt();

      assertThatThrownBy(asked::get).hasCauseInstanceOf(InterruptedException.class);
      peer.gone.await();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/",
        "http://[::ffff:169.254.169.254]/",
        "ftp://127.0.0.1/",
        "http://bad host/"
      })
  void a_redirect_leads_only_where_one_may_go(String location) {
    try (var peer = RawPeer.saying(to(location))) {
      NoAnswer none = none(ask("GET", peer.url("/")), SOON);

      assertThat(none.why().code()).isIn("destination-denied", "redirect-refused");
      assertThat(none.isPassing()).isFalse();
    }
  }

  @Test
  void a_redirect_without_a_place_is_an_answer() throws Exception {
    try (var peer = RawPeer.saying("HTTP/1.1 308 Moved\r\nContent-Length: 0\r\n\r\n")) {
      assertThat(services.ask(ask("POST", peer.url("/")), SOON).status()).isEqualTo(308);
    }
  }

  @Test
  void what_is_known_to_be_wrong_is_refused_before_anything_is_stored() {
    services.check("url", "http://host/x");
    services.check("url", "https://127.0.0.1:8443/x");
    assertThatThrownBy(() -> services.check("steps.a.url", "file:///etc/passwd"))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Invalid.class))
        .hasMessageContaining("steps.a.url");
    assertThatThrownBy(() -> services.check("steps.a.url", "http://169.254.169.254/x"))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Denied.class));
    assertThat(none(ask("GET", "file:///etc/passwd"), SOON).why().code())
        .isEqualTo("url-malformed");
  }

  @Test
  void addresses_are_those_that_may_be_dialled() throws Exception {
    assertThat(services.of("127.0.0.1"))
        .allSatisfy(address -> assertThat(address.isLoopbackAddress()).isTrue());
    assertThatThrownBy(() -> services.of("169.254.169.254"))
        .isInstanceOfSatisfying(NoAnswer.class, none -> assertThat(none.isPassing()).isFalse());
    assertThatThrownBy(() -> services.of("nowhere.invalid"))
        .isInstanceOfSatisfying(
            NoAnswer.class, none -> assertThat(none.why().code()).isEqualTo("host-unknown"));
  }

  @Test
  void an_interruption_during_a_lookup_is_no_unknown_host() throws Exception {
    var asked = new CountDownLatch(1);
    var hung = new CountDownLatch(1);
    CheckedNames.Lookup hanging =
        _ -> {
          asked.countDown();
          try {
            hung.await();
          } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
          }
          return new InetAddress[0];
        };
    var config = new DefaultDestinations(DestinationConfig.DEFAULT);
    try (HttpClients slow = Fixtures.clients(HttpConfig.DEFAULT, config, hanging)) {
      var looked = new FutureTask<>(() -> new ServiceHttp(slow).of("slow.example"));
      Thread thread = Thread.ofVirtual().start(looked);
      asked.await();

      thread.interrupt();

      assertThatThrownBy(looked::get).hasCauseInstanceOf(InterruptedException.class);
    }
  }
}
