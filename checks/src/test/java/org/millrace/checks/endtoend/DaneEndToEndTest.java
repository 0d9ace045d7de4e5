package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.testkit.broker.RabbitNode;

/**
 * The {@code dane} package, unmodified, from the Python registry: workers with its handler, one
 * that depends on the other, one that refuses, and a client; against a whole server that stands in
 * for DANE-server, its Elasticsearch and, embedded, its broker (contracts/dane.md 3, 6).
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
@Order(1) // one of the long ones
class DaneEndToEndTest {
  private static final int DOCUMENTS = Integer.getInteger("millrace.documents", 100);

  /** On a machine that does much else. */
  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir private Path folder;
  @TempDir private Path workers;

  @Test
  void every_task_is_done_on_the_embedded_broker_though_a_worker_and_the_server_are_killed()
      throws Exception {
    try (var site = DaneSite.embedded();
        var programs = site.programs(workers)) {
      site.start();
      site.awaitBroker();
      Process victim = startWorkers(programs, "before").getFirst();
      Process session = client(site, programs);
      programs.awaitLine("client", "assigned");
      victim.destroyForcibly().onExit().join();
      site.kill(); // and the broker with it
      site.start();
      site.awaitBroker();
      startWorkers(programs, "after"); // the others ended with the broker, as Python workers do
      assertThat(session.waitFor()).as(programs.said("client")).isZero();
      assertResults(site);
    }
  }

  @Test
  void every_task_is_done_on_rabbitmq_though_a_worker_and_the_broker_are_killed() throws Exception {
    try (var rabbit = RabbitNode.start(folder, true);
        var site = DaneSite.on(rabbit);
        var programs = site.programs(workers)) {
      DaneCalls calls = site.calls();
      rabbit.stop();
      PackagedServer server = site.start();
      String early = calls.assign("EARLY", "FILESIZE");
      PackagedServer.await(SOON, () -> calls.causes(early).contains("broker-away"));
      rabbit.start();
      site.awaitBroker();
      Process victim = startWorkers(programs, "before").getFirst();
      Process session = client(site, programs);
      programs.awaitLine("client", "assigned");
      victim.destroyForcibly().onExit().join();
      rabbit.kill();
      rabbit.start();
      site.awaitBroker();
      startWorkers(programs, "after");
      assertThat(session.waitFor()).as(programs.said("client")).isZero();
      assertResults(site);
      PackagedServer.await(SOON, () -> calls.isDone(early));
      isDoneThoughRefusedBefore(calls, programs);
      assertThat(server.get("/api/v1/tasks?state=SYSTEM_ERROR").path("tasks")).isEmpty();
    }
  }

  @Test
  void a_task_that_a_worker_refuses_stays_in_its_queue_until_one_takes_it() throws Exception {
    try (var site = DaneSite.embedded();
        var programs = site.programs(workers)) {
      site.start();
      site.awaitBroker();
      isDoneThoughRefusedBefore(site.calls(), programs);
    }
  }

  private static void isDoneThoughRefusedBefore(DaneCalls calls, DanePrograms programs)
      throws Exception {
    programs.startWorker("moody", "moody");
    String task = calls.assign("REFUSED", "MOODY");
    PackagedServer.await(SOON, () -> calls.causes(task).contains("given-back"));
    programs.makeWilling();
    PackagedServer.await(SOON, () -> calls.isDone(task));
  }

  /** Two of each of two kinds. */
  private static List<Process> startWorkers(DanePrograms programs, String when) throws Exception {
    List<Process> workers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      workers.add(programs.startWorker("filesize", "filesize-" + when + "-" + i));
      workers.add(programs.startWorker("length", "length-" + when + "-" + i));
    }
    return workers;
  }

  private static Process client(DaneSite site, DanePrograms programs) throws IOException {
    return programs.start("client", "dane_client.py", site.api(), String.valueOf(DOCUMENTS), "900");
  }

  /** Every result that was saved is there, and each once, however often it was saved. */
  private static void assertResults(DaneSite site) {
    Map<String, Integer> saved = new TreeMap<>();
    for (JsonNode result : site.calls().get("/DANE/creator/ACME/FILESIZE/results")) {
      saved.merge(result.path("payload").path("of").asText(), 1, Integer::sum);
    }
    assertThat(saved).hasSize(DOCUMENTS);
    assertThat(saved.values()).containsOnly(1);
    assertThat(site.calls().get("/DANE/creator/ACME/LENGTH/results")).hasSize(DOCUMENTS);
  }
}
