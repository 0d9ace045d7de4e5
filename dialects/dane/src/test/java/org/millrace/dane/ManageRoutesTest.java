package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.dane.DaneConfig.HttpAuth;
import org.millrace.dane.DaneServer.Reply;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result.Finding;
import org.millrace.domain.value.Value;
import org.millrace.engine.StorePorts;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.http.signin.BasicUsers;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.store.Intercepted;

/** What is served under {@code /manage/} ({@code contracts/dane.md 1.5, row 23, and 7}). */
class ManageRoutesTest {
  private DaneServer server = DaneServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void the_page_is_where_the_original_has_it() {
    Reply page = server.get("/manage/");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(page.body()).contains("src=\"js/index.js\"", "<title>DANE-web</title>");
    assertThat(server.get("/manage/js/index.js").status()).isEqualTo(200);
  }

  @Test
  void without_the_slash_its_links_would_lead_elsewhere() {
    Reply without = server.get("/manage");
    assertThat(without.status()).isEqualTo(308);
    assertThat(without.header("Location")).contains("manage/");
  }

  @Test
  void a_browser_is_told_what_the_page_may_do() {
    Reply page = server.get("/manage/");
    assertThat(page.header("Content-Security-Policy").orElse(""))
        .contains("default-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for")
        .doesNotContain("unsafe");
    assertThat(page.header("X-Frame-Options")).contains("DENY");
    assertThat(page.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(page.header("Referrer-Policy")).contains("no-referrer");
    assertThat(page.header("Cache-Control")).contains("no-cache");
  }

  @ParameterizedTest
  @CsvSource({"style.css,text/css", "icon.svg,image/svg+xml", "js/json.js,text/javascript"})
  void its_files_say_what_they_are(String file, String type) {
    Reply reply = server.get("/manage/" + file);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type").orElse("")).startsWith(type);
    assertThat(reply.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(reply.header("Cache-Control")).contains("no-cache");
  }

  @Test
  void every_script_finds_those_it_imports() {
    var imported = Pattern.compile("from \"\\./([a-z]+\\.js)\"");
    for (String script :
        List.of(
            "index",
            "calls",
            "documents",
            "elements",
            "jobs",
            "json",
            "live",
            "tasks",
            "workers")) {
      String text = server.get("/manage/js/" + script + ".js").body();
      for (String other : imported.matcher(text).results().map(found -> found.group(1)).toList()) {
        assertThat(server.get("/manage/js/" + other).status())
            .as(script + " imports " + other)
            .isEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"index.html", "js/", "js/nothing.js", "js/..%2fstyle.css", "nothing"})
  void nothing_else_is_served(String file) {
    assertThat(server.get("/manage/" + file).status()).isEqualTo(404);
  }

  @Test
  void queues_are_told_with_their_keys_and_without_that_of_answers() {
    server.broker().bind("ASR");
    server.broker().bind(server.config().responseQueue());
    assertThat(server.get("/manage/workers").ok().toString())
        .isEqualTo("[{\"name\":\"ASR\",\"active_workers\":1,\"in_queue\":7,\"keys\":[\"ASR\"]}]");
  }

  @Test
  void a_broker_that_cannot_be_asked_is_told_as_that() {
    server.broker().answersNow = false;
    assertThat(server.get("/manage/workers").refusedWith(503)).contains("cannot be reached");
    server.broker().canBeAsked = false;
    assertThat(server.get("/manage/workers").refusedWith(503)).contains("broker.management");
  }

  @Test
  void errors_of_a_key_are_told_page_by_page_and_counted_by_what_they_show() {
    int many = 2 * Pages.SIZE + 1;
    server.broker().bind("ASR");
    assertThat(server.get("/manage/workers/ASR").ok().toString())
        .isEqualTo("{\"total\":0,\"states\":{},\"tasks\":[]}");
    String failed = server.assign(server.register("FAILED"), "ASR");
    server.settle();
    server.answerLast("{\"state\": 500, \"message\": \"out of tape\"}");
    server.broker().deleteQueue("ASR");
    for (int i = 1; i < many; i++) {
      server.assign(server.register("V" + i), "ASR");
    }
    server.settle(); // nobody takes them: 422
    server.assign(server.register("OTHER"), "OCR");

    JsonNode first = server.get("/manage/workers/asr").ok();
    JsonNode last = server.get("/manage/workers/ASR?page=3").ok();

    assertThat(first.path("total").asInt()).isEqualTo(many);
    assertThat(first.path("states").toString())
        .isEqualTo("{\"422\":%d,\"500\":1}".formatted(many - 1));
    assertThat(first.path("tasks")).hasSize(Pages.SIZE);
    assertThat(server.get("/manage/workers/ASR?page=2").ok().path("tasks"))
        .hasSize(Pages.SIZE)
        .doesNotContainAnyElementsOf(first.path("tasks"));
    assertThat(last.path("tasks")).containsExactly(server.get("/DANE/task/" + failed).ok());
    assertThat(server.get("/manage/workers/ASR?page=4").ok().path("tasks")).isEmpty();
    assertThat(server.get("/manage/workers/ASR?page=500").ok().path("total").asInt())
        .isEqualTo(many);
    for (String page : List.of("501", "x", "")) {
      assertThat(server.get("/manage/workers/ASR?page=" + page).refusedWith(400))
          .contains("at most 500");
    }
  }

  @Test
  void no_more_errors_are_read_than_a_page_shows_nor_counted_than_the_most_and_one() {
    var asked = new CopyOnWriteArrayList<String>();
    StorePorts watched =
        Intercepted.ports(
            new InMemoryStore().ports(),
            call -> {
              if (!call.isOf(DocumentViewStore.class)) {
                return call.make();
              }
              asked.add(call.method() + " " + call.arguments().getLast());
              return switch (call.method()) {
                case "countsExcept" -> new TreeMap<>(Map.of(500, 10_001));
                default -> call.make();
              };
            });
    server.close();
    server = DaneServer.setup().with(watched).start();

    JsonNode told = server.get("/manage/workers/ASR?page=3").ok();

    assertThat(told.path("total").asInt()).isEqualTo(10_001);
    assertThat(told.path("states").path("500").asInt()).isEqualTo(10_001);
    server.get("/manage/workers/ASR").ok();
    assertThat(asked)
        .containsExactly("countsExcept 10001", "placeExcept 40", "countsExcept 10001", "except 20");
  }

  @Test
  void results_of_a_task_are_told_in_their_order() {
    String task = server.assign(server.register("V1"), "ASR");
    assertThat(server.get("/manage/task/" + task + "/results").ok()).isEmpty();
    save(task, "{\"n\": 1}");
    save(task, "{\"n\": 2}");

    JsonNode results = server.get("/manage/task/" + task + "/results").ok();

    assertThat(results.findValuesAsText("n")).containsExactly("1", "2");
    assertThat(results.get(0))
        .isEqualTo(server.get("/DANE/result/" + results.get(0).path("_id").asText()).ok());
  }

  private static Value read(String json) {
    try {
      return PythonJson.read(json);
    } catch (PythonJson.NotJson impossible) {
      throw new AssertionError(json, impossible);
    }
  }

  private void save(String task, String payload) {
    String result =
        "{\"generator\": {\"id\": \"a\", \"type\": \"Software\", \"name\": \"asr\","
            + " \"homepage\": \"h\"}, \"payload\": "
            + payload
            + "}";
    GivenResult given = GivenResult.of(read(result));
    server
        .documents()
        .saveResult()
        .save(
            server.config().space(),
            new EntryId(task),
            new Finding(given.generator(), given.payload()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "0000000000000000000000000000000000000000"})
  void what_is_no_task_has_no_results(String task) {
    assertThat(server.get("/manage/task/" + task + "/results").status()).isEqualTo(404);
  }

  @Test
  void who_must_sign_in_is_asked_by_the_page_and_by_what_it_calls() {
    server.close();
    server =
        DaneServer.setup()
            .with(DaneConfig.standard().with(HttpAuth.REQUIRED))
            .with(BasicUsers.onePair("ann", "secret", InstantSource.system()))
            .start();
    String task = "0".repeat(40);
    for (String path :
        List.of(
            "/manage/",
            "/manage/workers",
            "/manage/workers/ASR",
            "/manage/task/" + task + "/results")) {
      Reply asked = server.get(path);
      assertThat(asked.status()).as(path).isEqualTo(401);
      assertThat(asked.header("WWW-Authenticate").orElse("")).startsWith("Basic ");
    }
    String pair =
        Base64.getEncoder().encodeToString("ann:secret".getBytes(StandardCharsets.US_ASCII));
    assertThat(server.get("/manage/", "Authorization", "Basic " + pair).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /DANE/document/",
        "POST /DANE/task/",
        "POST /DANE/task/{task}/forceretry",
        "DELETE /DANE/task/{task}",
        "POST /DANE/workers/ASR/reset/102",
        "POST /DANE/job",
        "POST /DANE/job/1/retry",
        "DELETE /DANE/job/1",
        "GET /DANE/job/1/delete",
        "GET /DANE/task/{task}/reset"
      })
  void a_page_from_elsewhere_changes_nothing(String request) {
    String task = server.assign(server.register("V1"), "ASR");
    String[] words = request.replace("{task}", task).split(" ", -1);
    var foreign =
        server
            .request(
                words[1], "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site")
            .method(words[0], BodyPublishers.ofString("{}"));
    assertThat(server.send(foreign).status()).isEqualTo(403);
    assertThat(server.shown(task)).isEqualTo("102 Queued");
    assertThat(server.get("/DANE/search/document/").ok().path("total").asInt()).isEqualTo(1);
  }
}
