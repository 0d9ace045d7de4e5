package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.sdk.Answer;

/** Whose turn it is at the embedded broker, whose queues know no priority. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PriorityEndToEndTest {
  private static final int URGENT = 9;

  /** The window of the embedded broker. */
  private static final int OUT = 50;

  /**
   * What is out when it comes, and what is claimed together with it, when several answers have made
   * room at once: each is published by a thread of its own, in any order.
   */
  private static final int AHEAD = OUT + OUT - 1;

  private final List<Integer> worked = new CopyOnWriteArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch allThere = new CountDownLatch(1);
  private final CountDownLatch urgentDone = new CountDownLatch(1);

  @Test
  void priority_9_overtakes_1000_of_priority_1() throws Exception {
    try (var site = DaneSite.embedded()) {
      site.start();
      site.awaitBroker();
      DaneCalls calls = site.calls();
      work(site.workers());
      try {
        List<String> documents = register(calls, 1_001);
        assign(calls, documents.subList(0, 1_000), 1);
        assertThat(begun.await(2, TimeUnit.MINUTES)).isTrue();
        assign(calls, documents.subList(1_000, 1_001), URGENT);
        allThere.countDown();

        assertThat(urgentDone.await(5, TimeUnit.MINUTES)).isTrue();
        assertThat(worked.indexOf(URGENT)).isBetween(1, AHEAD);
      } finally {
        allThere.countDown();
      }
    }
  }

  /** The first task is under way until the last one is stored. */
  private void work(DaneWorkers workers) {
    workers.ofDocuments(
        "priority_queue",
        "#.PRIO",
        (task, _, _) -> {
          begun.countDown();
          allThere.await();
          worked.add(task.args().path("urgency").asInt());
          if (task.args().path("urgency").asInt() == URGENT) {
            urgentDone.countDown();
          }
          return Answer.success();
        });
  }

  private static List<String> register(DaneCalls calls, int number) {
    List<Map<String, Object>> documents =
        IntStream.range(0, number)
            .mapToObj(i -> DaneCalls.document("test", "D" + i, "Text"))
            .toList();
    return calls.post("/DANE/documents/", documents).findValuesAsText("_id");
  }

  private static void assign(DaneCalls calls, List<String> documents, int priority) {
    JsonNode answer =
        calls.post(
            "/DANE/task/",
            Map.of(
                "document_id",
                documents,
                "key",
                "PRIO",
                "priority",
                priority,
                "args",
                Map.of("urgency", priority)));
    assertThat(answer.path("success")).hasSameSizeAs(documents);
  }
}
