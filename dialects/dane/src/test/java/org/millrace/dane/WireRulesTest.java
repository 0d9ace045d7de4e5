package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.dane.DaneConfig.HttpAuth;
import org.millrace.dane.DaneServer.Reply;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.StorePorts;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.http.signin.Credentials;
import org.millrace.http.signin.SignIn;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.store.Intercepted;

/** {@code contracts/dane.md 1.4} and what of 1.5 the recordings do not show. */
class WireRulesTest {
  private DaneServer server = DaneServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/x-www-form-urlencoded", "text/plain", "x", "multipart/form-data"})
  void a_body_is_json_whatever_it_is_called(String type) {
    server.post("/DANE/document", DaneServer.aDocument("V1"), "Content-Type", type).ok();
  }

  @Test
  void an_empty_body_is_no_document_and_no_task() {
    assertThat(server.post("/DANE/document/").refusedWith(400))
        .isEqualTo("Invalid document format");
    assertThat(server.post("/DANE/task/").refusedWith(400)).isEqualTo("Invalid task format");
    assertThat(server.post("/DANE/documents/").refusedWith(400))
        .isEqualTo("Invalid document format");
    assertThat(server.post("/DANE/documents/", "{}").refusedWith(400))
        .isEqualTo("Invalid document format");
  }

  @Test
  void answers_are_ascii_indented_by_four() {
    Reply reply = server.post("/DANE/document/", DaneServer.aDocument("caf\u00e9"));
    assertThat(reply.header("Content-Type")).contains("application/json");
    assertThat(reply.body())
        .startsWith("{\n    \"_id\": \"")
        .contains("\n        \"id\": \"caf\\u00e9\",\n")
        .endsWith("}\n");
  }

  @Test
  void slashes_do_not_matter() {
    String id = server.register("VID0001");
    for (String path :
        List.of(
            "/DANE/document/" + id,
            "/DANE/document/" + id + "/",
            "/DANE/document//" + id,
            "//DANE//document/" + id)) {
      assertThat(server.get(path).ok().path("_id").asText()).isEqualTo(id);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/DANE/document/,'OPTIONS, POST'",
    "/DANE/documents/,'DELETE, GET, HEAD, OPTIONS, POST'",
    "/DANE/task/x,'DELETE, GET, HEAD, OPTIONS'",
    "/DANE/task/x/retry,'GET, HEAD, OPTIONS, POST'",
    "/DANE/workers/,'GET, HEAD, OPTIONS'",
    "/health,'GET, HEAD, OPTIONS'"
  })
  void methods_are_told(String path, String allow) {
    Reply options = server.send(server.request(path).method("OPTIONS", BodyPublishers.noBody()));
    assertThat(options.status()).isEqualTo(200);
    assertThat(options.body()).isEmpty();
    assertThat(options.header("Allow")).contains(allow);
    assertThat(options.header("Access-Control-Allow-Origin")).isEmpty();
    Reply wrong = server.send(server.request(path).method("PUT", BodyPublishers.noBody()));
    assertThat(wrong.refusedWith(405))
        .isEqualTo("The method is not allowed for the requested URL.");
    assertThat(wrong.header("Allow")).contains(allow);
  }

  @Test
  void some_fields_of_an_answer_can_be_asked_for() {
    String id = server.register("VID0001");
    assertThat(
            server
                .get("/DANE/document/" + id, "X-Fields", "_id,target{id}, nothing")
                .ok()
                .toString())
        .isEqualTo("{\"_id\":\"" + id + "\",\"target\":{\"id\":\"VID0001\"}}");
    server.assign(id, "ASR");
    assertThat(server.get("/DANE/document/" + id + "/tasks", "X-Fields", "{key}").ok().toString())
        .isEqualTo("[{\"key\":\"ASR\"}]");
    assertThat(
            server
                .get("/DANE/search/document/", "X-Fields", "total,hits{creator{type}}")
                .ok()
                .toString())
        .isEqualTo("{\"hits\":[{\"creator\":{\"type\":\"Organization\"}}],\"total\":1}");
    assertThat(server.get("/DANE/document/" + id, "X-Fields", " ").ok()).hasSize(5);
  }

  @Test
  void a_mask_that_cannot_be_read_does_nothing() {
    assertThat(
            server
                .post("/DANE/document/", DaneServer.aDocument("V1"), "X-Fields", "a{")
                .refusedWith(400))
        .contains("missing");
    server.register("V1");
  }

  @Test
  void health_is_empty_and_ready_names_its_parts() {
    Reply health = server.get("/health");
    assertThat(health.status()).isEqualTo(200);
    assertThat(health.body()).isEmpty();
    assertThat(server.get("/ready").body())
        .isEqualTo("{\"database\": \"200 OK\", \"messagequeue\": \"200 OK\"}");
    server.broker().trouble = Optional.of(new Cause("away", "away", ""));
    Reply away = server.get("/ready");
    assertThat(away.status()).isEqualTo(500);
    assertThat(away.body())
        .isEqualTo("{\"database\": \"200 OK\", \"messagequeue\": \"502 Bad Gateway\"}");
    server.broker().trouble = Optional.empty();
    server.storeTrouble = Optional.of(new Cause("full", "full", ""));
    for (String path : List.of("/ready", "/DANE/ready")) {
      Reply full = server.get(path);
      assertThat(full.status()).isEqualTo(500);
      assertThat(full.json().path("database").asText()).isEqualTo("502 Bad Gateway");
    }
  }

  @Test
  void queues_are_listed_but_for_the_one_of_answers_and_asked_for_now_and_then() {
    server.broker().bind("ASR");
    server.broker().bind("ASR");
    server.broker().bind("DANE-response-queue");
    String queue = "[{\"name\":\"ASR\",\"active_workers\":2,\"in_queue\":7}]";
    assertThat(server.get("/DANE/workers/").ok().toString()).isEqualTo(queue);
    server.broker().answersNow = false;
    assertThat(server.get("/DANE/workers/").ok().toString()).isEqualTo(queue);
    server.pass(Duration.ofSeconds(4));
    assertThat(server.get("/DANE/workers/").refusedWith(500)).contains("cannot be reached");
    server.broker().canBeAsked = false;
    Reply nobody = server.get("/DANE/workers/");
    assertThat(nobody.refusedWith(405)).contains("cannot be asked");
    assertThat(nobody.header("Allow")).contains("OPTIONS");
  }

  @Test
  void what_changes_something_by_get_is_not_for_pages_from_elsewhere() {
    String task = server.assign(server.register("V1"), "ASR");
    for (String path : List.of("/DANE/task/" + task + "/reset", "/DANE/workers/ASR/reset/102")) {
      assertThat(server.get(path, "Sec-Fetch-Site", "cross-site").status()).isEqualTo(403);
      assertThat(server.get(path, "Sec-Fetch-Site", "same-site").status()).isEqualTo(403);
      for (String header : List.of("Referer", "Origin")) {
        assertThat(server.get(path, header, "http://wiki.example/page").refusedWith(403))
            .contains("http.allowed-origins");
      }
      assertThat(server.get(path, "Origin", "null").status()).isEqualTo(403);
      Reply head = server.send(server.request(path).method("HEAD", BodyPublishers.noBody()));
      assertThat(head.status()).isEqualTo(405);
      assertThat(server.shown(task)).isEqualTo("102 Queued");
    }
    server.get("/DANE/task/" + task + "/reset", "Sec-Fetch-Site", "same-origin").ok();
    assertThat(server.shown(task)).isEqualTo("201 Reset");
    server.get("/DANE/task/" + task + "/forceretry", "Sec-Fetch-Site", "none").ok();
    server.get("/DANE/task/" + task + "/reset", "Referer", server.address() + "/manage/").ok();
    assertThat(server.shown(task)).isEqualTo("201 Reset");
  }

  @Test
  void an_unknown_action_is_refused() {
    String task = server.assign(server.register("V1"), "ASR");
    assertThat(server.post("/DANE/task/" + task + "/document").refusedWith(400))
        .contains("retry, forceretry or reset");
    assertThat(server.get("/DANE/task/" + "0".repeat(40) + "/retry").status()).isEqualTo(404);
  }

  @Test
  void documents_are_searched_by_the_hundred() {
    for (int i = 0; i < 103; i++) {
      server.register("V%03d".formatted(i));
    }
    JsonNode first = server.get("/DANE/search/document/?target_id=V*").ok();
    assertThat(first.path("total").asInt()).isEqualTo(103);
    assertThat(first.path("hits")).hasSize(100);
    JsonNode second = server.get("/DANE/search/document/?page=2&creator_id=A??E").ok();
    assertThat(second.path("hits")).hasSize(3);
    assertThat(server.get("/DANE/search/document/?page=-5").ok().path("hits")).hasSize(100);
    assertThat(server.get("/DANE/search/document/?target_id=v*").ok().path("total").asInt())
        .isZero();
    assertThat(server.get("/DANE/search/document/?page=102").status()).isEqualTo(400);
    assertThat(server.get("/DANE/search/document/?target_id=" + "a".repeat(1001)).status())
        .isEqualTo(400);
    assertThat(server.get("/DANE/creator/ACME/docs").ok()).hasSize(103);
  }

  @Test
  void a_batch_reports_every_item() {
    String taken = server.register("V1");
    JsonNode batch =
        server
            .post(
                "/DANE/documents/",
                "[%s, %s, %s, \"nonsense\", 5, {\"target\": 1}]"
                    .formatted(
                        DaneServer.aDocument("V1"),
                        DaneServer.aDocument("V2"),
                        DaneServer.aDocument("V2")))
            .ok();
    assertThat(batch.path("success")).hasSize(1);
    JsonNode failed = batch.path("failed");
    assertThat(failed).hasSize(5);
    assertThat(failed.findValuesAsText("error"))
        .containsExactlyInAnyOrder(
            "Invalid document format",
            "Invalid document format",
            "Invalid document format",
            "A document with target.id `V1`, and creator.id `ACME` already exists",
            "A document with target.id `V2`, and creator.id `ACME` already exists");
    assertThat(failed.get(0).path("document").path("_id").isNull()).isTrue();
    assertThat(failed.get(0).path("invalid").toString()).isEqualTo("{\"item\":\"nonsense\"}");
    assertThat(failed.get(2).path("invalid").toString()).isEqualTo("{\"target\":1}");
    assertThat(failed.get(3).path("document").path("_id").asText()).isEqualTo(taken);
    assertThat(failed.get(3).path("invalid").toString()).isEqualTo("{\"*\":null}");
  }

  /** dane-workflows takes the ids of documents that are there already from what is refused. */
  @Test
  void a_document_that_is_there_already_is_told_whole_with_its_id_and_times() {
    JsonNode registered = server.post("/DANE/document/", DaneServer.aDocument("V1")).ok();
    JsonNode batch = server.post("/DANE/documents/", "[" + DaneServer.aDocument("V1") + "]").ok();
    assertThat(batch.path("success")).isEmpty();
    assertThat(batch.path("failed")).hasSize(1);
    assertThat(batch.at("/failed/0/document")).isEqualTo(registered);
    assertThat(batch.at("/failed/0").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("document", "invalid", "error");
  }

  /** The original leaves out what is null, and has its own bookkeeping in tasks of a creator. */
  @Test
  void arguments_come_back_exactly_as_they_were_sent_wherever_they_are_shown() {
    String args = "{\"a\":null,\"b\":{},\"c\":[null],\"d\":{\"e\":null}}";
    String document = server.register("V1");
    String task =
        server
            .post(
                "/DANE/task/",
                "{\"key\": \"ASR\", \"document_id\": \"%s\", \"args\": %s}"
                    .formatted(document, args))
            .created()
            .path("_id")
            .asText();

    for (JsonNode shown :
        List.of(
            server.get("/DANE/task/" + task).ok(),
            server.get("/DANE/task/").ok().path(0),
            server.get("/DANE/document/" + document + "/tasks").ok().path(0),
            server.get("/DANE/creator/ACME/ASR/tasks").ok().path(0))) {
      assertThat(shown.path("_id").asText()).isEqualTo(task);
      assertThat(shown.path("args").toString()).isEqualTo(args);
    }
  }

  @Test
  void two_pairs_with_one_hash_are_told_apart() {
    String body =
        """
        {"target": {"id": "%s", "url": "u", "type": "Text"}, "creator": {"id": "%s",
         "type": "Human"}}\
        """;
    server.post("/DANE/document/", body.formatted("AB", "C")).ok();
    assertThat(server.post("/DANE/document/", body.formatted("A", "BC")).refusedWith(409))
        .contains("its id is that of target.id `AB`, and creator.id `C`");
    JsonNode batch = server.post("/DANE/documents/", "[" + body.formatted("A", "BC") + "]").ok();
    assertThat(batch.at("/failed/0/error").asText()).contains("cannot be registered");
    assertThat(batch.at("/failed/0/document/target/id").asText()).isEqualTo("A");
  }

  @Test
  void ids_that_no_store_can_keep_are_refused() {
    String zero = DaneServer.aDocument("V").replaceFirst("\"V\"", "\"V\\\\u0000\"");
    assertThat(server.post("/DANE/document/", zero).refusedWith(400)).contains("target.id");
    String endless = DaneServer.aDocument("V").replace("ACME", "a".repeat(32_767));
    assertThat(server.post("/DANE/document/", endless).refusedWith(400))
        .contains("`creator.id` has more than 32766 bytes");
  }

  @Test
  void several_documents_are_shown_and_deleted_by_one_request() {
    String one = server.register("V1");
    String other = server.register("V2");
    assertThat(server.get("/DANE/documents/?doc=" + one + "," + other).ok()).hasSize(2);
    assertThat(server.get("/DANE/documents/?doc[]=" + one + "&doc=" + other).ok()).hasSize(2);
    assertThat(server.get("/DANE/documents/").ok()).isEmpty();
    String absent = "0".repeat(40);
    assertThat(server.get("/DANE/documents/?doc=" + one + "&doc=" + one).ok()).hasSize(2);
    assertThat(server.get("/DANE/documents/?doc=" + one + "," + absent).status()).isEqualTo(404);
    server.delete("/DANE/documents/?docs[]=" + one + "&docs=" + other + ",,x").ok();
    assertThat(server.get("/DANE/document/" + one).status()).isEqualTo(404);
    assertThat(server.get("/DANE/document/" + other + "/tasks").status()).isEqualTo(404);
  }

  /** {@code docs/dane.md} tells the number. */
  @Test
  void as_many_ids_fit_into_a_query_as_the_docs_say() {
    String id = server.register("V1");
    String most = String.join(",", Collections.nCopies(790, id));
    assertThat(server.get("/DANE/documents/?doc=" + most).ok()).hasSize(790);
    String more = String.join(",", Collections.nCopies(810, id));
    assertThat(server.get("/DANE/documents/?doc=" + more).status()).isBetween(400, 499);
  }

  @Test
  void a_body_has_a_limit() {
    String endless = " ".repeat((16 << 20) + 1);
    assertThat(server.post("/DANE/document/", endless).refusedWith(413)).isNotEmpty();
  }

  /** Not that its format is wrong: whoever sends it would look for a mistake that is not there. */
  @Test
  void a_batch_of_too_many_pieces_is_told_to_be_too_large() {
    String batch =
        IntStream.range(0, 56_000)
            .mapToObj(i -> DaneServer.aDocument("V" + i))
            .collect(Collectors.joining(",", "[", "]"));

    Reply refused = server.post("/DANE/documents/", batch);

    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.json().path("message").asText())
        .contains("at most 1000000 names, values and brackets", "send fewer items at a time");
    assertThat(server.get("/DANE/search/document/").ok().path("total").asInt()).isZero();
    assertThat(server.post("/DANE/job", batch).status()).isEqualTo(413);
    assertThat(server.post("/DANE/documents/", "[".repeat(500)).status())
        .as("what is beyond another bound is no JSON")
        .isEqualTo(400);
  }

  /** The number beside it is for the operator, who finds the rest in the log. */
  @Test
  void a_defect_is_told_in_the_words_of_the_original_and_nothing_of_what_went_wrong() {
    server.close();
    server = DaneServer.setup().with(defective(new InMemoryStore().ports())).start();
    String text =
        "The server encountered an internal error and was unable to complete your request. Either"
            + " the server is overloaded or there is an error in the application.";
    for (String path : List.of("/DANE/document/" + "0".repeat(40), "/DANE/search/document/")) {
      assertThat(server.get(path).refusedWith(500))
          .matches(Pattern.quote(text) + " Incident [0-9a-f]{8}\\.");
    }
    Reply page = server.get("/DANE/job/1");
    assertThat(page.status()).isEqualTo(500);
    assertThat(page.header("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(page.body()).contains("<p>" + text).doesNotContain("the secret");
  }

  private static StorePorts defective(StorePorts good) {
    return Intercepted.ports(
        good,
        call -> {
          if (call.isOf(DocumentViewStore.class)) {
            throw new IllegalStateException("the secret of the store");
          }
          return call.make();
        });
  }

  /** Knows one user. */
  private record OneUser() implements SignIn {
    @Override
    public Caller caller(Credentials credentials) {
      return credentials
          .authorization()
          .filter(WireRulesTest.basic("ann:secret")::equals)
          .map(_ -> Caller.of("ann"))
          .orElseThrow(() -> new Refusal(new Failure.Unauthenticated("say who you are")));
    }

    @Override
    public List<String> challenges() {
      return List.of("Basic realm=\"millrace\"");
    }
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void an_open_face_lets_in_who_says_nothing_and_asks_for_proof_of_who_says_more() {
    server.close();
    server = DaneServer.setup().with(new OneUser()).start();
    assertThat(server.get("/DANE/task/").status()).isEqualTo(200);
    assertThat(server.get("/DANE/task/", "Authorization", basic("ann:secret")).status())
        .isEqualTo(200);
    Reply wrong = server.get("/DANE/task/", "Authorization", basic("ann:wrong"));
    assertThat(wrong.refusedWith(401)).isEqualTo("say who you are");
    assertThat(wrong.header("WWW-Authenticate")).contains("Basic realm=\"millrace\"");
    String task = server.assign(server.register("V1"), "ASR");
    assertThat(server.task(task).spec().owner()).hasToString("dane");
  }

  @Test
  void a_face_that_asks_lets_in_nobody_else_but_to_health_and_page() {
    server.close();
    server =
        DaneServer.setup()
            .with(DaneConfig.standard().with(HttpAuth.REQUIRED))
            .with(new OneUser())
            .start();
    assertThat(server.get("/DANE/task/").status()).isEqualTo(401);
    assertThat(server.post("/DANE/document/", DaneServer.aDocument("V")).status()).isEqualTo(401);
    assertThat(server.get("/DANE/task/", "Authorization", basic("ann:secret")).status())
        .isEqualTo(200);
    assertThat(server.get("/health").status()).isEqualTo(200);
    assertThat(server.get("/ready").status()).isEqualTo(200);
    assertThat(server.get("/DANE/swagger.json").status()).isEqualTo(200);
  }
}
