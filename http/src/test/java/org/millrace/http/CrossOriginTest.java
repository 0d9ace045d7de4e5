package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.caller.Caller;
import org.millrace.http.signin.Anonymous;
import org.millrace.http.signin.BasicUsers;
import org.millrace.http.signin.Network;
import org.millrace.http.signin.OpenTo;
import org.millrace.http.signin.SignIn;

/** What pages from elsewhere may read and do. */
final class CrossOriginTest {
  private static final String PORTAL = "https://portal.example";
  private static final Face FACE =
      TestFace.of(
          "test",
          Routes.under("")
              .get("/tasks", _ -> Answer.text(200, "list"))
              .get("/from", exchange -> Answer.text(200, "" + exchange.isFromElsewhere()))
              .post("/tasks", _ -> Answer.text(200, "made"))
              .post("/open", _ -> Answer.text(200, "open"), Access.OPEN));
  private TestServer server = allowing(Anonymous.onLoopback());

  private static TestServer allowing(SignIn signIn, String... origins) {
    return TestServer.with(config -> config.withAllowedOrigins(Set.of(origins)), signIn, FACE);
  }

  private void restart(SignIn signIn, String... origins) {
    server.close();
    server = allowing(signIn, origins);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Wire.Reply ask(String request, String origin) throws IOException {
    return server.ask(request + " HTTP/1.1\r\nOrigin: " + origin);
  }

  @Test
  void nothing_is_said_unless_it_is_configured() throws IOException {
    Wire.Reply reply = ask("GET /tasks", PORTAL);

    assertThat(reply.status()).isEqualTo(200); // the browser keeps it from the page
    assertThat(reply.headers()).noneMatch(header -> header.name().startsWith("Access-Control"));
  }

  @Test
  void an_allowed_origin_may_read_and_send_credentials() throws IOException {
    restart(Anonymous.onLoopback(), PORTAL);
    Wire.Reply reply = ask("GET /tasks", PORTAL);

    assertThat(reply.header("Access-Control-Allow-Origin")).contains(PORTAL);
    assertThat(reply.header("Access-Control-Allow-Credentials")).contains("true");
    assertThat(reply.header("Vary")).contains("Origin");
  }

  @Test
  void an_allowed_origin_may_read_refusals_too() throws IOException {
    restart(Anonymous.onLoopback(), PORTAL);

    assertThat(ask("GET /nothing", PORTAL).header("Access-Control-Allow-Origin")).contains(PORTAL);
  }

  @Test
  void another_origin_is_told_nothing() throws IOException {
    restart(Anonymous.onLoopback(), PORTAL);
    Wire.Reply reply = ask("GET /tasks", "https://evil.example");

    assertThat(reply.header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(reply.header("Vary")).contains("Origin");
  }

  @Test
  void all_origins_may_read_without_credentials_if_all_are_allowed() throws IOException {
    restart(Anonymous.onLoopback(), "*");
    Wire.Reply reply = ask("GET /tasks", "https://any.example");

    assertThat(reply.header("Access-Control-Allow-Origin")).contains("*");
    assertThat(reply.header("Access-Control-Allow-Credentials")).isEmpty();
  }

  @Test
  void a_page_let_in_with_all_others_does_not_act_with_the_password_of_its_reader()
      throws IOException {
    String hash = BCrypt.withDefaults().hashToString(4, "right".toCharArray());
    restart(new BasicUsers(Map.of("maria", hash), InstantSource.system()), "*", PORTAL);
    String credentials = "\r\nAuthorization: Basic bWFyaWE6cmlnaHQ=";

    Wire.Reply refused = ask("POST /tasks", "https://any.example" + credentials);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text()).contains("https://any.example", "http.allowed-origins");
    assertThat(ask("GET /tasks", "https://any.example" + credentials).text()).isEqualTo("list");
    assertThat(ask("POST /tasks", PORTAL + credentials).text()).isEqualTo("made");
    assertThat(ask("POST /tasks", "http://test" + credentials).text()).isEqualTo("made");
  }

  @Test
  void a_page_let_in_with_all_others_may_do_what_needs_no_password() throws IOException {
    restart(Anonymous.onLoopback(), "*");

    assertThat(ask("POST /tasks", "https://any.example").text()).isEqualTo("made");
  }

  @Test
  void a_page_may_read_what_answers_say_of_logs() throws IOException {
    restart(Anonymous.onLoopback(), PORTAL);

    assertThat(ask("GET /tasks", PORTAL).header("Access-Control-Expose-Headers"))
        .hasValueSatisfying(names -> assertThat(names).contains("Log-Part", "Content-Range"));
  }

  @Test
  void a_browser_that_asks_first_is_answered() throws IOException {
    restart(Anonymous.onLoopback(), PORTAL);
    Wire.Reply reply =
        ask(
            "OPTIONS /tasks",
            PORTAL
                + "\r\nAccess-Control-Request-Method: POST"
                + "\r\nAccess-Control-Request-Headers: authorization, content-type");

    assertThat(reply.status()).isEqualTo(204);
    assertThat(reply.header("Access-Control-Allow-Origin")).contains(PORTAL);
    assertThat(reply.header("Access-Control-Allow-Methods")).contains("GET, HEAD, OPTIONS, POST");
    assertThat(reply.header("Access-Control-Allow-Headers"))
        .contains("authorization, content-type");
  }

  @Test
  void a_browser_that_asks_from_elsewhere_gets_no_permission() throws IOException {
    Wire.Reply reply = ask("OPTIONS /tasks", PORTAL + "\r\nAccess-Control-Request-Method: POST");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers()).noneMatch(header -> header.name().startsWith("Access-Control"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "http://test",
        "null",
        "http://127.0.0.1.evil.example",
        "nonsense",
        "http://[",
        ""
      })
  void no_foreign_page_changes_anything_on_the_machine_of_its_reader(String origin)
      throws IOException {
    Wire.Reply reply = ask("POST /tasks", origin);

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.text()).contains("http.allowed-origins");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:3000",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "http://a.localhost"
      })
  void a_page_of_this_machine_may(String origin) throws IOException {
    assertThat(ask("POST /tasks", origin).text()).isEqualTo("made");
  }

  @Test
  void an_allowed_page_may() throws IOException {
    restart(Anonymous.onLoopback(), PORTAL);

    assertThat(ask("POST /tasks", PORTAL).text()).isEqualTo("made");
    assertThat(ask("POST /tasks", "https://evil.example").status()).isEqualTo(403);
  }

  @Test
  void a_program_sends_no_origin_and_may() throws IOException {
    assertThat(server.ask("POST /tasks HTTP/1.1").text()).isEqualTo("made");
  }

  private Wire.Reply read(String host) throws IOException {
    return server.raw("GET /tasks HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "E.x.",
        "local.evil.example",
        "evillocal.example",
        "x.arpa",
        "svc.evil.example.",
        "evil.example.:8080"
      })
  void no_foreign_name_that_leads_here_reads_anything(String host) throws IOException {
    Wire.Reply reply = read(host);

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.text()).contains(host, "http.allowed-origins");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:8080",
        "a.localhost:1",
        "127.0.0.1:8080",
        "[::1]:8080",
        "10.0.0.7"
      })
  void addresses_and_this_machine_are_answered(String host) throws IOException {
    assertThat(read(host).text()).isEqualTo("list");
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.local", "evil.internal:8080", "evil.lan.", "evil.svc"})
  void no_name_that_somebody_of_this_network_leads_to_loopback_reads_anything(String host)
      throws IOException {
    assertThat(read(host).status()).isEqualTo(403);
    assertThat(read(host).text()).contains(host, "http.allowed-origins");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "10.0.0.7",
        "millrace",
        "millrace.",
        "server:8080",
        "Millrace.Local:8080",
        "millrace.internal",
        "nas.lan",
        "box.localdomain",
        "box.home.arpa.",
        "millrace.science.svc:8080",
        "millrace.science.svc.cluster.local",
        "millrace.test"
      })
  void a_server_that_lets_everybody_in_answers_to_names_of_its_network(String host)
      throws IOException {
    restart(Anonymous.anywhere());

    assertThat(read(host).text()).isEqualTo("list");
  }

  @Test
  void the_name_of_an_allowed_origin_is_answered() throws IOException {
    restart(Anonymous.onLoopback(), PORTAL);

    assertThat(read("portal.example").text()).isEqualTo("list");
    assertThat(read("Portal.example:8080").text()).isEqualTo("list");
    assertThat(read("portal.example.").text()).isEqualTo("list");
    assertThat(read("evil.example").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:8080"})
  void a_server_that_lets_everybody_in_answers_to_no_foreign_name_either(String host)
      throws IOException {
    restart(Anonymous.anywhere());

    assertThat(read(host).status()).isEqualTo(403);
    assertThat(read(host).text()).contains(host, "http.allowed-origins");
    Wire.Reply rebound =
        server.raw(
            "POST /tasks HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\n\r\n".formatted(host, host));
    assertThat(rebound.status()).isEqualTo(403);
  }

  @Test
  void no_foreign_page_changes_anything_on_a_server_that_lets_everybody_in() throws IOException {
    restart(Anonymous.anywhere());

    assertThat(ask("POST /tasks", "https://evil.example").status()).isEqualTo(403);
    assertThat(
            ask("POST /tasks", "https://evil.example\r\nX-Forwarded-Host: evil.example").status())
        .isEqualTo(403);
    assertThat(server.ask("POST /tasks HTTP/1.1").text()).isEqualTo("made");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.7:8080", "[fd00::7]:8080", "millrace:8080", "localhost:8080"})
  void a_server_that_lets_everybody_in_serves_its_own_pages_by_address_and_short_name(String host)
      throws IOException {
    restart(Anonymous.anywhere());

    Wire.Reply reply =
        server.raw(
            "POST /tasks HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\n\r\n".formatted(host, host));

    assertThat(reply.text()).isEqualTo("made");
    assertThat(read(host).text()).isEqualTo("list");
  }

  @Test
  void a_server_that_lets_everybody_in_may_have_a_public_name_that_is_configured()
      throws IOException {
    restart(Anonymous.anywhere(), PORTAL);

    assertThat(read("portal.example").text()).isEqualTo("list");
    assertThat(ask("POST /tasks", PORTAL).text()).isEqualTo("made");
  }

  @Test
  void where_people_sign_in_any_name_is_answered() throws IOException {
    String hash = BCrypt.withDefaults().hashToString(4, "right".toCharArray());
    restart(new BasicUsers(Map.of("maria", hash), InstantSource.system()));

    assertThat(read("tes.example\r\nAuthorization: Basic bWFyaWE6cmlnaHQ=").text())
        .isEqualTo("list");
  }

  @Test
  void who_signs_in_where_one_need_not_may_use_any_name() throws IOException {
    String hash = BCrypt.withDefaults().hashToString(4, "right".toCharArray());
    var users = new BasicUsers(Map.of("maria", hash), InstantSource.system());
    restart(new OpenTo(Caller.of("dane"), users, List.of(Network.parse("0.0.0.0/0"))));
    String right = "\r\nAuthorization: Basic bWFyaWE6cmlnaHQ=";
    String wrong = "\r\nAuthorization: Basic bWFyaWE6d3Jvbmc=";

    assertThat(read("dane.example" + right).text()).isEqualTo("list");
    assertThat(read("dane.example" + wrong).status()).isEqualTo(401);
    assertThat(read("dane.example").status()).isEqualTo(403);
    assertThat(read("dane.example").text()).contains("sign in", "http.allowed-origins");
    String page = "POST /tasks HTTP/1.1\r\nHost: dane.example\r\nOrigin: http://dane.example";
    assertThat(server.raw(page + right + "\r\n\r\n").text()).isEqualTo("made");
    assertThat(server.raw(page + "\r\n\r\n").status()).isEqualTo(403);
  }

  @Test
  void credentials_that_nobody_looks_at_open_no_name() throws IOException {
    restart(
        new OpenTo(Caller.of("dane"), Anonymous.anywhere(), List.of(Network.parse("0.0.0.0/0"))));

    assertThat(read("evil.example\r\nAuthorization: Basic bWFyaWE6cmlnaHQ=").status())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "'', false",
    "Sec-Fetch-Site: none, false",
    "Sec-Fetch-Site: same-origin, false",
    "Sec-Fetch-Site: same-site, true",
    "Sec-Fetch-Site: cross-site, true",
    "Referer: http://wiki.example/page?a=b, true",
    "Referer: what is this, true",
    "Origin: null, true",
    "Origin: http://wiki.example, true",
    "Referer: http://localhost:8080/page, false",
    "Referer: https://portal.example/page, false",
    "Origin: https://portal.example, false"
  })
  void a_handler_is_told_what_a_browser_says_of_the_page(String header, String elsewhere)
      throws IOException {
    restart(Anonymous.onLoopback(), PORTAL);

    String line = header.isEmpty() ? "" : "\r\n" + header;
    assertThat(server.ask("GET /from HTTP/1.1" + line).text()).isEqualTo(elsewhere);
  }

  @Test
  void an_open_route_has_nothing_to_borrow() throws IOException {
    assertThat(ask("POST /open", "https://evil.example").text()).isEqualTo("open");
  }

  @Test
  void where_people_sign_in_a_page_of_the_same_host_may() throws IOException {
    String hash = BCrypt.withDefaults().hashToString(4, "right".toCharArray());
    restart(new BasicUsers(Map.of("maria", hash), InstantSource.system()));
    String credentials = "\r\nAuthorization: Basic bWFyaWE6cmlnaHQ=";

    assertThat(ask("POST /tasks", "http://test" + credentials).text()).isEqualTo("made");
    assertThat(
            ask("POST /tasks", "https://front" + credentials + "\r\nX-Forwarded-Host: front")
                .text())
        .isEqualTo("made");
    assertThat(
            ask("POST /tasks", "https://front" + credentials + "\r\nSec-Fetch-Site: same-origin")
                .text())
        .isEqualTo("made");
    assertThat(ask("POST /tasks", "https://evil.example" + credentials).status()).isEqualTo(403);
  }
}
