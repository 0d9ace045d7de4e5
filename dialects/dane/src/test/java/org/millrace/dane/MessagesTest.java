package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerProtocol.Addressee;
import org.millrace.testkit.runtime.TestAttempt;

/** What is published, byte for byte as the original did, and whom a correlation id means. */
class MessagesTest {
  private static final Pattern TIMES = Pattern.compile("\"\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}\"");

  private final DaneServer server = DaneServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  private static List<JsonNode> lines() {
    try (InputStream in = MessagesTest.class.getResourceAsStream("amqp.jsonl")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(DaneServer::json)
          .filter(line -> line.path("era").asText().equals("document"))
          .toList();
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  private static List<JsonNode> published() {
    return lines().stream().filter(line -> line.has("body")).toList();
  }

  private static String withoutTimes(String body) {
    return TIMES.matcher(body).replaceAll("\"T\"");
  }

  private void isAsRecorded(Message message, JsonNode line, int attempt) {
    assertThat(message.exchange()).isEqualTo(line.path("exchange").asText());
    assertThat(message.routingKey()).isEqualTo(line.path("routing_key").asText());
    assertThat(message.priority()).isEqualTo(line.at("/properties/priority").asInt());
    assertThat(message.correlationId())
        .isEqualTo(line.at("/properties/correlation_id").asText() + "." + attempt);
    assertThat(withoutTimes(new String(message.body(), StandardCharsets.UTF_8)))
        .isEqualTo(withoutTimes(line.path("body").asText()));
  }

  private String register(JsonNode line) {
    JsonNode document = DaneServer.json(line.path("body").asText()).path("document");
    ObjectNode given = ((ObjectNode) document.deepCopy()).retain("target", "creator");
    return server.post("/DANE/document/", given.toString()).ok().path("_id").asText();
  }

  @Test
  void a_first_run_and_a_forced_retry() {
    server.broker().bind("TAP");
    JsonNode first = published().get(0);
    String task = server.assign(register(first), "tap");
    server.settle();
    isAsRecorded(server.last(), first, 1);

    server.get("/DANE/task/" + task + "/forceretry").ok();
    server.settle();
    assertThat(server.broker().published()).hasSize(2);
    isAsRecorded(server.last(), published().get(1), 2);
  }

  @Test
  void arguments_text_that_is_not_ascii_and_the_greatest_priority() {
    server.broker().bind("TAP");
    JsonNode line = published().get(2);
    JsonNode task = DaneServer.json(line.path("body").asText()).path("task");
    String body =
        "{\"key\": \"tap\", \"priority\": 99, \"document_id\": \"%s\", \"args\": %s}"
            .formatted(register(line), task.path("args"));
    server.post("/DANE/task/", body).created();
    server.settle();
    isAsRecorded(server.last(), line, 1);
  }

  /** What workers answered in the recordings; all of it can be read. */
  @Test
  void every_recorded_answer_of_a_worker_ends_its_task() {
    server.broker().bind("WRK");
    String task = server.assign(server.register("T1T"), "wrk");
    for (JsonNode line : lines()) {
      if (!line.has("reply")) {
        continue;
      }
      server.get("/DANE/task/" + task + "/forceretry").ok();
      server.settle();
      assertThat(server.shown(task)).isEqualTo("102 Queued");
      server.answerLast(line.at("/reply/body").asText());
      assertThat(server.shown(task))
          .as(line.path("label").asText())
          .startsWith(said(line.at("/reply/body").asText()));
    }
  }

  /** State and message, also if they were encoded twice; what does not say both is an error. */
  private static String said(String reply) {
    JsonNode answer = DaneServer.json(reply);
    JsonNode said = answer.isTextual() ? DaneServer.json(answer.asText()) : answer;
    return said.has("message")
        ? said.path("state").asText() + " " + said.path("message").asText()
        : "500 The worker's answer";
  }

  @Test
  void what_is_told_twice_is_the_same() throws Exception {
    server.broker().bind("TAP");
    server.assign(server.register("VID1"), "tap");
    server.settle();
    Message once = server.last();
    var task = server.task(once.correlationId().substring(0, 40));
    Message again =
        server.protocol().encode(order(task.entry().task(), task.spec(), 1), work(task.spec()));
    assertThat(again.body()).isEqualTo(once.body());
    assertThat(again.correlationId()).isEqualTo(once.correlationId());
  }

  @Test
  void nothing_can_be_said_of_what_was_deleted() {
    String document = server.register("VID1");
    var task = server.task(server.assign(document, "tap"));
    server.delete("/DANE/document/" + document).ok();
    assertThatThrownBy(() ->
            server.protocol().encode(order(task.entry().task(), task.spec(), 1), work(task.spec())))
        .isInstanceOf(AttemptFailed.class)
        .hasMessageContaining("deleted meanwhile");
  }

  private static WorkerWork work(TaskSpec spec) {
    return (WorkerWork) spec.work();
  }

  private static AttemptOrder order(TaskId task, TaskSpec spec, int attempt) {
    return new TestAttempt(new RuntimeName("dane"), task, spec, attempt);
  }

  private static final String ID = "5987ae723d95e9f14d06a8600c76993a6377c872";

  @Test
  void a_correlation_id_names_task_and_attempt() {
    assertThat(server.protocol().addressee(ID + ".12"))
        .contains(new Addressee(new ExternalId("dane", ID), OptionalInt.of(12)));
    assertThat(server.protocol().addressee(ID))
        .contains(new Addressee(new ExternalId("dane", ID), OptionalInt.empty()));
    assertThat(server.protocol().name()).isEqualTo("dane");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "12",
        "corr-1",
        ID + ".",
        ID + ".0",
        ID + ".01",
        ID + ".-1",
        ID + ".1.2",
        ID + ".99999999999",
        ID + " ",
        "5987AE723D95E9F14D06A8600C76993A6377C872",
        ID + "0"
      })
  void what_is_none_of_ours_names_nobody(String id) {
    assertThat(server.protocol().addressee(id)).isEmpty();
  }
}
