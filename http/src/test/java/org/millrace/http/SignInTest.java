package org.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.caller.Caller;
import org.millrace.http.signin.Anonymous;
import org.millrace.http.signin.BasicUsers;
import org.millrace.http.signin.Credentials;
import org.millrace.http.signin.OpenTo;
import org.millrace.http.signin.SignIn;

/**
 * Who a request is from, and what it may do before that is known ({@code contracts/tes.md 10.3}).
 */
final class SignInTest {
  private static final SignIn USERS =
      new BasicUsers(
          Map.of("maria", BCrypt.withDefaults().hashToString(4, "right".toCharArray())),
          InstantSource.system());

  private static final TestFace FACE =
      TestFace.of(
          "test",
          Routes.under("")
              .get("/who", exchange -> Answer.text(200, exchange.caller().owner().name()))
              .get("/open", _ -> Answer.text(200, "open"), Access.OPEN)
              .get(
                  "/confused",
                  exchange -> Answer.text(200, exchange.caller().toString()),
                  Access.OPEN)
              .post("/tasks", exchange -> Answer.text(200, "made " + exchange.bytes().length)));

  private TestServer server = TestServer.with(USERS, FACE);

  @AfterEach
  void stop() {
    server.close();
  }

  private void restart(SignIn signIn, Face face) {
    server.close();
    server = TestServer.with(signIn, face);
  }

  private static String basic(String pair) {
    return "\r\nAuthorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  @Test
  void the_right_pair_makes_the_caller() throws IOException {
    assertThat(server.ask("GET /who HTTP/1.1" + basic("maria:right")).text()).isEqualTo("maria");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\nAuthorization: Basic !!!",
        "\r\nAuthorization: Basic bm9jb2xvbg==",
        "\r\nAuthorization: Bearer x",
        "\r\nAuthorization: Basic bWFyaWE6d3Jvbmc=",
        "\r\nAuthorization: Basic Og=="
      })
  void everything_else_is_401_with_a_challenge(String header) throws IOException {
    Wire.Reply reply = server.ask("GET /who HTTP/1.1" + header);

    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.header("WWW-Authenticate")).contains("Basic realm=\"millrace\"");
    assertThat(reply.text()).contains("urn:millrace:problem:unauthenticated");
  }

  @Test
  void bad_credentials_are_refused_before_the_body_is_asked_for() throws IOException {
    try (Wire wire = server.connect()) {
      wire.send("POST /tasks HTTP/1.1\r\nHost: x\r\n");
      wire.send("Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");

      assertThat(wire.reply().status()).isEqualTo(401); // not 100
    }
  }

  @Test
  void bad_credentials_come_before_a_bad_body() throws IOException {
    assertThat(server.ask("POST /tasks HTTP/1.1\r\nContent-Encoding: br", "x").status())
        .isEqualTo(401);
  }

  @Test
  void a_client_that_sends_a_large_body_without_credentials_reads_its_401() throws IOException {
    try (Wire wire = server.connect()) {
      wire.send("POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 8388608\r\n\r\n")
          .send(new byte[8 << 20]);

      assertThat(wire.reply().status()).isEqualTo(401);
    }
  }

  @Test
  void an_unknown_path_is_404_and_another_method_405_for_anybody() throws IOException {
    assertThat(server.ask("GET /nothing HTTP/1.1").status()).isEqualTo(404);
    assertThat(server.ask("DELETE /who HTTP/1.1").status()).isEqualTo(405);
    assertThat(server.ask("OPTIONS /who HTTP/1.1").status()).isEqualTo(200);
  }

  @Test
  void an_open_route_asks_nobody() throws IOException {
    assertThat(server.ask("GET /open HTTP/1.1").text()).isEqualTo("open");
    assertThat(server.ask("GET /open HTTP/1.1" + basic("maria:wrong")).text()).isEqualTo("open");
  }

  @Test
  void an_open_route_has_no_caller_by_mistake() throws IOException {
    assertThat(server.ask("GET /confused HTTP/1.1").status()).isEqualTo(500);
  }

  @Test
  void head_needs_the_same_credentials() throws IOException {
    try (Wire wire = server.connect()) {
      assertThat(wire.send("HEAD /who HTTP/1.1\r\nHost: x\r\n\r\n").head().status()).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\nAuthorization: Basic Og==",
        "\r\nAuthorization: Basic !!!",
        "\r\nAuthorization: nonsense"
      })
  void without_sign_in_any_authorization_is_ignored(String header) throws IOException {
    restart(Anonymous.onLoopback(), FACE);

    assertThat(server.ask("GET /who HTTP/1.1" + header).text()).isEqualTo("anonymous");
  }

  @Test
  void a_face_may_have_its_own_sign_in() throws IOException {
    SignIn worker =
        new SignIn() {
          @Override
          public Caller caller(Credentials credentials) {
            return Caller.of("worker from " + credentials.from().getHostAddress());
          }

          @Override
          public List<String> challenges() {
            return List.of();
          }
        };
    restart(USERS, FACE.with(worker));

    assertThat(server.ask("GET /who HTTP/1.1").text()).isEqualTo("worker from 127.0.0.1");
  }

  /** Of faces whose clients have no way to sign in ({@code contracts/dane.md 8}). */
  @Test
  void who_says_nothing_may_be_somebody_all_the_same() throws IOException {
    restart(new OpenTo(Caller.of("dane"), USERS, List.of()), FACE);
    assertThat(server.ask("GET /who HTTP/1.1").text()).isEqualTo("dane");
    assertThat(server.ask("GET /who HTTP/1.1" + basic("maria:right")).text()).isEqualTo("maria");
    assertThat(server.ask("GET /who HTTP/1.1" + basic("maria:wrong")).status()).isEqualTo(401);
  }

  @Test
  void where_nobody_signs_in_they_are_that_somebody_whatever_they_say() throws IOException {
    restart(new OpenTo(Caller.of("dane"), Anonymous.onLoopback(), List.of()), FACE);
    assertThat(server.ask("GET /who HTTP/1.1" + basic("maria:wrong")).text()).isEqualTo("dane");
  }
}
