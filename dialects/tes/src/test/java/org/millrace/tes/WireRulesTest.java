package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.testkit.Fixtures;

/** Paths, methods, headers, content types, errors ({@code contracts/tes.md 1, 2}). */
class WireRulesTest {
  private static final String TASK = "{\"executors\":[{\"image\":\"a\",\"command\":[]}]}";
  private final TesServer server = TesServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ga4gh/tes/v1", "/v1", ""})
  void serves_every_operation_under_every_base_path(String base) {
    String id = server.post(base + "/tasks", TASK).ok().path("id").asText();
    assertThat(server.get(base + "/tasks/" + id).ok().path("id").asText()).isEqualTo(id);
    assertThat(server.get(base + "/tasks").ok().path("tasks")).hasSize(1);
    assertThat(server.get(base + "/service-info").ok().has("type")).isTrue();
    assertThat(server.get(base + "/tasks/service-info").ok().has("type")).isTrue();
    server.post(base + "/tasks/" + id + ":cancel").ok();
    assertThat(server.get(base + "/tasks/" + id).ok().path("state").asText()).isEqualTo("CANCELED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ga4gh/tes/v1/tasks/",
        "/v1/tasks/",
        "/tasks/",
        "/v1//tasks",
        "//v1/tasks//",
        "/v1/service-info/",
        "/ga4gh//tes/v1/tasks/service-info/"
      })
  void slashes_do_not_matter(String path) {
    server.get(path).ok();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ga4gh",
        "/ga4gh/tes",
        "/ga4gh/tes/v1",
        "/v1",
        "/v1/",
        "/v2/tasks",
        "/v1/task",
        "/v1/tasks/a/b",
        "/ga4gh/tes/v1/jobs",
        "/unknown",
        "/v1/tasks:cancel"
      })
  void an_unknown_path_is_404_in_the_faces_own_form(String path) {
    assertThat(server.get(path).refusedWith(404)).isEqualTo("nothing is served at this path");
    server.post(path, TASK).refusedWith(404);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /v1/tasks, 'GET, HEAD, OPTIONS, POST'",
    "PUT, /v1/tasks/x, 'GET, HEAD, OPTIONS'",
    "POST, /v1/service-info, 'GET, HEAD, OPTIONS'",
    "POST, /v1/tasks/x, 'GET, HEAD, OPTIONS'"
  })
  void a_known_path_with_a_wrong_method_is_405(String method, String path, String allowed) {
    var reply = server.send(server.request(path).method(method, BodyPublishers.noBody()));
    reply.refusedWith(405);
    assertThat(reply.header("Allow")).contains(allowed);
  }

  @Test
  void an_error_has_the_form_of_tesp() {
    var reply = server.get("/v1/tasks/nobody");
    assertThat(reply.header("Content-Type")).contains("application/json");
    assertThat(reply.json())
        .isEqualTo(
            TesServer.json(
                """
                {"timestamp": %d, "error": "Not Found", "status": 404,
                 "message": "task nobody not found"}
                """
                    .formatted(Fixtures.NOON.getEpochSecond())));
  }

  @Test
  void no_cache_may_keep_what_is_said_about_tasks() {
    String id = server.create(TASK);
    for (var reply :
        List.of(
            server.tryToCreate(TASK),
            server.get("/v1/tasks/" + id),
            server.get("/v1/tasks/" + id + "?view=FULL"),
            server.get("/v1/tasks"),
            server.get("/v1/tasks/nobody"),
            server.post("/v1/tasks/" + id + ":cancel"))) {
      assertThat(reply.headers().allValues("Cache-Control"))
          .containsExactly("no-cache, no-store, must-revalidate");
      assertThat(reply.headers().allValues("Pragma")).containsExactly("no-cache");
      assertThat(reply.headers().allValues("Expires")).containsExactly("0");
      assertThat(reply.header("Content-Type")).contains("application/json");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/vnd.ga4gh+json",
        "application/problem+json;x=y"
      })
  void json_may_be_called_what_it_is_called(String type) {
    server.post("/v1/tasks", TASK, "Content-Type", type).ok();
  }

  @Test
  void json_may_come_without_a_content_type() {
    server.post("/v1/tasks", TASK).ok();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json"})
  void anything_else_is_415(String type) {
    assertThat(server.post("/v1/tasks", TASK, "Content-Type", type).refusedWith(415))
        .contains("application/json");
    assertThat(server.stored()).isZero();
  }

  @Test
  void a_content_type_does_not_matter_where_there_is_no_body() {
    String id = server.create(TASK);
    for (String type : List.of("application/json", "text/plain")) {
      server.get("/v1/tasks/" + id, "Content-Type", type).ok();
      server.get("/v1/tasks", "Content-Type", type).ok();
      server.get("/v1/service-info", "Content-Type", type).ok();
      server
          .send(
              server
                  .request("/v1/tasks/" + id + ":cancel", "Content-Type", type)
                  .POST(BodyPublishers.noBody()))
          .ok();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic Og==", "Basic !!!", "Basic", "Bearer x", "Negotiate abc", ""})
  void authorization_is_ignored_while_sign_in_is_off(String authorization) {
    server.post("/v1/tasks", TASK, "Authorization", authorization).ok();
    server.get("/v1/tasks", "Authorization", authorization).ok();
  }

  @Test
  void sign_in_comes_before_the_body_and_service_info_needs_none() {
    try (var closed = TesServer.setup().with(new TesServer.Names()).start()) {
      var reply = closed.post("/v1/tasks", "{not json");
      reply.refusedWith(401);
      assertThat(reply.header("WWW-Authenticate")).contains("Bearer");
      closed.get("/v1/tasks").refusedWith(401);
      closed.get("/v1/tasks/x").refusedWith(401);
      closed.post("/v1/tasks/x:cancel").refusedWith(401);
      for (String open : List.of("/service-info", "/v1/tasks/service-info", "/openapi.json")) {
        closed.get(open).ok();
      }
      closed.get("/unknown").refusedWith(404);
    }
  }

  @Test
  void a_body_above_the_limit_is_413() throws IOException {
    var limits = new TesLimits(200_000, 128 << 10, 1, 1, 1, 1, 1, 1, 1, 1);
    try (var small = TesServer.setup().with(TesConfig.standard("x").with(limits)).start()) {
      String padded = TASK + " ".repeat(200_001 - TASK.length());
      small.post("/v1/tasks", padded.substring(0, 200_000)).ok();
      assertThat(small.post("/v1/tasks", padded).refusedWith(413)).contains("200000");
      var chunked =
          small
              .request("/v1/tasks")
              .POST(
                  BodyPublishers.ofInputStream(
                      () -> new ByteArrayInputStream(padded.getBytes(StandardCharsets.UTF_8))));
      assertThat(small.send(chunked).refusedWith(413)).contains("200000");
      var packed =
          small
              .request("/v1/tasks", "Content-Encoding", "gzip")
              .POST(BodyPublishers.ofByteArray(gzip(padded)));
      assertThat(small.send(packed).refusedWith(413)).contains("200000");
      assertThat(small.stored()).isOne();
    }
  }

  @Test
  void a_body_too_large_within_a_list_is_413_all_the_same() {
    var limits = new TesLimits(200_000, 128 << 10, 1, 1, 1, 1, 1, 1, 1, 1);
    try (var small = TesServer.setup().with(TesConfig.standard("x").with(limits)).start()) {
      String flood = "{\"volumes\":[" + "\"/v\",".repeat(60_000) + "\"/v\"]}";
      var chunked =
          small
              .request("/v1/tasks")
              .POST(
                  BodyPublishers.ofInputStream(
                      () -> new ByteArrayInputStream(flood.getBytes(StandardCharsets.UTF_8))));
      small.send(chunked).refusedWith(413);
    }
  }

  @Test
  void takes_gzip_and_refuses_what_only_says_so() throws IOException {
    HttpRequest.Builder packed = server.request("/v1/tasks", "Content-Encoding", "gzip");
    server.send(packed.POST(BodyPublishers.ofByteArray(gzip(TASK)))).ok();
    HttpRequest.Builder liar = server.request("/v1/tasks", "Content-Encoding", "gzip");
    assertThat(server.send(liar.POST(BodyPublishers.ofString(TASK))).refusedWith(400))
        .contains("gzip");
    HttpRequest.Builder cut = server.request("/v1/tasks", "Content-Encoding", "gzip");
    byte[] whole = gzip(TASK);
    assertThat(
            server
                .send(cut.POST(BodyPublishers.ofByteArray(whole, 0, whole.length - 9)))
                .refusedWith(400))
        .contains("gzip");
    assertThat(server.stored()).isOne();
  }

  @Test
  void head_is_answered_like_get_without_a_body() {
    String id = server.create(TASK);
    for (String path : List.of("/v1/tasks/" + id, "/v1/tasks", "/v1/service-info")) {
      var reply = server.send(server.request(path).method("HEAD", BodyPublishers.noBody()));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEmpty();
    }
  }

  @Test
  void serves_http_1_0_as_proxies_speak_it() throws IOException {
    String id = server.create(TASK);
    for (String path : List.of("/v1/tasks/" + id, "/v1/tasks?view=FULL&name_prefix=")) {
      try (var socket = new Socket(server.address().getHost(), server.address().getPort())) {
        socket.setSoTimeout(20_000);
        OutputStream out = socket.getOutputStream();
        out.write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 200")
            .contains(id);
      }
    }
  }

  @Test
  void what_the_engine_cannot_do_now_is_503_with_a_time() {
    try (var full =
        TesServer.setup()
            .with(_ -> {
              throw new Refusal(new Failure.Unavailable("the disk is full", Duration.ofSeconds(7)));
            })
            .start()) {
      var reply = full.tryToCreate(TASK);
      assertThat(reply.refusedWith(503)).isEqualTo("the disk is full");
      assertThat(reply.header("Retry-After")).contains("7");
    }
  }

  @Test
  void a_defect_is_500_and_tells_no_internals() {
    try (var broken =
        TesServer.setup()
            .with(_ -> {
              throw new IllegalStateException("secret internals");
            })
            .start()) {
      assertThat(broken.tryToCreate(TASK).refusedWith(500))
          .contains("incident")
          .doesNotContain("secret");
    }
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
