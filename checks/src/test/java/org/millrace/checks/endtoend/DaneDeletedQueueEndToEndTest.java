package org.millrace.checks.endtoend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.sdk.Answer;
import org.millrace.sdk.Result;
import org.millrace.testkit.broker.RabbitNode;

/**
 * Somebody deletes the queue of a worker on RabbitMQ, and the message of a task with it. On the
 * embedded broker nobody can: {@code EmbeddedFaultsTest}. The server looks at such a task a minute
 * after its message went out, which no setting shortens.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@Order(1) // it takes two looks
class DaneDeletedQueueEndToEndTest {
  /** What docs/dane.md calls minutes. */
  private static final Duration MINUTES = Duration.ofMinutes(5);

  private static final String QUEUE = "filesize_queue";

  @TempDir private Path folder;
  @AutoClose private RabbitNode rabbit;
  @AutoClose private DaneSite site;
  private DaneCalls calls;

  @BeforeEach
  void starts_a_server() throws Exception {
    rabbit = RabbitNode.start(folder, true);
    site = DaneSite.on(rabbit);
    calls = site.calls();
    site.start();
    site.awaitBroker();
    try (DaneWorkers first = worker()) { // its queue is durable: it is there without its worker
      site.awaitTakers(first);
    }
  }

  /** All before the worker is back has to happen before the first look: some ten seconds. */
  @Test
  void a_task_whose_queue_was_deleted_is_published_again_when_its_worker_is_back()
      throws Exception {
    String task = assignAndDelete();

    worker();

    PackagedServer.await(MINUTES, () -> calls.isDone(task));
    assertThat(site.kept(task))
        .as("under the same attempt")
        .singleElement()
        .satisfies(result -> assertThat(result.attempt()).isEqualTo(1));
  }

  @Test
  void it_ends_as_unroutable_if_no_worker_comes_and_can_be_asked_for_again() throws Exception {
    String task = assignAndDelete();
    PackagedServer.await(MINUTES, () -> calls.causes(task).equals(List.of("no-queue")));
    assertThat(calls.state(task)).isEqualTo("102");

    PackagedServer.await(MINUTES, () -> calls.state(task).equals("422"));

    assertThat(calls.causes(task)).containsExactly("unroutable");
    site.awaitTakers(worker());
    calls.get("/DANE/task/" + task + "/retry");
    PackagedServer.await(MINUTES, () -> calls.isDone(task));
  }

  private DaneWorkers worker() {
    DaneWorkers workers = site.workers();
    workers.ofDocuments(
        QUEUE,
        "#.FILESIZE",
        (task, _, self) -> {
          self.handler()
              .registerResult(Result.of(DaneWorkers.GENERATOR, Map.of("bytes", 6)), task.id());
          return Answer.success();
        });
    return workers;
  }

  /** The task whose message was in the queue. */
  private String assignAndDelete() throws Exception {
    String task = calls.assign("ACME", "FILESIZE");
    PackagedServer.await(MINUTES, () -> liesInItsQueue(task));
    deleteQueue();
    return task;
  }

  private boolean liesInItsQueue(String task) {
    String why = calls.get("/DANE/task/" + task + "/explain").path("causes").toString();
    return why.contains("no-worker") && why.contains("holds 1 message");
  }

  private void deleteQueue() throws Exception {
    String guest = RabbitNode.GUEST + ":" + RabbitNode.GUEST;
    try (var client = HttpClient.newHttpClient()) {
      int status =
          client
              .send(
                  HttpRequest.newBuilder(
                          URI.create(
                              "http://127.0.0.1:%d/api/queues/%%2F/%s"
                                  .formatted(rabbit.managementPort(), QUEUE)))
                      .header(
                          "Authorization",
                          "Basic " + Base64.getEncoder().encodeToString(guest.getBytes(US_ASCII)))
                      .DELETE()
                      .build(),
                  BodyHandlers.discarding())
              .statusCode();
      assertThat(status).isEqualTo(204);
    }
  }
}
