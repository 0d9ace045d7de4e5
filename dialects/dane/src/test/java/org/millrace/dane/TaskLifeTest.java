package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.engine.documents.DocumentStore.Saved;

/** Tasks from their assignment to their end, as clients see them while workers answer. */
class TaskLifeTest {
  private DaneServer server = DaneServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  private String queued(String key) {
    server.broker().bind(key);
    String task = server.assign(server.register("VID0001"), key);
    server.settle();
    return task;
  }

  private static String answer(int state, String message) {
    return "{\"state\": " + state + ", \"message\": \"" + message + "\"}";
  }

  @Test
  void a_task_is_queued_answered_and_done() {
    String task = queued("ASR");
    assertThat(server.shown(task)).isEqualTo("102 Queued");
    server.pass(Duration.ofSeconds(3));
    server.answerLast(answer(200, "Success"));
    JsonNode shown = server.get("/DANE/task/" + task).ok();
    assertThat(shown.path("state").isTextual()).isTrue();
    assertThat(shown.path("state").asText()).isEqualTo("200");
    assertThat(shown.path("msg").asText()).isEqualTo("Success");
    assertThat(shown.path("created_at").asText()).isEqualTo("2026-03-01T12:00:00");
    assertThat(shown.path("updated_at").asText()).isEqualTo("2026-03-01T12:00:03");
    assertThat(server.get("/DANE/task/").body()).isEqualTo("[]");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 422, 500, 7, -1})
  void retry_asks_for_what_failed(int state) {
    String task = queued("ASR");
    server.answerLast(answer(state, "no"));
    assertThat(server.shown(task)).isEqualTo(state + " no");
    assertThat(server.get("/DANE/task/" + task + "/retry").ok().path("msg").asText())
        .isEqualTo("Queued");
    server.settle();
    assertThat(server.broker().published()).hasSize(2);
  }

  @Test
  void retry_leaves_alone_what_is_queued_or_done() {
    String task = queued("ASR");
    assertThat(server.get("/DANE/task/" + task + "/retry").ok().path("state").asText())
        .isEqualTo("102");
    server.settle();
    assertThat(server.broker().published()).hasSize(1);
    server.answerLast(answer(200, "Success"));
    assertThat(server.get("/DANE/task/" + task + "/Retry").ok().path("state").asText())
        .isEqualTo("200");
    server.settle();
    assertThat(server.broker().published()).hasSize(1);
  }

  @Test
  void forceretry_asks_for_anything_and_the_old_answer_is_late() {
    String task = queued("ASR");
    String first = server.last().correlationId();
    server.post("/DANE/task/" + task + "/forceretry").ok();
    server.settle();
    assertThat(server.broker().published()).hasSize(2);
    server.answer(first, answer(500, "an old no"));
    assertThat(server.shown(task)).isEqualTo("102 Queued");
    server.answerLast(answer(200, "Success"));
    server.answer(first, answer(500, "an old no"));
    assertThat(server.shown(task)).isEqualTo("200 Success");
    server.get("/DANE/task/" + task + "/FORCERETRY").ok();
    server.settle();
    assertThat(server.broker().published()).hasSize(3);
  }

  @Test
  void an_answer_under_the_bare_id_is_of_the_attempt_under_way() {
    String task = queued("ASR");
    server.answer(task, answer(200, "Success"));
    assertThat(server.shown(task)).isEqualTo("200 Success");
  }

  @Test
  void reset_says_so_and_runs_it_again() {
    String task = queued("ASR");
    server.answerLast(answer(200, "Success"));
    JsonNode reset = server.get("/DANE/task/" + task + "/reset").ok();
    assertThat(reset.path("state").asText() + reset.path("msg").asText()).isEqualTo("201Reset");
    assertThat(server.shown(task)).isEqualTo("201 Reset");
    server.settle();
    assertThat(server.shown(task)).isEqualTo("102 Queued");
  }

  @Test
  void a_mass_reset_takes_those_of_a_key_that_show_a_number() {
    String task = queued("ASR");
    server.answerLast(answer(500, "no"));
    assertThat(server.get("/DANE/workers/asr/reset").ok().toString())
        .isEqualTo("{\"total\":1,\"error\":\"\"}");
    assertThat(server.shown(task)).isEqualTo("205 Manual reset");
    server.settle();
    assertThat(server.shown(task)).isEqualTo("102 Queued");
    assertThat(server.post("/DANE/workers/ASR/reset/102").ok().path("total").asInt()).isEqualTo(1);
    assertThat(server.get("/DANE/workers/ASR/reset/503").ok().path("error").asText())
        .isEqualTo("No tasks affected");
    assertThat(server.get("/DANE/workers/ASR/reset/x").ok().path("error").asText())
        .isEqualTo("The state is not a number");
  }

  @Test
  void what_failed_at_a_service_is_tried_again_by_itself_and_not_for_ever() {
    server.close();
    var twice = new RetryPolicy(2, Duration.ofSeconds(5), Duration.ofSeconds(5), true);
    server = DaneServer.setup().with(DaneConfig.standard().with(twice)).start();
    String task = queued("ASR");
    server.answerLast(answer(503, "no service"));
    assertThat(server.shown(task)).isEqualTo("503 no service");
    server.settle();
    assertThat(server.broker().published()).hasSize(1);
    server.pass(Duration.ofSeconds(6));
    server.settle();
    assertThat(server.shown(task)).isEqualTo("102 Queued");
    server.answerLast(answer(502, "still none"));
    server.pass(Duration.ofMinutes(5));
    server.settle();
    assertThat(server.broker().published()).hasSize(2);
    assertThat(server.shown(task))
        .isEqualTo("500 gave up after 2 tries; the last answer was 502: still none");
  }

  /** Sibling, after a task's 200: 502 and 503 run too (4.2). */
  @Test
  void what_is_to_be_tried_again_is_so_soon_when_another_task_of_its_document_is_done() {
    String document = server.register("VID0001");
    String asr = handOut(document, "ASR");
    for (int i = 0; i < 4; i++) { // the next pause is 40 s at least
      server.answerLast(answer(502, "partial input"));
      server.pass(Duration.ofSeconds(40));
      server.settle();
    }
    server.answerLast(answer(502, "partial input"));
    handOut(document, "DOWNLOAD");
    server.pass(Duration.ofSeconds(6));
    server.settle();
    assertThat(server.shown(asr)).as("it pauses").isEqualTo("502 partial input");

    server.answerLast(answer(200, "Success"));
    server.settle();
    server.pass(Duration.ofSeconds(6));
    server.settle();

    assertThat(server.shown(asr)).isEqualTo("102 Queued");
    assertThat(server.last().routingKey()).isEqualTo("Video.ASR");
  }

  @Test
  void a_task_that_waits_for_another_gets_it_made_and_goes_on_after_it() {
    server.broker().bind("ASR");
    server.broker().bind("DOWNLOAD");
    String document = server.register("VID0001");
    String asr = server.assign(document, "ASR");
    server.settle();
    server.answerLast(
        """
        {"state": 412, "message": "Unfinished dependencies",
         "dependencies": [{"key": "download", "from": "archive"}]}\
        """);
    assertThat(server.shown(asr)).isEqualTo("412 Unfinished dependencies");
    assertThat(server.get("/DANE/workers/ASR").ok().path("total").asInt()).isZero();
    server.settle();

    JsonNode tasks = server.get("/DANE/document/" + document + "/tasks").ok();
    assertThat(tasks).hasSize(2);
    assertThat(tasks.get(1).path("key").asText()).isEqualTo("DOWNLOAD");
    assertThat(tasks.get(1).path("args").toString()).isEqualTo("{\"from\":\"archive\"}");
    JsonNode explained = server.get("/DANE/task/" + asr + "/explain").ok();
    assertThat(explained.path("state").asText()).isEqualTo("412");
    assertThat(explained.at("/causes/1/code").asText()).isEqualTo("sibling-unfinished");
    assertThat(explained.at("/causes/1/message").asText())
        .contains("task DOWNLOAD of the same document")
        .endsWith("at 102 Queued");
    assertThat(explained.at("/earlier/0").asText()).startsWith("attempt 1 in dane: ");
    assertThat(server.last().routingKey()).isEqualTo("Video.DOWNLOAD");
    server.answerLast(answer(200, "Success"));
    server.settle();
    assertThat(server.shown(asr)).isEqualTo("102 Queued");
    assertThat(server.last().routingKey()).isEqualTo("Video.ASR");
  }

  /** Row 10: 412 is not the worker's turn, and so no more unfinished than 200. */
  @Test
  void what_is_done_or_waits_for_another_task_is_not_listed_as_unfinished() {
    String document = server.register("VID0001");
    handOut(document, "QUEUED");
    handOut(document, "FAILED");
    server.answerLast(answer(500, "no"));
    handOut(document, "DONE");
    server.answerLast(answer(200, "Success"));
    String waiting = handOut(document, "WAITING");
    server.answerLast(answer(412, "Unfinished dependencies"));
    assertThat(server.shown(waiting)).isEqualTo("412 Unfinished dependencies");

    assertThat(server.get("/DANE/task/").ok())
        .extracting(task -> task.path("key").asText() + " " + task.path("state"))
        .containsExactlyInAnyOrder("QUEUED 102", "FAILED 500");
  }

  private String handOut(String document, String key) {
    server.broker().bind(key);
    String task = server.assign(document, key);
    server.settle();
    return task;
  }

  @Test
  void what_holds_a_task_is_explained_by_its_id_of_this_face() {
    server.broker().bind("CV");
    String document = server.register("VID0001");
    String cut = server.assign(document, "CV");
    server.settle();
    server.answerLast(answer(404, "No file found"));
    String asr = server.assign(document, "ASR");
    server.broker().bind("ASR");
    server.settle();
    server.answerLast("{\"state\": 412, \"message\": \"Unfinished dependencies\"}");

    JsonNode causes = server.get("/DANE/task/" + asr + "/explain").ok().path("causes");

    assertThat(causes.at("/1/code").asText()).isEqualTo("sibling-failed");
    assertThat(causes.at("/1/message").asText())
        .isEqualTo("task CV of the same document (" + cut + ") failed: it is at 404 No file found");
    server.get("/DANE/task/" + "0".repeat(40) + "/explain").refusedWith(404);
  }

  @Test
  void errors_of_a_key_are_listed() {
    String task = queued("ASR");
    server.answerLast(answer(500, "no"));
    JsonNode errors = server.get("/DANE/workers/ASR").ok();
    assertThat(errors.path("total").asInt()).isEqualTo(1);
    assertThat(errors.at("/tasks/0/_id").asText()).isEqualTo(task);
    assertThat(server.get("/DANE/workers/CV").ok().path("total").asInt()).isZero();
    assertThat(server.get("/DANE/workers/ASR", "X-Fields", "total").ok().toString())
        .isEqualTo("{\"total\":1}");
    assertThat(server.get("/DANE/workers/ASR", "X-Fields", "tasks{key}").ok().toString())
        .isEqualTo("{\"tasks\":[{\"key\":\"ASR\"}]}");
  }

  @Test
  void an_assignment_to_many_is_answered_piece_by_piece() {
    String one = server.register("VID0001");
    String other = server.register("VID0002");
    String args = "x".repeat(300_000);
    DaneServer.Reply reply =
        server.post(
            "/DANE/task/",
            "{\"key\": \"ASR\", \"a\": \"%s\", \"document_id\": [\"%s\", \"%s\"]}"
                .formatted(args, one, other));
    assertThat(reply.ok().path("success")).hasSize(2);
    assertThat(reply.ok().at("/success/1/args/a").asText()).isEqualTo(args);
    assertThat(reply.header("Content-Length")).isEmpty();
  }

  @Test
  void arguments_that_are_too_large_are_refused_with_their_bound() {
    String document = server.register("VID0001");
    String body =
        "{\"key\": \"ASR\", \"a\": \"%s\", \"document_id\": \"%s\"}"
            .formatted("x".repeat(GivenTask.MOST_ARGS), document);
    assertThat(server.post("/DANE/task/", body).refusedWith(400))
        .isEqualTo("Task `args` must have at most 1048576 bytes as JSON");
  }

  @Test
  void results_are_shown_and_deleted() {
    String task = queued("ASR");
    String result = save(task);
    assertThat(server.get("/DANE/result/" + result).ok().toString())
        .isEqualTo(
            "{\"_id\":\""
                + result
                + "\",\"generator\":{\"id\":\"abc\",\"name\":\"ASR\",\"homepage\":\"h\","
                + "\"type\":\"Software\"},\"payload\":{\"*\":null},\"created_at\":null,"
                + "\"updated_at\":null}");
    JsonNode ofCreator = server.get("/DANE/creator/ACME/asr/results").ok();
    assertThat(ofCreator).hasSize(1);
    assertThat(ofCreator.get(0).path("_id").asText()).isEqualTo(result);
    assertThat(server.delete("/DANE/result/" + result).ok().asText()).isEmpty();
    assertThat(server.delete("/DANE/result/" + result).status()).isEqualTo(404);
    assertThat(server.get("/DANE/result/" + result).status()).isEqualTo(404);
  }

  /** The original leaves out what is null. */
  @Test
  void a_payload_comes_back_exactly_as_it_was_saved() {
    String payload = "{\"a\":null,\"b\":{},\"c\":[null],\"d\":{\"e\":null}}";
    String result = save(queued("ASR"), payload);
    assertThat(server.get("/DANE/result/" + result).ok().path("payload")).hasToString(payload);
    assertThat(server.get("/DANE/creator/ACME/ASR/results").ok().at("/0/payload"))
        .hasToString(payload);
  }

  private String save(String task) {
    return save(task, "{}");
  }

  private String save(String task, String payload) {
    GivenResult given =
        GivenResult.of(
            PythonJsonTest.value(
                "{\"generator\": {\"id\": \"abc\", \"type\": \"Software\", \"name\": \"asr\","
                    + " \"homepage\": \"h\"}, \"payload\": "
                    + payload
                    + "}"));
    Saved saved =
        server
            .documents()
            .saveResult()
            .save(
                server.config().space(),
                new EntryId(task),
                new Result.Finding(given.generator(), given.payload()));
    return ((Saved.Stored) saved).result().id().text();
  }

  @Test
  void a_task_that_was_deleted_begins_above_its_last_attempt() {
    String task = queued("ASR");
    String document = server.get("/DANE/task/" + task + "/document").ok().path("_id").asText();
    server.delete("/DANE/task/" + task).ok();

    server.answerLast(answer(200, "of the deleted one"));
    assertThat(server.deadLetters())
        .singleElement()
        .extracting(letter -> letter.why().code())
        .isEqualTo("answer-to-unknown");
    assertThat(server.assign(document, "ASR")).isEqualTo(task);
    server.settle();
    assertThat(server.last().correlationId()).isEqualTo(task + ".2");
    server.answer(task + ".1", answer(200, "of the deleted one"));
    assertThat(server.shown(task)).isEqualTo("102 Queued");
  }

  @Test
  void what_holds_a_task_before_it_is_sent_and_after_it_is_explained() {
    var away = new Cause("broker-away", "the broker does not answer", "start it");
    server.broker().bind("ASR");
    server.broker().trouble = Optional.of(away);
    String task = server.assign(server.register("VID0001"), "ASR");
    server.settle();
    assertThat(causes(task)).contains("broker-away");

    server.broker().trouble = Optional.empty();
    server.pass(Duration.ofMinutes(5));
    server.settle();
    assertThat(causes(task)).contains("with-workers");

    server.broker().deleteQueue("ASR");
    server.pass(Duration.ofMinutes(1));
    assertThat(causes(task)).contains("no-queue");

    server.answerLast("no answer at all");
    assertThat(server.shown(task)).startsWith("500 ");
    assertThat(causes(task)).contains("worker-refused");
  }

  @Test
  void a_task_that_no_queue_takes_is_explained() {
    String task = server.assign(server.register("VID0001"), "NOBODYS");
    server.settle();
    assertThat(server.shown(task)).isEqualTo("422 Unroutable task");
    assertThat(causes(task)).contains("unroutable");
  }

  private List<String> causes(String task) {
    return server
        .get("/DANE/task/" + task + "/explain")
        .ok()
        .path("causes")
        .findValuesAsText("code");
  }

  @Test
  void lists_do_not_end_where_those_of_the_original_do() {
    String document = server.register("VID0001");
    for (int i = 0; i < 2 * Pages.SIZE + 1; i++) {
      server.assign(document, "K" + i);
    }
    assertThat(server.get("/DANE/document/" + document + "/tasks").ok())
        .hasSize(2 * Pages.SIZE + 1);
    assertThat(server.get("/DANE/task/").ok()).hasSize(2 * Pages.SIZE + 1);
    assertThat(server.get("/DANE/task/").body()).startsWith("[{\"key\": \"K0\", \"_id\": \"");
    assertThat(server.get("/DANE/creator/ACME/k7/tasks").ok()).hasSize(1);
  }

  @Test
  void a_full_lane_says_so() {
    server.close();
    server = DaneServer.setup().withRoomFor(1).start();
    String one = server.register("VID0001");
    String other = server.register("VID0002");
    server.assign(one, "ASR");
    String body = "{\"key\": \"ASR\", \"document_id\": \"" + other + "\"}";
    assertThat(server.post("/DANE/task/", body).refusedWith(429)).contains("wait until some");
    String many = "{\"key\": \"ASR\", \"document_id\": [\"" + other + "\"]}";
    assertThat(server.post("/DANE/task/", many).ok().at("/failed/0/error").asText())
        .startsWith("[429] ");
  }

  @Test
  void values_that_are_no_text_are_no_ids_either() {
    for (String id : new String[] {"5", "true", "\"\"", "{}"}) {
      String body = "{\"key\": \"ASR\", \"document_id\": " + id + "}";
      assertThat(server.post("/DANE/task/", body).status()).as(id).isEqualTo(404);
    }
    String many = "{\"key\": \"ASR\", \"document_id\": [5, null]}";
    assertThat(server.post("/DANE/task/", many).ok().at("/failed/1/error").asText())
        .isEqualTo("[404] 'No document with id `None` found'");
    String tooLong = "{\"key\": \"" + "a".repeat(300) + "\", \"document_id\": \"%s\"}";
    assertThat(server.post("/DANE/task/", tooLong.formatted(server.register("V"))).refusedWith(400))
        .contains("routing key of more than 255 bytes");
  }
}
