package org.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.http.FaceRules.RepeatedSlashes;
import org.millrace.http.FaceRules.TrailingSlash;

/** What real clients put on the wire, byte for byte, and what becomes of it. */
final class RequestFormsTest {
  private static final FaceRules EXACT =
      FaceRules.STANDARD.with(TrailingSlash.EXACT).with(RepeatedSlashes.EXACT);
  private TestServer server;

  @BeforeEach
  void start() {
    Face friendly =
        TestFace.of(
            "friendly",
            Routes.under("/v1", "")
                .get("/tasks", exchange -> Answer.text(200, "list " + queryOf(exchange)))
                .post("/tasks", exchange -> Answer.text(200, "made " + exchange.bytes().length))
                .put("/tasks", exchange -> Answer.text(200, "put " + queryOf(exchange)))
                .get("/tasks/{id}", exchange -> Answer.text(200, "one " + exchange.parameter("id")))
                .post(
                    "/tasks/{id}:cancel",
                    exchange -> Answer.text(200, "end " + exchange.parameter("id")))
                .get(
                    "/files/{path*}",
                    exchange -> Answer.text(200, "file " + exchange.parameter("path")))
                .get("/", _ -> Answer.redirect(307, "/swagger-ui.html")));
    Face exact =
        TestFace.of(
                "exact",
                Routes.under("/v0.6")
                    .get("", _ -> Answer.redirect(308, "/v0.6/"))
                    .get("/", _ -> Answer.text(200, "root"))
                    .get(
                        "/{command}",
                        exchange -> Answer.text(200, "did " + exchange.parameter("command"))))
            .with(EXACT);
    server = TestServer.of(exact, friendly);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String queryOf(Exchange exchange) {
    var shown = new ArrayList<String>();
    for (String name : exchange.query().names()) {
      shown.add(name + "=" + exchange.query().all(name));
    }
    return String.join(" ", shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '=',
      value = {
        "GET /v1/tasks/x = one x",
        "GET /tasks/x = one x",
        "GET /tasks/x/ = one x",
        "GET //tasks//x = one x",
        "GET /v1//tasks = list ''",
        "GET /tasks/a%2Fb = one a/b",
        "GET /tasks/a%2fb = one a/b",
        "GET /tasks/a%252Fb = one a%2Fb",
        "GET /tasks/a%25b = one a%b",
        "GET /tasks/a%20b = one a b",
        "GET /tasks/%C3%A4 = one ä",
        "GET /tasks/ä = one ä",
        "GET /tasks/a+b = one a+b",
        "POST /tasks/x:cancel = end x",
        "POST /tasks/x%3Acancel = end x",
        "POST /tasks/x%3acancel = end x",
        "POST /tasks/x:cancel/ = end x",
        "GET /tasks/x:cancel = one x:cancel",
        "GET /v1/../tasks/x = one x",
        "GET /v1/%2e%2e/tasks/x = one x",
        "GET /other/..//tasks/x = one x",
        "GET /tasks/x%3By = one x;y",
        "GET /tasks/[x] = one [x]",
        "GET /tasks/{x}|y = one {x}|y",
        "GET http://elsewhere/tasks/x = one x",
        "GET /files/a/b/c = file a/b/c",
        "GET /files = file ''",
        "GET /v0.6/ = root",
        "GET /v0.6/init = did init",
      })
  void paths_are_understood(String line, String answer) throws IOException {
    Wire.Reply reply = server.ask(line + " HTTP/1.1");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text().strip()).isEqualTo(answer.replace("''", "").strip());
  }

  @Test
  void a_path_parameter_of_the_old_kind_is_dropped() throws IOException {
    assertThat(server.ask("GET /tasks;a=1/x;b=2 HTTP/1.1").text()).isEqualTo("one x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/v1/nothing",
        "/v2/tasks",
        "/tasks/x/y",
        "/v0.6/init/",
        "/v0.6//init",
        "//v0.6/init",
        "/tasks/x/..%2f..",
        "/v0.6/a/b"
      })
  void unknown_paths_are_404(String path) throws IOException {
    assertThat(server.ask("GET " + path + " HTTP/1.1").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "?; ''",
        "?#; ''",
        "?a#b; a=[]",
        "?a=1&b=2&a=3; a=[1, 3] b=[2]",
        "?tag_key=[x]|{y}\"; tag_key=[[x]|{y}\"]",
        "?name=ä; name=[ä]",
        "?name=%C3%A4+b%20c; name=[ä b c]",
        "?a=b=c; a=[b=c]",
        "?url=http://h/p?q; url=[http://h/p?q]",
        "?a=;  a=[]",
      })
  void queries_are_understood(String query, String shown) throws IOException {
    for (String method : List.of("GET", "PUT")) {
      Wire.Reply reply = server.ask(method + " /tasks" + query + " HTTP/1.1");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text().substring(reply.text().indexOf(' ')).strip())
          .isEqualTo(shown.replace("''", "").strip());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?a=%zz", "?a=%C3", "?a=%"})
  void a_query_that_cannot_be_decoded_is_400(String query) throws IOException {
    Wire.Reply reply = server.ask("GET /tasks" + query + " HTTP/1.1");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text()).contains("\"field\":\"query\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/tasks/%zz", "/tasks/%C3", "/tasks/%", "/tasks/%u0041", "/tasks/x y", "/.."})
  void a_path_that_cannot_be_decoded_is_400(String path) throws IOException {
    Wire.Reply reply = server.ask("GET " + path + " HTTP/1.1");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.header("Content-Type")).contains("application/problem+json");
  }

  @Test
  void a_body_needs_no_content_type() throws IOException {
    assertThat(server.ask("POST /tasks HTTP/1.1", "{}").text()).isEqualTo("made 2");
  }

  @Test
  void a_post_needs_no_body() throws IOException {
    assertThat(server.ask("POST /tasks HTTP/1.1").text()).isEqualTo("made 0");
  }

  @Test
  void a_get_may_announce_json_and_have_none() throws IOException {
    assertThat(server.ask("GET /tasks/x HTTP/1.1\r\nContent-Type: application/json").text())
        .isEqualTo("one x");
  }

  @Test
  void a_body_may_come_in_chunks() throws IOException {
    String head = "POST /tasks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    String request = head + "3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\n\r\n";

    assertThat(server.raw(request).text()).isEqualTo("made 7");
  }

  @Test
  void a_client_that_waits_is_told_to_go_on() throws IOException {
    try (Wire wire = server.connect()) {
      wire.send(
          "POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");

      assertThat(wire.head().status()).isEqualTo(100);
      assertThat(wire.send("abc").reply().text()).isEqualTo("made 3");
    }
  }

  @Test
  void http_1_0_is_served_and_closed() throws IOException {
    try (Wire wire = server.connect()) {
      Wire.Reply reply = wire.send("GET /tasks/x HTTP/1.0\r\n\r\n").reply();

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text()).isEqualTo("one x");
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void http_1_0_may_keep_its_connection() throws IOException {
    try (Wire wire = server.connect()) {
      String request = "GET /tasks/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

      assertThat(wire.send(request).reply().text()).isEqualTo("one x");
      assertThat(wire.send(request).reply().text()).isEqualTo("one x");
    }
  }

  @Test
  void requests_follow_each_other_on_one_connection() throws IOException {
    try (Wire wire = server.connect()) {
      String one = "POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
      wire.send(one + one + "GET /tasks/x HTTP/1.1\r\nHost: x\r\n\r\n"); // without waiting

      assertThat(wire.reply().text()).isEqualTo("made 2");
      assertThat(wire.reply().text()).isEqualTo("made 2");
      assertThat(wire.reply().text()).isEqualTo("one x");
    }
  }

  @Test
  void head_answers_as_get_without_the_body() throws IOException {
    try (Wire wire = server.connect()) {
      Wire.Reply head = wire.send("HEAD /tasks/x HTTP/1.1\r\nHost: x\r\n\r\n").head();

      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Length")).contains("5");
      assertThat(wire.send("GET /tasks/y HTTP/1.1\r\nHost: x\r\n\r\n").reply().text())
          .isEqualTo("one y");
    }
  }

  @Test
  void head_of_an_unknown_path_is_404_without_a_body() throws IOException {
    try (Wire wire = server.connect()) {
      assertThat(wire.send("HEAD /nothing HTTP/1.1\r\nHost: x\r\n\r\n").head().status())
          .isEqualTo(404);
      assertThat(wire.send("GET /tasks/y HTTP/1.1\r\nHost: x\r\n\r\n").reply().text())
          .isEqualTo("one y");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "DELETE; /tasks; GET, HEAD, OPTIONS, POST, PUT",
        "PUT; /tasks/x; GET, HEAD, OPTIONS",
        "DELETE; /tasks/x:cancel; GET, HEAD, OPTIONS, POST",
        "TRACE; /tasks; GET, HEAD, OPTIONS, POST, PUT",
        "BREW; /tasks; GET, HEAD, OPTIONS, POST, PUT",
        "get; /tasks; GET, HEAD, OPTIONS, POST, PUT",
        "POST; /v0.6/init; GET, HEAD, OPTIONS",
      })
  void another_method_is_405_and_says_which_there_are(String method, String path, String allow)
      throws IOException {
    Wire.Reply reply = server.ask(method + " " + path + " HTTP/1.1");

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).contains(allow);
  }

  @Test
  void options_says_which_methods_there_are() throws IOException {
    Wire.Reply reply = server.ask("OPTIONS /v1/tasks HTTP/1.1");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Allow")).contains("GET, HEAD, OPTIONS, POST, PUT");
    assertThat(reply.text()).isEmpty();
  }

  @Test
  void options_of_an_unknown_path_is_404() throws IOException {
    assertThat(server.ask("OPTIONS /nothing HTTP/1.1").status()).isEqualTo(404);
  }

  @Test
  void redirects_as_the_face_says() throws IOException {
    assertThat(server.ask("GET / HTTP/1.1").header("Location")).contains("/swagger-ui.html");
    assertThat(server.ask("GET /v0.6 HTTP/1.1").status()).isEqualTo(308);
  }

  /** With {@code ~} for the end of a line. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /tasks HTTP/1.1~~",
        "GET /tasks HTTP/1.1~Host: a~Host: b~~",
        "POST /tasks HTTP/1.1~Host: x~Content-Length: 3~Transfer-Encoding: chunked~~0~~",
        "POST /tasks HTTP/1.1~Host: x~Content-Length: 3~Content-Length: 4~~abcd",
        "POST /tasks HTTP/1.1~Host: x~Content-Length: many~~",
        "POST /tasks HTTP/1.1~Host: x~Transfer-Encoding: chunked~~not a chunk~",
        "GET /tasks HTTP/1.1~Host : x~~",
        "GET /tasks HTTP/1.1~Host: x~no colon here~~",
        "complete rubbish~~",
        "RUBBISH~~",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003~~",
      })
  void what_is_no_request_is_refused_in_the_form_of_the_face(String request) throws IOException {
    Wire.Reply reply = server.raw(request.replace("~", "\r\n"));

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.header("Content-Type")).contains("application/problem+json");
    assertThat(reply.text()).contains("\"type\":\"urn:millrace:problem:").doesNotContain("jetty");
  }

  @Test
  void there_are_no_tunnels() throws IOException {
    Wire.Reply reply = server.raw("CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n");

    assertThat(reply.status()).isEqualTo(405);
  }

  @Test
  void options_of_the_whole_server_are_answered() throws IOException {
    assertThat(server.ask("OPTIONS * HTTP/1.1").status()).isEqualTo(200);
  }

  @Test
  void headers_without_end_are_431() throws IOException {
    Wire.Reply reply = server.ask("GET /tasks HTTP/1.1\r\nX: " + "x".repeat(40_000));

    assertThat(reply.status()).isEqualTo(431);
    assertThat(reply.text()).contains("urn:millrace:problem:malformed-request");
  }

  @Test
  void a_request_line_without_end_is_414() throws IOException {
    assertThat(server.ask("GET /tasks?a=" + "x".repeat(40_000) + " HTTP/1.1").status())
        .isEqualTo(414);
  }

  @Test
  void a_long_query_is_taken() throws IOException {
    assertThat(server.ask("GET /tasks?a=" + "x".repeat(20_000) + " HTTP/1.1").status())
        .isEqualTo(200);
  }

  @Test
  void every_answer_is_observed_by_its_template() throws IOException, InterruptedException {
    server.ask("GET /v1/tasks/secret?key=secret HTTP/1.1");

    Answered seen = server.observed();
    assertThat(seen.face()).isEqualTo("friendly");
    assertThat(seen.route()).isEqualTo("/v1/tasks/{id}");
    assertThat(seen.method()).isEqualTo("GET");
    assertThat(seen.status()).isEqualTo(200);
    assertThat(seen.bytes()).isEqualTo(10);
    assertThat(seen.duration()).isPositive();
    assertThat(seen.toString()).doesNotContain("secret");
  }
}
