package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.GetResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** Every message that a Python worker was sent, sent to ours through a real RabbitMQ. */
@ExtendWith(WithRabbit.class)
class AmqpRecordingsTest {
  private static final List<JsonNode> LINES = Recordings.of("amqp.jsonl");

  /** Answers that a callback of Python's can give and ours cannot, and what ours gives instead. */
  private static final String DOUBLY_ENCODED = "callback returns json.dumps";

  private static final String NO_API = "no_api=True";

  @TestFactory
  Stream<DynamicTest> the_document_era(RabbitNode rabbit) {
    return sent("document").map(line -> named(line, () -> document(rabbit, line)));
  }

  @TestFactory
  Stream<DynamicTest> the_job_era(RabbitNode rabbit) {
    return sent("job").map(line -> named(line, () -> job(rabbit, line)));
  }

  private static Stream<JsonNode> sent(String era) {
    return LINES.stream().filter(line -> line.has("sent") && line.path("era").asText().equals(era));
  }

  private static DynamicTest named(JsonNode line, Executable test) {
    return DynamicTest.dynamicTest(line.path("label").asText(), test);
  }

  private void document(RabbitNode rabbit, JsonNode line) throws Exception {
    String label = line.path("label").asText();
    String key = line.path("sent").path("routing_key").asText().split("\\.", -1)[1];
    Config config = rabbit.config("documents-" + label.hashCode());
    AtomicInteger calls = new AtomicInteger();
    Worker.Builder worker =
        Worker.named("queue-" + label)
            .bindingKey("#." + key)
            .config(config)
            .generator(new Generator("x", AgentType.SOFTWARE, "x", "x"))
            .callback((task, _, _) -> answer(task, calls.incrementAndGet()));
    if (key.equals("NOAPI")) {
      worker.noApi();
    } else {
      worker.handler(new InMemoryHandler());
    }
    if (key.equals("NEED")) {
      worker.dependsOn("DEP1");
    }
    JsonNode expected = Json.read(line.path("reply").path("body").asText());
    if (label.contains(NO_API)) { // a fault of 0.3.6 and later
      expected = Answer.success().toJson();
    } else if (label.contains(DOUBLY_ENCODED)) {
      expected = Json.read(expected.textValue());
    } else if (label.contains("returns None")) {
      expected = Answer.error("Unhandled worker error: the callback returned no answer").toJson();
    } else if (label.contains("leaves out message")) { // ours has always one
      expected = Answer.of(200, "").toJson();
    }
    exchange(config, worker.build(), line, expected);
    assertThat(calls.get())
        .isEqualTo(label.contains("refuses twice") ? 3 : Math.min(calls.get(), 1));
  }

  /** The callback of the recordings: the message says how it ends. */
  private static @Nullable Answer answer(Task task, int call) throws Exception {
    return switch (task.args().path("mode").asText("ok")) {
      case "exc" -> throw new IllegalStateException("boom");
      case "none" -> null;
      case "nomsg" -> Answer.of(200, "");
      case "str" -> Answer.success().with("size", 5);
      case "state" -> Answer.of(task.args().path("state").asInt(), "custom");
      case "refuse" -> {
        if (call < 3) {
          throw new RefuseTask("not now");
        }
        yield Answer.success();
      }
      default -> Answer.success();
    };
  }

  private void job(RabbitNode rabbit, JsonNode line) throws Exception {
    Config config = rabbit.config("jobs-" + line.path("label").asText().hashCode());
    JsonNode expected = Json.read(line.path("reply").path("body").asText());
    JobWorker worker =
        new JobWorker(
            config,
            "jobs-" + line.path("label").asText(),
            List.of("#.CV"),
            job -> {
              String mode = job.metadata().path("CV").asText();
              if (mode.equals("exc")) {
                throw new IllegalStateException("boom");
              }
              Answer answer = Answer.success().with("n", expected.path("n").asInt());
              return mode.equals("dict")
                  ? answer
                  : answer
                      .with("list", List.of(expected.path("n").asInt()))
                      .with("file_type", "VIDEO");
            });
    try (Peer peer = new Peer(config)) {
      peer.workerQueue("jobs-" + line.path("label").asText(), "#.CV");
      try (RunningWorker _ = RunningWorker.of(worker)) {
        send(peer, line, expected);
      }
    }
  }

  private static void exchange(Config config, Worker worker, JsonNode line, JsonNode expected)
      throws Exception {
    try (Peer peer = new Peer(config)) {
      String key = line.path("sent").path("routing_key").asText().split("\\.", -1)[1];
      peer.workerQueue("queue-" + line.path("label").asText(), "#." + key);
      try (RunningWorker _ = RunningWorker.of(worker)) {
        send(peer, line, expected);
      }
    }
  }

  private static void send(Peer peer, JsonNode line, JsonNode expected) throws Exception {
    JsonNode sent = line.path("sent");
    String id = sent.path("properties").path("correlation_id").asText();
    String queue = peer.responseQueue("answers-" + line.path("label").asText());
    peer.publish(sent.path("routing_key").asText(), queue, id, sent.path("body").asText());
    GetResponse answer = peer.next(queue);
    assertThat(Json.read(Peer.text(answer))).isEqualTo(expected);
    assertThat(answer.getProps().getCorrelationId()).isEqualTo(id);
    assertThat(answer.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(answer.getProps().getContentType()).isNull();
    assertThat(answer.getProps().getHeaders()).isNull();
    assertThat(answer.getEnvelope().getExchange()).isEmpty();
  }

  @Test
  void what_the_original_server_publishes_is_understood() {
    List<JsonNode> published = LINES.stream().filter(line -> !line.has("sent")).toList();
    assertThat(published).isNotEmpty();
    for (JsonNode line : published) {
      String body = line.path("body").asText();
      if (line.path("era").asText().equals("job")) {
        assertThat(Job.fromJson(body).priority()).isEqualTo(3);
        assertThat(Job.fromJson(body).directories()).isPresent();
        continue;
      }
      JsonNode message = Json.loaded(body, "a message");
      assertThat(Task.fromJson(message.path("task")).toJson()).isEqualTo(message.path("task"));
      assertThat(Document.fromJson(message.path("document")).toJson())
          .isEqualTo(message.path("document"));
      assertThat(Document.fromJson(message.path("document")).computedId())
          .isEqualTo(message.path("document").path("_id").asText());
    }
  }
}
