package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.http.FaceRules.RepeatedSlashes;
import org.millrace.http.FaceRules.TrailingSlash;

/** Who refuses what, and how it looks from outside. */
final class ErrorsTest {
  private static final ErrorForm OWN_FORM =
      (problem, path) ->
          Answer.text(
              problem.status() == 404 ? 410 : problem.status(), problem.type() + " at " + path);
  private TestServer server = TestServer.of(TestFace.of("unused"));

  @AfterEach
  void stop() {
    server.close();
  }

  private void serve(Face... faces) {
    server.close();
    server = TestServer.of(faces);
  }

  static Stream<Arguments> failures() {
    Duration wait = Duration.ofMillis(1500);
    return Stream.of(
        Arguments.of(new Failure.Invalid("page_size", "must be positive"), 400, "invalid"),
        Arguments.of(new Failure.Unauthenticated("who are you"), 401, "unauthenticated"),
        Arguments.of(new Failure.Denied("not yours"), 403, "denied"),
        Arguments.of(new Failure.NotFound("task x"), 404, "not-found"),
        Arguments.of(new Failure.Conflict("already there"), 409, "conflict"),
        Arguments.of(new Failure.TooLarge("a value of 9 MiB"), 413, "too-large"),
        Arguments.of(new Failure.TooMany("over the quota", wait), 429, "too-many"),
        Arguments.of(new Failure.Unavailable("the disk is full", wait), 503, "unavailable"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void each_failure_has_its_status_and_type(Failure failure, int status, String type)
      throws IOException {
    serve(TestFace.of("test", Routes.under("").get("/x", _ -> refuse(failure))));

    Wire.Reply reply = server.ask("GET /x HTTP/1.1");

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.header("Content-Type")).contains("application/problem+json");
    assertThat(reply.text())
        .contains("\"type\":\"urn:millrace:problem:" + type + "\"")
        .contains("\"status\":" + status)
        .contains("\"detail\":\"" + failure.message() + "\"")
        .contains("\"instance\":\"/x\"");
  }

  private static Answer refuse(Failure failure) {
    throw new Refusal(failure);
  }

  @Test
  void an_invalid_request_says_where() throws IOException {
    serve(
        TestFace.of(
            "test",
            Routes.under("")
                .get("/x", _ -> refuse(new Failure.Invalid("executors", "is missing")))));

    assertThat(server.ask("GET /x HTTP/1.1").text())
        .contains("\"field\":\"executors\"", "\"detail\":\"executors: is missing\"");
  }

  @Test
  void what_may_pass_says_when_to_try_again() throws IOException {
    Failure failure = new Failure.TooMany("over the quota", Duration.ofMillis(1500));
    serve(TestFace.of("test", Routes.under("").get("/x", _ -> refuse(failure))));

    assertThat(server.ask("GET /x HTTP/1.1").header("Retry-After")).contains("2");
  }

  @Test
  void a_defect_shows_an_incident_and_nothing_else() throws IOException {
    serve(TestFace.of("test", Routes.under("").get("/x", _ -> refuse("password=secret"))));

    Wire.Reply reply = server.ask("GET /x HTTP/1.1");

    assertThat(reply.status()).isEqualTo(500);
    Matcher incident = Pattern.compile("\"incident\":\"([0-9a-f]{8})\"").matcher(reply.text());
    assertThat(incident.find()).isTrue();
    assertThat(reply.text())
        .contains("internal-error")
        .doesNotContain("secret", "IllegalState", "org.millrace");
  }

  private static Answer refuse(String defect) {
    throw new IllegalStateException(defect);
  }

  @Test
  void an_input_output_failure_of_ours_is_a_defect_too() throws IOException {
    Handler handler =
        _ -> {
          throw new FileNotFoundException("/data/secret");
        };
    serve(TestFace.of("test", Routes.under("").get("/x", handler)));

    assertThat(server.ask("GET /x HTTP/1.1").status()).isEqualTo(500);
  }

  @Test
  void a_handler_that_was_interrupted_is_unavailable() throws IOException {
    Handler handler =
        _ -> {
          throw new InterruptedException();
        };
    serve(TestFace.of("test", Routes.under("").get("/x", handler)));

    assertThat(server.ask("GET /x HTTP/1.1").status()).isEqualTo(503);
  }

  @Test
  void even_an_error_of_the_virtual_machine_is_answered() throws IOException {
    Handler handler =
        _ -> {
          throw new StackOverflowError("deep");
        };
    serve(TestFace.of("test", Routes.under("").get("/x", handler)).with(OWN_FORM));

    Wire.Reply reply = server.ask("GET /x HTTP/1.1");
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.text()).isEqualTo("internal-error at /x");
  }

  @Test
  void an_error_form_that_fails_still_ends_the_request() throws IOException {
    ErrorForm broken =
        (_, _) -> {
          throw new IllegalStateException("the form itself");
        };
    serve(TestFace.of("test", Routes.under("").get("/x", _ -> Answer.text(200, "x"))).with(broken));

    assertThat(server.ask("GET /nothing HTTP/1.1").status()).isEqualTo(500);
    assertThat(server.ask("GET /x HTTP/1.1").text()).isEqualTo("x");
  }

  @Test
  void a_face_dresses_all_its_refusals() throws IOException {
    serve(
        TestFace.of("plain", Routes.under("/plain").get("/x", _ -> Answer.text(200, "x"))),
        TestFace.of("own", Routes.under("/own").get("/x", _ -> refuse(new Failure.NotFound("it"))))
            .with(OWN_FORM));

    assertThat(server.ask("GET /own/x HTTP/1.1").text()).isEqualTo("not-found at /own/x");
    assertThat(server.ask("GET /own/x HTTP/1.1").status()).isEqualTo(410);
    assertThat(server.ask("GET /own/other HTTP/1.1").text())
        .isEqualTo("unknown-path at /own/other");
    assertThat(server.ask("DELETE /own/x HTTP/1.1").text())
        .isEqualTo("method-not-allowed at /own/x");
    assertThat(server.ask("DELETE /own/x HTTP/1.1").header("Allow")).contains("GET, HEAD, OPTIONS");
    assertThat(server.ask("POST /own/x HTTP/1.1\r\nTransfer-Encoding: nonsense").text())
        .isEqualTo("malformed-request at /own/x");
    assertThat(server.ask("GET /plain/other HTTP/1.1").text()).contains("problem:unknown-path");
    assertThat(server.ask("GET /ownership HTTP/1.1").text()).contains("problem:unknown-path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /own/%zz HTTP/1.1", "GET /own/x HTTP/1.1\r\nno colon"})
  void garbage_below_a_face_is_refused_in_its_form(String head) throws IOException {
    serve(
        TestFace.of("plain", Routes.under("").get("/x", _ -> Answer.text(200, "x"))),
        TestFace.of("own", Routes.under("/own").get("/x", _ -> Answer.text(200, "x")))
            .with(OWN_FORM));

    Wire.Reply reply = server.ask(head);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text())
        .satisfiesAnyOf(
            text -> assertThat(text).startsWith("malformed-request at /own"),
            text ->
                assertThat(text).contains("problem:malformed-request")); // its path was never known
  }

  /** Else a client that keeps connections loses its next request. */
  @ParameterizedTest
  @ValueSource(strings = {"GET /own/a%00b HTTP/1.1", "GET /own/x HTTP/1.1\r\nno colon", "rubbish"})
  void what_ends_the_connection_says_so(String head) throws IOException {
    serve(TestFace.of("own", Routes.under("/own").get("/x", _ -> Answer.text(200, "x"))));

    Wire.Reply reply = server.raw(head + "\r\nHost: localhost\r\n\r\n");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.header("Connection")).contains("close");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/own/%E9", "/own/%ED%A0%80/y", "/own/x/%C0%80"})
  void a_path_that_cannot_be_decoded_is_refused_in_the_form_of_its_face(String path)
      throws IOException {
    serve(
        TestFace.of("plain", Routes.under("").get("/x", _ -> Answer.text(200, "x"))),
        TestFace.of("own", Routes.under("/own").get("/x", _ -> Answer.text(200, "x")))
            .with(FaceRules.STANDARD.with(TrailingSlash.EXACT).with(RepeatedSlashes.EXACT))
            .with(OWN_FORM));

    try (Wire wire = server.connect()) {
      wire.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      Wire.Reply reply = wire.reply();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.text()).isEqualTo("malformed-request at " + path);
      wire.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(wire.reply().text()).as("on the same connection").isEqualTo("x");
    }
  }

  /** Else it is reset while a client is still sending, which then never reads the answer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /own/a%00b HTTP/1.1",
        "POST /own/%E9 HTTP/1.1",
        "POST /own/x HTTP/1.1\r\nno colon",
        "POST /own/x HTTP/1.1\r\nTransfer-Encoding: nonsense",
        "rubbish"
      })
  void what_is_no_request_may_be_sent_to_its_end(String head) throws IOException {
    serve(TestFace.of("own", Routes.under("/own").get("/x", _ -> Answer.text(200, "x"))));

    String whole = head + "\r\nHost: localhost\r\nContent-Length: 4194304\r\n\r\n";
    for (String first : List.of(whole, whole + "x", whole + "x".repeat(60_000))) {
      saysSoAndTakesTheRest(first);
    }
  }

  private void saysSoAndTakesTheRest(String first) throws IOException {
    try (Wire wire = server.connect()) {
      wire.send(first);
      assertThat(wire.reply().status()).isEqualTo(400);
      assertThat(wire.isClosed()).isTrue();
      for (int i = 0; i < 64; i++) {
        wire.send(new byte[64 << 10]);
      }
    }
  }

  @Test
  void but_not_for_ever() throws IOException {
    serve(TestFace.of("own", Routes.under("/own").get("/x", _ -> Answer.text(200, "x"))));

    try (Wire wire = server.connect()) {
      assertThat(wire.send("rubbish\r\n\r\n").reply().status()).isEqualTo(400);
      byte[] more = new byte[1 << 20];
      assertThatThrownBy(
              () -> {
                for (long sent = 0; sent < 2 * LingeringClose.MOST_BYTES; sent += more.length) {
                  wire.send(more);
                }
              })
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void a_face_at_the_root_owns_what_nobody_else_does() throws IOException {
    serve(
        TestFace.of("root", Routes.under("/v1", "").get("/tasks", _ -> Answer.text(200, "x")))
            .with(OWN_FORM),
        TestFace.of("below", Routes.under("/api").get("/x", _ -> Answer.text(200, "x"))));

    assertThat(server.ask("GET /what HTTP/1.1").text()).isEqualTo("unknown-path at /what");
    assertThat(server.ask("GET /api/what HTTP/1.1").text()).contains("problem:unknown-path");
    assertThat(server.raw("rubbish\r\n\r\n").text()).startsWith("malformed-request at /");
  }
}
