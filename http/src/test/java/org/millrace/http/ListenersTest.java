package org.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.http.signin.Anonymous;

/** Where a server listens, what it carries there, and what stops it from starting. */
final class ListenersTest {
  private static final Face TES =
      TestFace.of("tes", Routes.under("").get("/who", _ -> Answer.text(200, "tes")));
  private static final TestFace DANE =
      TestFace.of(
          "dane",
          Routes.under("")
              .get("/who", _ -> Answer.text(200, "dane"))
              .get("/DANE/x", _ -> Answer.text(200, "x")));

  private static HttpServer server(Face[] faces, Listener... listeners) {
    return new HttpServer(
        HttpConfig.on(listeners), Anonymous.onLoopback(), List.of(faces), RequestObserver.NONE);
  }

  private static HttpServer server(Listener... listeners) {
    return server(new Face[] {TES, DANE}, listeners);
  }

  private static Listener listener(String key, int port, String... faces) {
    return new Listener(key, "127.0.0.1", port, Set.of(faces));
  }

  private static String get(URI address, String path) throws IOException {
    return Wire.ask(address, "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").text();
  }

  @Test
  void each_listener_carries_its_faces() throws IOException {
    try (var server =
        server(listener("http.listen", 0), listener("faces.dane.listen", 0, "dane"))) {
      server.start();
      List<URI> addresses = server.listening();

      assertThat(get(addresses.get(0), "/who")).isEqualTo("tes"); // the first of two
      assertThat(get(addresses.get(0), "/DANE/x")).isEqualTo("x");
      assertThat(get(addresses.get(1), "/who")).isEqualTo("dane");
    }
  }

  @Test
  void a_free_port_is_found_and_told() {
    try (var server = server(listener("http.listen", 0))) {
      assertThat(server.listening()).isEmpty();
      server.start();

      assertThat(server.listening())
          .singleElement()
          .satisfies(address -> assertThat(address.getHost()).isEqualTo("127.0.0.1"))
          .satisfies(address -> assertThat(address.getPort()).isPositive());
    }
  }

  @Test
  void a_port_that_is_taken_stops_the_start_by_name_and_leaves_nothing_open() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int free = freePort();
      int port = taken.getLocalPort();
      try (var server =
          server(listener("http.listen", free), listener("faces.dane.listen", port, "dane"))) {
        assertThatThrownBy(server::start)
            .isInstanceOf(CannotListen.class)
            .hasMessageContaining("faces.dane.listen")
            .hasMessageContaining("127.0.0.1:" + port)
            .hasMessageContaining("in use");
      }
      new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
    }
  }

  @Test
  void who_connects_before_the_start_is_answered_after_it() throws Exception {
    int port = freePort();
    try (var server = server(listener("http.listen", port));
        var early = new Socket()) {
      server.bind();
      assertThat(server.listening()).as("nobody is answered yet").isEmpty();
      early.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      early.getOutputStream().write("GET /none HTTP/1.0\r\n\r\n".getBytes(UTF_8));
      server.start();
      early.setSoTimeout(20_000);
      assertThat(new String(early.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 4");
    }
  }

  private static int freePort() throws IOException {
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  @Test
  void starting_twice_and_closing_at_any_time_are_harmless() throws IOException {
    server(listener("http.listen", 0)).close();
    var server = server(listener("http.listen", 0));
    server.start();
    server.start();
    assertThat(get(server.listening().getFirst(), "/who")).isEqualTo("tes");
    server.close();
    server.close();
    server.start();

    assertThat(server.listening()).isEmpty(); // closed stays closed
  }

  @Test
  void without_sign_in_others_are_not_let_near() {
    assertThatThrownBy(() -> server(new Listener("http.listen", "0.0.0.0", 0, Set.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("http.listen", "0.0.0.0", "security.anonymous");
  }

  @Test
  void a_face_with_its_own_sign_in_is_looked_at_too() {
    Face careless = DANE.with(Anonymous.onLoopback());

    assertThatThrownBy(() ->
            new HttpServer(
                HttpConfig.on(new Listener("http.listen", "0.0.0.0", 0, Set.of())),
                Anonymous.anywhere(),
                List.of(TES, careless),
                RequestObserver.NONE))
        .hasMessageContaining("no sign-in");
  }

  @Test
  void an_operator_may_let_everybody_in() {
    try (var server =
        new HttpServer(
            HttpConfig.on(new Listener("http.listen", "0.0.0.0", 0, Set.of())),
            Anonymous.anywhere(),
            List.of(TES),
            RequestObserver.NONE)) {
      server.start();

      assertThat(server.listening()).hasSize(1);
    }
  }

  @Test
  void a_host_that_has_no_address_is_named() {
    assertThatThrownBy(() -> server(new Listener("http.listen", "no such host", 0, Set.of())))
        .hasMessageContainingAll("http.listen", "no such host");
    try (var server =
        new HttpServer(
            HttpConfig.on(new Listener("http.listen", "no such host", 0, Set.of())),
            Anonymous.anywhere(),
            List.of(TES),
            RequestObserver.NONE)) {
      assertThatThrownBy(server::start)
          .isInstanceOf(CannotListen.class)
          .hasMessageContainingAll("http.listen", "no such host");
    }
  }

  @Test
  void a_face_that_does_not_exist_is_named() {
    assertThatThrownBy(() -> server(listener("faces.pns.listen", 0, "pns")))
        .hasMessageContainingAll("faces.pns.listen", "pns", "dane", "tes");
  }

  @Test
  void routes_that_collide_are_named() {
    Face twice =
        TestFace.of(
            "twice",
            Routes.under("").get("/a/", _ -> Answer.empty(200)),
            Routes.under("/a").get("", _ -> Answer.empty(200)));

    assertThatThrownBy(() -> server(new Face[] {twice}, listener("http.listen", 0)))
        .hasMessageContainingAll("twice", "GET /a");
  }

  @Test
  void bad_values_are_refused_when_they_are_made() {
    assertThatThrownBy(() -> listener("http.listen", 65_536)).hasMessageContaining("http.listen");
    assertThatThrownBy(() -> new Listener("http.listen", " ", 0, Set.of()))
        .hasMessageContaining("host");
    HttpConfig config = HttpConfig.on(Listener.onLoopback(0));
    assertThatThrownBy(() -> listener("http.listen", -1)).hasMessageContaining("http.listen");
    assertThatThrownBy(() -> config.withConnections(0, Duration.ofSeconds(1)))
        .hasMessageContaining("most-connections");
    assertThatThrownBy(() -> config.withConnections(1, Duration.ZERO)).hasMessageContaining("idle");
    assertThatThrownBy(() -> config.withStreams(0, Duration.ofSeconds(1)))
        .hasMessageContaining("most-streams");
    assertThatThrownBy(() -> config.withStreams(1, Duration.ZERO))
        .hasMessageContaining("heartbeat");
    assertThatThrownBy(() -> config.withBodyMemory(0)).hasMessageContaining("body-memory");
    assertThatThrownBy(() -> config.withStopWithin(Duration.ofSeconds(-1)))
        .hasMessageContaining("stop-within");
    assertThatThrownBy(HttpConfig::on).hasMessageContaining("http.listeners");
    assertThatThrownBy(() -> Routes.under("v1")).hasMessageContaining("v1");
    assertThatThrownBy(() -> Routes.under("/v1/")).hasMessageContaining("/v1/");
  }
}
