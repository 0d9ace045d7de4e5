package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.dane.JobServer.Reply;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.run.RunState;
import org.millrace.engine.StorePorts;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.store.sqlite.SqliteConfig;
import org.millrace.store.sqlite.SqliteStore;
import org.millrace.testkit.memory.InMemoryStore;

/** Jobs from their registration to their end, with workers that answer as a test wants. */
class JobLifeTest {
  private static final String DONE = "{\"state\": 200, \"message\": \"Success\"}";
  private static final String FAILED = "{\"state\": 500, \"message\": \"no\"}";
  private static final String BUSY = "{\"state\": 503, \"message\": \"busy\"}";
  private static final String ROW = "{\"taskSequential\": [\"a\", \"b\"]}";

  @TempDir Path folder;
  private final StorePorts store = new InMemoryStore().ports();
  private JobServer server;

  @BeforeEach
  void start() {
    server = new JobServer(store, folder);
    List.of("A", "B", "C").forEach(server.broker()::bind);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static String body(Message message) {
    return new String(message.body(), StandardCharsets.US_ASCII);
  }

  private RunState run(long job) {
    return store
        .runIntake()
        .arrived(JobNumbers.run(job))
        .flatMap(store.runViews()::find)
        .orElseThrow()
        .run()
        .state();
  }

  @Test
  void tasks_go_one_after_the_other_and_later_ones_read_what_earlier_ones_found() {
    long job = server.register("ITM1", "{\"taskSequential\": [\"a\", \"b\", \"a\"]}");
    assertThat(server.states(job)).isEqualTo("A 102, B 201, A 201");

    server.answer(server.message(1), "{\"state\": 200, \"message\": \"ok\", \"n\": 1}");
    Message second = server.message(2);
    assertThat(second.routingKey()).isEqualTo("unknown.B");
    assertThat(DaneServer.json(body(second)).at("/response/A/n").asInt()).isEqualTo(1);
    server.answer(second, DONE);
    Message third = server.message(3);
    assertThat(third.correlationId()).as("another task of the same key").isEqualTo("3.1");
    server.answer(third, "{\"state\": 200, \"message\": \"ok\", \"n\": 2}");

    server.awaitStates(job, "A 200, B 200, A 200");
    assertThat(server.response(job).at("/A/n").toString()).isEqualTo("[1,2]");
    assertThat(run(job)).isEqualTo(RunState.COMPLETE);
    assertThat(server.get("/DANE/job/inprogress").ok(200).at("/jobs")).isEmpty();
  }

  @Test
  void a_worker_that_is_busy_is_asked_again_and_no_more_often_than_the_policy_says() {
    long job = server.register("ITM1", ROW);
    for (int attempt = 1; attempt <= 3; attempt++) {
      assertThat(server.message(attempt).correlationId()).isEqualTo("1." + attempt);
      server.answer(server.message(attempt), BUSY);
    }
    server.awaitStates(job, "A 500, B 201");

    server.get("/DANE/job/" + job + "/retry").ok(200);
    server.answer(server.message(4), DONE);
    assertThat(server.message(5).routingKey()).isEqualTo("unknown.B");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/DANE/job/1/retry", "/DANE/task/1/forceretry"})
  void what_failed_holds_what_comes_after_it_until_it_is_done(String asking) {
    long job = server.register("ITM1", ROW);
    server.answer(server.message(1), FAILED);
    server.awaitStates(job, "A 500, B 201");
    assertThat(run(job)).isEqualTo(RunState.RUNNING);

    server.get(asking).ok(200);
    server.answer(server.message(2), FAILED);
    server.awaitStates(job, "A 500, B 201");
    server.get(asking).ok(200);
    server.answer(server.message(3), DONE);
    server.answer(server.message(4), DONE);

    server.awaitStates(job, "A 200, B 200");
    assertThat(run(job)).isEqualTo(RunState.COMPLETE);
  }

  @Test
  void a_retry_leaves_what_is_queued_or_done() {
    long job =
        server.register(
            "ITM1", "{\"taskParallel\": [\"a\", \"b\", {\"taskSequential\": [\"c\"]}]}");
    server.message(3);
    for (Message message : server.broker().published()) {
      switch (message.correlationId()) {
        case "1.1" -> server.answer(message, DONE);
        case "3.1" -> server.answer(message, FAILED);
        default -> {}
      }
    }
    server.awaitStates(job, "A 200, B 102, C 500");

    server.get("/DANE/job/" + job + "/retry").ok(200);

    assertThat(server.message(4).correlationId()).isEqualTo("3.2");
    assertThat(server.broker().published()).hasSize(4);
  }

  @Test
  void no_queue_is_told_in_the_answer_and_a_retry_finds_one_later() {
    long job = server.register("ITM1", "{\"taskSequential\": [\"download\", \"b\"]}");
    assertThat(server.states(job)).isEqualTo("DOWNLOAD 422, B 201");
    assertThat(server.response(job).path("DOWNLOAD").toString()).isEqualTo("{}");

    server.broker().bind("DOWNLOAD");
    JsonNode shown = server.get("/DANE/job/" + job + "/retry").ok(200);
    assertThat(shown.toString()).contains("\"task_state\":102");
    server.answer(
        server.message(1), "{\"state\": 200, \"message\": \"ok\", \"file_type\": \"VIDEO\"}");
    assertThat(server.message(2).routingKey()).isEqualTo("video.B");
  }

  /** However patient the server is: a client that sends thousands would wait for each of them. */
  @Test
  @Timeout(60)
  void a_job_whose_lane_is_full_or_whose_broker_is_away_is_answered_at_once() throws Exception {
    server.close();
    server = new JobServer(store, Optional.of(folder), DaneConfig.standard(), 1);
    server.broker().bind("A");
    var jobs =
        new Jobs(
            server.config,
            Optional.empty(),
            server.engine().documents(),
            Duration.ofMinutes(5),
            Clock.systemUTC());

    long first = jobs.register(given("ITM1")).job().number();
    long second = jobs.register(given("ITM2")).job().number();
    jobs.retry(second, "ada");
    assertThat(server.states(second)).as("a queue is to take it").isEqualTo("A 102");
    assertThat(server.broker().published()).as("there was no room for it").hasSize(1);

    server.answer(server.message(1), DONE);
    server.answer(server.message(2), DONE);
    server.awaitStates(first, "A 200");
    server.awaitStates(second, "A 200");
    server.broker().trouble = Optional.of(new Cause("broker-away", "it is away", "start it"));
    assertThat(server.states(jobs.register(given("ITM3")).job().number())).isEqualTo("A 102");
    assertThat(server.broker().published()).hasSize(2);
  }

  private static GivenJob given(String sourceId) throws Exception {
    return GivenJob.of(
        PythonJson.read(
            "{\"source_url\": \"u\", \"source_id\": \"%s\", \"tasks\": \"a\"}"
                .formatted(sourceId)));
  }

  @Test
  void jobs_have_folders_exactly_where_the_server_has_some() {
    assertThat(server.response(server.register("ITM1", "\"a\"")).at("/SHARED").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("TEMP_FOLDER", "OUT_FOLDER");
    server.close();
    server = new JobServer(store, Optional.empty(), DaneConfig.standard(), 1000);
    server.broker().bind("A");

    JsonNode response = server.response(server.register("ITM2", "\"a\""));
    assertThat(response.isObject()).isTrue();
    assertThat(response.has("SHARED")).isFalse();
    Message message = server.message(1);
    assertThat(DaneServer.json(body(message)).path("source_id").asText()).isEqualTo("ITM2");
    assertThat(DaneServer.json(body(message)).path("response").has("SHARED")).isFalse();
  }

  @Test
  void what_is_reset_waits_for_the_next_task_of_its_job_to_be_done() {
    long job = server.register("ITM1", "{\"taskParallel\": [\"a\", \"b\"]}");
    server.message(2);
    Message a = byId("1.1");
    server.answer(a, "{\"state\": 200, \"message\": \"ok\", \"n\": 1}");
    server.awaitStates(job, "A 200, B 102");

    JsonNode reset = server.get("/DANE/task/1/reset").ok(200);
    assertThat(reset.at("/Task/task_state").asText()).isEqualTo("201");
    assertThat(reset.at("/Task/task_msg").asText()).isEqualTo("Reset");
    assertThat(server.response(job).at("/A/n").asInt()).as("until it answers anew").isEqualTo(1);
    assertThat(server.broker().published()).hasSize(2);

    server.answer(byId("2.1"), DONE);
    server.answer(server.message(3), "{\"state\": 200, \"message\": \"ok\", \"n\": 2}");
    server.awaitStates(job, "A 200, B 200");
    assertThat(server.response(job).at("/A/n").asInt()).isEqualTo(2);
  }

  @Test
  void what_is_reset_in_the_queue_is_overtaken_and_runs_with_its_job() {
    long job = server.register("ITM1", ROW);
    Message first = server.message(1);
    server.get("/DANE/task/1/reset").ok(200);
    server.answer(first, DONE);
    assertThat(server.states(job))
        .as("late: nothing runs until it is asked for")
        .startsWith("A 201");

    server.get("/DANE/job/" + job + "/retry").ok(200);
    assertThat(server.message(2).correlationId()).isEqualTo("1.2");
    server.answer("1", DONE); // without an attempt: the one under way
    server.answer(server.message(3), DONE);
    server.awaitStates(job, "A 200, B 200");
  }

  @Test
  void what_is_reset_before_its_turn_has_its_turn_all_the_same() {
    long job = server.register("ITM1", ROW);
    server.get("/DANE/task/2/reset").ok(200);
    assertThat(server.states(job)).isEqualTo("A 102, B 201");
    server.answer(server.message(1), DONE);
    server.answer(server.message(2), DONE);
    server.awaitStates(job, "A 200, B 200");
  }

  @Test
  void what_is_forced_before_its_turn_runs_at_once_and_once() {
    long job = server.register("ITM1", ROW);
    server.message(1);
    JsonNode forced = server.get("/DANE/task/2/forceretry").ok(200);
    assertThat(forced.at("/Task/task_state").asText()).isEqualTo("102");
    server.answer(byId("2.1"), DONE);
    server.answer(byId("1.1"), DONE);
    server.awaitStates(job, "A 200, B 200");
    assertThat(server.broker().published()).hasSize(2);
  }

  private Message byId(String correlationId) {
    return server.broker().published().stream()
        .filter(message -> message.correlationId().equals(correlationId))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_deleted_job_is_gone_with_its_run_and_its_numbers_are_not_given_again() {
    long job = server.register("ITM1", ROW);
    Message out = server.message(1);

    Reply deleted = server.get("/DANE/job/" + job + "/delete");

    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.body()).isEmpty();
    assertThat(run(job)).isEqualTo(RunState.CANCELED);
    server.answer(out, DONE);
    assertThat(server.deadLetters())
        .extracting(letter -> letter.why().code())
        .containsExactly("answer-to-unknown");
    for (String path : List.of("/DANE/job/1", "/DANE/task/1", "/DANE/task/2/forceretry")) {
      assertThat(server.get(path).status()).as(path).isEqualTo(404);
    }
    assertThat(server.get("/DANE/job/1/delete").status()).isEqualTo(404);
    assertThat(server.register("ITM1", "\"c\"")).isEqualTo(2);
    assertThat(server.message(2).correlationId()).isEqualTo("3.1");
  }

  /** Beside the GETs of the original: what changes something need not be a GET. */
  @Test
  void a_job_and_its_tasks_are_asked_again_by_post_too() {
    long job = server.register("ITM1", ROW);
    server.answer(server.message(1), FAILED);
    server.awaitStates(job, "A 500, B 201");

    JsonNode retried = server.post("/DANE/job/" + job + "/retry", "").ok(200);
    assertThat(retried.at("/tasks/taskSequential/0/Task/task_state").asInt()).isEqualTo(102);
    assertThat(server.message(2).correlationId()).isEqualTo("1.2");

    JsonNode reset = server.post("/DANE/task/1/reset", "").ok(200);
    assertThat(reset.at("/Task/task_msg").asText()).isEqualTo("Reset");
    JsonNode forced = server.post("/DANE/task/1/forceretry", "").ok(200);
    assertThat(forced.at("/Task/task_state").asText()).isEqualTo("102");
    assertThat(server.message(3).correlationId()).isEqualTo("1.3");
  }

  @ParameterizedTest
  @CsvSource({"DELETE, /DANE/job/1", "POST, /DANE/job/1/delete", "GET, /DANE/job/1/delete"})
  void a_job_is_deleted_by_whatever_asks_for_it(String method, String path) {
    long job = server.register("ITM1", ROW);
    Message out = server.message(1);

    Reply deleted = server.send(method, path, Optional.empty(), Optional.empty());

    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.body()).isEmpty();
    assertThat(run(job)).isEqualTo(RunState.CANCELED);
    assertThat(server.get("/DANE/job/1").status()).isEqualTo(404);
    assertThat(server.get("/DANE/task/2").status()).isEqualTo(404);
    server.answer(out, DONE);
    assertThat(server.deadLetters()).hasSize(1);
    server.send(method, path, Optional.empty(), Optional.empty()).page(404);
  }

  @Test
  void jobs_survive_the_server_that_took_them_in() {
    Path other = folder.resolve("other");
    try (var disk = SqliteStore.open(SqliteConfig.of(other))) {
      Message out;
      try (var first = new JobServer(disk.ports(), other)) {
        first.broker().bind("A");
        first.register("ITM1", ROW);
        out = first.message(1);
      }
      try (var second = new JobServer(disk.ports(), other)) {
        List.of("A", "B").forEach(second.broker()::bind);
        second.answer(out, DONE);
        second.answer(second.message(1), DONE);
        second.awaitStates(1, "A 200, B 200");
        assertThat(second.register("ITM1", "\"a\"")).isEqualTo(2);
      }
    }
  }

  @Test
  void both_eras_work_side_by_side_and_their_ids_tell_them_apart() {
    long job = server.register("ITM1", "\"a\"");
    String document =
        server.post("/DANE/document/", DaneServer.aDocument("VID1")).ok(200).path("_id").asText();
    server
        .post("/DANE/task/", "{\"key\": \"b\", \"document_id\": \"%s\"}".formatted(document))
        .ok(201);
    server.message(2);
    String task =
        server.broker().published().stream()
            .map(Message::correlationId)
            .filter(id -> id.length() > 40)
            .findFirst()
            .orElseThrow()
            .substring(0, 40);

    assertThat(server.get("/DANE/task/1").ok(200).at("/Task/task_key").asText()).isEqualTo("A");
    assertThat(server.get("/DANE/task/" + task).ok(200).path("key").asText()).isEqualTo("B");
    assertThat(server.get("/DANE/task/1/explain").ok(200).path("key").asText()).isEqualTo("A");
    assertThat(server.get("/DANE/task/" + task + "/explain").ok(200).path("key").asText())
        .isEqualTo("B");
    assertThat(server.get("/DANE/task/77/explain").status()).isEqualTo(404);
    server.answer("1.1", DONE);
    server.answer(task + ".1", DONE);
    server.awaitStates(job, "A 200");
    assertThat(
            store
                .documents()
                .views()
                .task(server.config.space(), new EntryId(task))
                .orElseThrow()
                .entry()
                .face()
                .number())
        .isEqualTo(200);
    assertThat(server.get("/DANE/search/document/").ok(200).path("total").asInt())
        .as("jobs are no documents of theirs")
        .isEqualTo(1);
    assertThat(server.get("/DANE/task/").ok(200)).isEmpty();
    assertThat(server.get("/DANE/job/search/ITM1").ok(200).toString()).isEqualTo("{\"jobs\":[1]}");
  }

  @Test
  void jobs_of_a_source_called_document_are_found_where_no_document_is_searched() {
    long job = server.register("document", "\"a\"");
    String found = "{\"jobs\":[" + job + "]}";

    assertThat(server.get("/DANE/job/search/document").ok(200).toString()).isEqualTo(found);
    for (String path : List.of("/DANE/search/document", "/DANE/search/document/")) {
      JsonNode hits = server.get(path).ok(200);
      assertThat(hits.path("total").asInt()).as(path).isZero();
      assertThat(hits.has("jobs")).as(path).isFalse();
    }
    server.register("documents", "\"a\"");
    assertThat(server.get("/DANE/search/documents").ok(200).toString()).isEqualTo("{\"jobs\":[2]}");
  }

  /** Then a key may belong to both eras: each message names the exchange of its own. */
  @Test
  void jobs_may_have_an_exchange_of_their_own() {
    server.close();
    server = new JobServer(store, folder, withJobExchange("jobs-only"));
    server.broker().bind("A");
    long job = server.register("ITM1", "\"a\"");
    String document =
        server.post("/DANE/document/", DaneServer.aDocument("VID1")).ok(200).path("_id").asText();
    String task =
        server
            .post("/DANE/task/", "{\"key\": \"a\", \"document_id\": \"%s\"}".formatted(document))
            .ok(201)
            .path("_id")
            .asText();
    server.message(2);

    assertThat(server.broker().published())
        .extracting(Message::exchange, Message::routingKey)
        .containsExactlyInAnyOrder(
            tuple("jobs-only", "unknown.A"), tuple("DANE-exchange", "Video.A"));
    server.broker().published().forEach(message -> server.answer(message, DONE));
    server.awaitStates(job, "A 200");
    assertThat(server.get("/DANE/task/" + task).ok(200).path("state").asText()).isEqualTo("200");
    assertThat(server.deadLetters()).isEmpty();
  }

  private static DaneConfig withJobExchange(String jobExchange) {
    DaneConfig usual = DaneConfig.standard();
    return new DaneConfig(
        usual.space(),
        usual.owner(),
        usual.httpAuth(),
        usual.networks(),
        usual.exchange(),
        jobExchange,
        usual.responseQueue(),
        usual.answerWithin(),
        usual.retry(),
        usual.bodyBytes());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /DANE/job/0, 404",
    "GET, /DANE/job/-1, 404",
    "GET, /DANE/job/4294967296, 404",
    "GET, /DANE/job/99999999999999999999999999, 404",
    "GET, /DANE/job/abc, 400",
    "GET, /DANE/job/1.5, 400",
    "GET, /DANE/job/search, 400",
    "GET, /DANE/job/search/, 400",
    "GET, /DANE//job/99, 404",
    "GET, //DANE/job//99/retry, 404",
    "GET, /DANE/task//7, 404",
    "GET, /DANE/job/7/retry, 404",
    "GET, /DANE/job/abc/retry, 400",
    "GET, /DANE/job/7/delete, 404",
    "GET, /DANE/job/7/other, 404",
    "DELETE, /DANE/job/7, 404",
    "GET, /DANE/task/7, 404",
    "GET, /DANE/task/9999999999, 404",
    "GET, /DANE/task/7/forceretry, 404",
    "GET, /DANE/task/7/reset, 404",
    "GET, /DANE/task/7/retry, 404",
    "GET, /DANE/task/7/document, 404",
    "PUT, /DANE/job, 405",
    "POST, /DANE/job/inprogress, 405"
  })
  void what_is_not_there_is_told_on_a_page(String method, String path, int status) {
    server.send(method, path, Optional.empty(), Optional.empty()).page(status);
  }

  @Test
  void texts_of_clients_are_no_markup() {
    server.register("ITM1", "\"a\"");
    Reply refused =
        server.post(
            "/DANE/job",
            "{\"source_url\": \"<script>\", \"source_id\": \"ITM1\", \"tasks\": \"<b>\"}");

    assertThat(refused.page(500)).doesNotContain("<script>").contains("different source_url");
  }

  @Test
  void a_source_that_lies_elsewhere_is_refused_even_when_no_job_of_it_is_left() {
    long job = server.register("ITM1", "\"a\"");
    server.get("/DANE/job/" + job + "/delete");
    Reply refused =
        server.post(
            "/DANE/job", "{\"source_url\": \"v\", \"source_id\": \"ITM1\", \"tasks\": \"a\"}");

    assertThat(refused.page(500)).contains("Source url verification mismatch: u != v");
  }

  @Test
  void a_tree_of_a_hundred_thousand_tasks_is_too_large() {
    String many =
        "{\"source_url\": \"u\", \"source_id\": \"x\", \"tasks\": {\"taskParallel\": [%s]}}"
            .formatted("\"a\",".repeat(100_000) + "\"a\"");
    server.post("/DANE/job", many).page(413);
    assertThat(server.get("/DANE/job/inprogress").ok(200).at("/jobs")).isEmpty();
    String nested =
        "{\"source_url\": \"u\", \"source_id\": \"x\", \"tasks\": %s\"a\"%s}"
            .formatted("{\"taskParallel\": [".repeat(5_000), "]}".repeat(5_000));
    server.post("/DANE/job", nested).page(400);
  }

  @Test
  void the_largest_job_is_taken_and_an_empty_one_is_done() {
    String many =
        "{\"taskSequential\": [\"a\", {\"taskParallel\": [%s]}]}"
            .formatted("\"b\",".repeat(996) + "\"b\"");
    long job = server.register("big", many);
    assertThat(server.states(job)).startsWith("A 102, B 201");
    server.get("/DANE/job/" + job + "/delete");

    long empty = server.register("empty", "{\"taskSequential\": []}");
    assertThat(server.states(empty)).isEmpty();
    assertThat(server.get("/DANE/job/" + empty + "/retry").status()).isEqualTo(200);
  }
}
