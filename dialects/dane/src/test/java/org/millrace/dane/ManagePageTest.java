package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.dane.DaneConfig.HttpAuth;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result.Finding;
import org.millrace.domain.value.Value;
import org.millrace.http.signin.BasicUsers;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.runtime.Waiting;

/** The page under {@code /manage/} in a browser, by what its reader clicks and sees. */
class ManagePageTest {
  private static final String DONE = "{\"state\": 200, \"message\": \"Success\"}";
  private static final String FAILED = "{\"state\": 500, \"message\": \"out of tape\"}";
  private static final String MARKUP = "<img src=x onerror=\"document.title='taken over'\">";

  @TempDir private static Path browserFolder;
  private static Chromium browser;

  @TempDir private Path folder;
  private JobServer server;
  private Tab tab;

  @BeforeAll
  static void starts_a_browser() throws Exception {
    browser = Chromium.start(browserFolder);
  }

  @AfterAll
  static void ends_it() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void opens_a_tab() {
    server = new JobServer(new InMemoryStore().ports(), folder);
    tab = browser.tab();
  }

  @AfterEach
  void closes_it() {
    try {
      tab.close();
    } finally {
      server.close();
    }
  }

  private void open(String place) {
    tab.go(server.address() + "/manage/" + place);
  }

  private void answerLast(int message, String body) {
    server.answer(server.message(message), body);
  }

  private String register(String target) {
    return server
        .post("/DANE/document/", DaneServer.aDocument(target))
        .ok(200)
        .path("_id")
        .asText();
  }

  private String assign(String document, String key) {
    return server
        .post("/DANE/task/", "{\"key\": \"%s\", \"document_id\": \"%s\"}".formatted(key, document))
        .ok(201)
        .path("_id")
        .asText();
  }

  @Test
  void a_document_is_registered_and_found_again() {
    open("");
    tab.awaitText("main", "Documents", "0 found");
    tab.click("New document");
    tab.enter("dialog", "target", "VID0001");
    tab.enter("dialog", "kind", "Sound");
    tab.enter("dialog", "url", "http://media.example.org/a b.mp3");
    tab.enter("dialog", "creator", "ACME");
    tab.enter("dialog", "owner", "Human");
    tab.click("dialog", "Register");

    tab.awaitText("main", "VID0001", "Sound", "ACME (Human)");
    assertThat(tab.place()).isEqualTo("#/document/b572a62b2f591d52e6e72c30a13dbddc21839485");
    assertThat(tab.count("main a[href='http://media.example.org/a%20b.mp3']")).isEqualTo(1);
    tab.click("JSON");
    tab.awaitText("main pre", "\"id\": \"VID0001\"");

    tab.click("header", "Documents");
    tab.enter("main", "target", "VID*");
    tab.click("Search");
    tab.awaitText("main", "1 found");
    tab.click("td", "VID0001");
    tab.awaitText("h1", "VID0001");
  }

  @Test
  void what_the_server_refuses_is_told_where_it_was_asked() {
    register("VID0001");
    open("");
    tab.click("New document");
    tab.enter("dialog", "target", "VID0001");
    tab.enter("dialog", "url", "http://x");
    tab.enter("dialog", "creator", "ACME");
    tab.click("dialog", "Register");
    tab.awaitText("dialog", "A document with target.id `VID0001`", "already exists");
    tab.click("dialog", "Cancel");
    tab.awaitCount("dialog", 0);
  }

  @Test
  void a_search_goes_on_beyond_the_first_hundred() {
    for (int i = 1; i <= 130; i++) {
      register("V%03d".formatted(i));
    }
    open("#/documents?page=5");
    tab.awaitText("main", "130 found", "V100", "Page 5 of 7");
    tab.click("Next");
    tab.awaitText("main", "V101", "Page 6 of 7");
    tab.click("Next");
    tab.awaitText("main", "V130", "Page 7 of 7");
    assertThat(tab.count("tbody tr")).isEqualTo(10);
    tab.click("Previous");
    tab.awaitText("main", "Page 6 of 7");
  }

  @Test
  void a_task_is_assigned_and_shows_by_itself_what_becomes_of_it() {
    server.broker().bind("ASR");
    open("#/document/" + register("V1"));
    tab.click("Assign task");
    tab.enter("dialog", "key", "asr");
    tab.enter("dialog", "priority", "4");
    tab.enter("dialog", "args", "{\"long\": 12345678901234567890, \"one\": 1.0}");
    tab.click("dialog", "Assign");

    tab.awaitText("article", "ASR", "102", "Queued", "Priority");
    assertThat(tab.count("article .chip.busy")).isEqualTo(1);
    tab.click("Arguments");
    tab.awaitText("article pre", "\"long\": 12345678901234567890", "\"one\": 1.0");

    answerLast(1, FAILED);
    tab.awaitText("article", "500", "out of tape");
    assertThat(tab.count("article .chip.bad")).isEqualTo(1);
    tab.awaitText("article pre", "1.0"); // what was open still is

    tab.click("Explanation");
    tab.awaitText("article li", "out of tape");

    tab.click("Retry");
    answerLast(2, DONE);
    tab.awaitText("article", "200", "Success");
    assertThat(tab.count("article .chip.done")).isEqualTo(1);
  }

  @Test
  void a_task_that_is_done_is_retried_by_force_or_reset_alone() {
    server.broker().bind("ASR");
    String document = register("V1");
    assign(document, "ASR");
    answerLast(1, DONE);
    open("#/document/" + document);
    tab.awaitText("article", "Success");

    tab.click("Force retry");
    answerLast(2, DONE);
    tab.awaitText("article", "Success");
    tab.click("Reset");
    answerLast(3, FAILED);
    tab.awaitText("article", "out of tape");
    assertThat(server.broker().published()).hasSize(3);
  }

  @Test
  void a_task_and_a_document_are_deleted_after_a_question() {
    String document = register("V1");
    assign(document, "ASR");
    open("#/document/" + document);
    tab.click("article", "Delete");
    tab.awaitText("dialog", "Delete task ASR and its results?");
    tab.click("dialog", "Cancel");
    tab.awaitCount("dialog", 0);
    tab.awaitCount("article", 1);

    tab.click("article", "Delete");
    tab.click("dialog", "Delete");
    tab.awaitCount("article", 0);

    tab.click(".title", "Delete");
    tab.awaitText("dialog", "Delete document V1");
    tab.click("dialog", "Delete");
    tab.awaitText("main", "Documents", "0 found");
    server.get("/DANE/document/" + document).ok(404);
  }

  @Test
  void results_of_a_task_are_shown() {
    String document = register("V1");
    String task = assign(document, "ASR");
    save(task, "https://example.org/asr", "{\"duration_s\": 12.50}");
    save(task, "javascript:alert(1)", "{}");
    open("#/document/" + document);
    tab.click("Results");
    tab.awaitText("article", "ASR, Software abc", "\"duration_s\": 12.50", "javascript:alert(1)");
    assertThat(tab.count("article a[href='https://example.org/asr']")).isEqualTo(1);
    assertThat(tab.count("a[href^=javascript]")).isZero();
  }

  private static Value read(String json) {
    try {
      return PythonJson.read(json);
    } catch (PythonJson.NotJson impossible) {
      throw new AssertionError(json, impossible);
    }
  }

  private void save(String task, String homepage, String payload) {
    String result =
        """
        {"generator": {"id": "abc", "type": "Software", "name": "asr", "homepage": "%s"},
         "payload": %s}\
        """
            .formatted(homepage, payload);
    GivenResult given = GivenResult.of(read(result));
    server
        .engine()
        .documents()
        .saveResult()
        .save(
            server.config.space(),
            new EntryId(task),
            new Finding(given.generator(), given.payload()));
  }

  @Test
  void errors_of_a_key_are_reset_together() {
    server.broker().bind("ASR");
    for (int i = 1; i <= 3; i++) {
      assign(register("V" + i), "ASR");
      answerLast(i, FAILED);
    }
    open("#/workers");
    tab.awaitText("main tbody", "ASR", "7");
    tab.click("main td", "ASR");
    tab.awaitText("main", "3 tasks with an error", "out of tape");
    assertThat(tab.count("article")).isEqualTo(3);

    tab.enter("main", "state", "404");
    tab.click("Reset all");
    tab.awaitText("dialog", "Reset all tasks of ASR that show 404?");
    tab.click("dialog", "Reset all");
    tab.awaitText("#notice", "No tasks affected");
    tab.enter("main", "state", "500");
    tab.click("main", "Reset all");
    tab.click("dialog", "Reset all");
    tab.awaitText("#notice", "Reset: 3 tasks.");
    tab.awaitText("main", "0 tasks with an error");
    assertThat(server.message(6).routingKey()).endsWith(".ASR");
  }

  @Test
  void errors_of_a_key_are_shown_page_by_page() throws Exception {
    for (int i = 1; i <= 21; i++) {
      String task = assign(register("V" + i), "ASR"); // nobody takes them
      Waiting.until(
          () -> server.get("/DANE/task/" + task).ok(200).path("state").asText().equals("422"));
    }
    open("#/worker/ASR?page=2");
    tab.awaitText("main", "21 tasks with an error", "Unroutable task", "Page 2 of 2");
    assertThat(tab.count("article")).isEqualTo(1);
    assertThat(tab.evaluate("document.querySelector('select').value").asText()).isEqualTo("422");
    tab.click("Previous");
    tab.awaitText("main", "Page 1 of 2");
    tab.awaitCount("article", 20);
  }

  @Test
  void a_task_with_an_error_leads_to_its_document() {
    server.broker().bind("ASR");
    assign(register("V1"), "ASR");
    answerLast(1, FAILED);
    open("#/workers");
    tab.enter("main", "key", "asr");
    tab.click("Show errors");
    tab.click("Go to document");
    tab.awaitText("h1", "V1");
    tab.awaitText("article", "out of tape");
  }

  @Test
  void a_job_is_registered_and_its_tree_followed() {
    server.broker().bind("A");
    server.broker().bind("B");
    open("#/jobs");
    tab.awaitText("main", "0 in progress");
    tab.click("New job");
    tab.enter("dialog", "source", "ITM1");
    tab.enter("dialog", "url", "http://media.example.org/a.mp4");
    tab.enter(
        "dialog", "tasks", "{\"taskSequential\": [\"a\", {\"taskParallel\": [\"b\", \"c\"]}]}");
    tab.click("dialog", "Register");

    tab.awaitText("main", "Job 1", "ITM1", "One after the other", "Side by side");
    tab.awaitText(".leaf[data-id='1']", "A", "102");
    tab.awaitText("ul ul ul .leaf[data-id='3']", "C", "201");
    server.answer(
        server.message(1), "{\"state\": 200, \"message\": \"ok\", \"n\": 12345678901234567890}");
    tab.awaitText(".leaf[data-id='1']", "200", "ok");
    tab.awaitText(".leaf[data-id='2']", "102");
    tab.awaitText(".leaf[data-id='3']", "422", "Unroutable task");
    tab.click("Responses");
    tab.awaitText("main pre", "\"n\": 12345678901234567890", "TEMP_FOLDER");

    server.broker().bind("C");
    tab.click("Retry job");
    tab.awaitText(".leaf[data-id='3']", "102");
    tab.click(".leaf[data-id='1']", "Force retry task");
    tab.awaitText(".leaf[data-id='1']", "102");
    tab.click(".leaf[data-id='1']", "Reset task state");
    tab.awaitText(".leaf[data-id='1']", "201", "Reset");

    tab.click("Delete job");
    tab.click("dialog", "Delete");
    tab.awaitText("main", "0 in progress");
    server.get("/DANE/job/1").page(404);
  }

  @Test
  void jobs_are_searched_by_lists_and_ranges_and_retried_or_deleted_together() {
    server.broker().bind("A");
    for (int i = 1; i <= 7; i++) {
      server.register("ITM" + i % 2, "\"a\"");
      answerLast(i, FAILED);
    }
    open("#/jobs");
    tab.awaitText("main", "7 in progress");
    tab.enter("main", "ids", "1, 4:5,99");
    tab.click("Search");
    tab.awaitText("main", "3 found");
    assertThat(tab.count("tbody tr")).isEqualTo(3);

    tab.click("Retry all");
    tab.awaitText("dialog", "Retry 3 jobs?");
    tab.click("dialog", "Retry");
    tab.awaitText("#notice", "Retry: 3 of 3 jobs.");
    server.message(10);
    server.awaitStates(4, "A 102");
    server.awaitStates(3, "A 500");

    tab.enter("main", "ids", "");
    tab.enter("main", "source", "ITM1");
    tab.click("Search");
    tab.awaitText("main", "4 found");
    tab.click("Delete all");
    tab.awaitText("dialog", "Delete 4 jobs?");
    tab.click("dialog", "Cancel");
    tab.awaitCount("dialog", 0);
    tab.click("Delete all");
    tab.click("dialog", "Delete");
    tab.awaitText("main", "0 found");
    assertThat(server.get("/DANE/job/inprogress").ok(200).path("jobs")).hasSize(3);

    tab.enter("main", "source", "");
    tab.enter("main", "ids", "1:x");
    tab.click("Search");
    tab.awaitText("#notice", "'1:x' is no job id");
  }

  @Test
  void what_comes_from_data_is_shown_as_text() {
    server.broker().bind("A");
    String escaped = MARKUP.replace("\"", "\\\"");
    String document =
        server
            .post(
                "/DANE/document/",
                """
                {"target": {"id": "%s", "url": "javascript:document.title='taken over'",
                            "type": "Video"},
                 "creator": {"id": "%s", "type": "Human"}}\
                """
                    .formatted(escaped, escaped))
            .ok(200)
            .path("_id")
            .asText();
    server
        .post(
            "/DANE/task/",
            "{\"key\": \"a\", \"document_id\": \"%s\", \"args\": {\"%s\": \"</pre>%s\"}}"
                .formatted(document, escaped, escaped))
        .ok(201);
    answerLast(1, "{\"state\": 500, \"message\": \"%s\"}".formatted(escaped));
    long job =
        server
            .post(
                "/DANE/job",
                """
                {"source_id": "<b>x", "source_url": "javascript:alert(1)", "tasks": "a",
                 "metadata": {"m": "%s"}}\
                """
                    .formatted(escaped))
            .ok(201)
            .path("job_id")
            .asLong();
    answerLast(2, "{\"state\": 400, \"message\": \"%s\"}".formatted(escaped));

    open("#/documents");
    tab.awaitText("td", MARKUP);
    tab.click("td", MARKUP);
    tab.awaitText("h1", MARKUP);
    tab.awaitText("dl", "javascript:document.title=");
    tab.awaitText("article .message", MARKUP);
    tab.click("Arguments");
    tab.awaitText("article pre", "</pre>");
    assertNothingTookEffect();
    tab.click(".title", "Delete");
    tab.awaitText("dialog", MARKUP);
    tab.click("dialog", "Cancel");
    open("#/job/" + job);
    tab.awaitText(".leaf .message", MARKUP);
    tab.awaitText("dl", "<b>x", "javascript:alert(1)");
    tab.click("Metadata");
    tab.awaitText("main pre", "onerror");
    assertNothingTookEffect();
    open("#/worker/%3Cimg%20src%3Dx%3E");
    tab.awaitText("h1", "<img src=x>");

    assertNothingTookEffect();
  }

  private void assertNothingTookEffect() {
    assertThat(tab.count("img, main b, a[href^=javascript]")).isZero();
    assertThat(tab.evaluate("document.title").asText()).isEqualTo("DANE-web");
  }

  @Test
  void what_is_not_there_is_told() {
    open("#/document/" + "0".repeat(40));
    tab.awaitText("#notice", "not found");
    open("#/jobs");
    tab.awaitText("main", "0 in progress");
    assertThat(tab.text("#notice")).isEmpty();
    open("#/job/77");
    tab.awaitText("#notice", "not found");
    open("#/%");
    tab.awaitText("#notice", "There is no such page.");
  }

  @Test
  void a_reader_signs_in_once_and_the_page_and_its_calls_work() {
    try (var closed =
        DaneServer.setup()
            .with(DaneConfig.standard().with(HttpAuth.REQUIRED))
            .with(BasicUsers.onePair("ann", "secret", InstantSource.system()))
            .start()) {
      tab.signInAs("ann", "secret");
      tab.go(closed.address() + "/manage/");
      tab.awaitText("main", "0 found");
      tab.click("New document");
      tab.enter("dialog", "target", "V1");
      tab.enter("dialog", "url", "http://x");
      tab.enter("dialog", "creator", "ACME");
      tab.click("dialog", "Register");
      tab.awaitText("h1", "V1");
      assertThat(tab.challenges()).isEqualTo(1);
      tab.go(closed.address().toString().replace("//", "//ann:secret@") + "/manage/");
      tab.awaitText("main", "1 found");
    }
  }
}
