package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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
  private static final Path SCRIPTS =
      Path.of(System.getProperty("millrace.root"), "checks/src/test/python");
  private static final int DOCUMENTS = Integer.getInteger("millrace.documents", 100);

  @TempDir private static Path folder;
  @TempDir private Path workers;

  private final int http = RabbitNode.freePort();
  private final int search = RabbitNode.freePort();
  private final DaneCalls calls = new DaneCalls(http);
  private final List<Process> started = new ArrayList<>();

  @BeforeAll
  static void installs_the_package() throws Exception {
    assertDone("python3", "-m", "venv", folder.resolve("venv").toString());
    assertDone(
        program("pip"), "install", "-q", "--disable-pip-version-check", "dane==0.4.3", "requests");
  }

  private static String program(String name) {
    return folder.resolve("venv/bin").resolve(name).toString();
  }

  /** Where Python or its registry cannot be had there is nothing to test, but in CI must be. */
  private static void assertDone(String... command) throws Exception {
    Path output = Files.createTempFile(folder, "output", ".txt");
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    String said = Files.readString(output, StandardCharsets.UTF_8);
    assumeTrue(
        code == 0 || System.getenv("CI") != null, () -> "dane cannot be installed here: " + said);
    assertThat(code).as(said).isZero();
  }

  @AfterEach
  void ends_what_it_started() {
    started.forEach(process -> process.destroyForcibly().onExit().join());
    calls.close();
  }

  @Test
  void every_task_is_done_on_the_embedded_broker_though_a_worker_and_the_server_are_killed()
      throws Exception {
    int broker = RabbitNode.freePort();
    configureWorkers(broker);
    String[] settings = settings("broker.kind=embedded", "broker.port=" + broker);
    try (var data = DataFolder.create()) {
      var server = PackagedServer.start(data.path(), settings);
      try {
        awaitBroker();
        startWorkers();
        Process session = client();
        Process victim = started.getFirst();
        awaitLine("client.log", "assigned");
        victim.destroyForcibly().onExit().join();
        server.kill(); // and the broker with it
        server = PackagedServer.start(data.path(), settings);
        awaitBroker();
        startWorkers(); // the others ended with the broker, as Python workers do
        assertThat(session.waitFor()).as(said("client.log")).isZero();
        assertResults();
      } finally {
        server.close();
      }
    }
  }

  @Test
  void every_task_is_done_on_rabbitmq_though_a_worker_and_the_broker_are_killed() throws Exception {
    try (var rabbit = RabbitNode.start(folder.resolve("rabbit"), true);
        var data = DataFolder.create();
        var server = startedWhileAway(rabbit, data)) {
      configureWorkers(rabbit.port());
      String early = calls.assign("EARLY", "FILESIZE");
      PackagedServer.await(
          Duration.ofMinutes(1),
          () -> calls.get("/DANE/task/" + early + "/explain").toString().contains("broker-away"));
      rabbit.start();
      awaitBroker();
      startWorkers();
      Process session = client();
      Process victim = started.getFirst();
      awaitLine("client.log", "assigned");
      victim.destroyForcibly().onExit().join();
      rabbit.kill();
      rabbit.start();
      awaitBroker();
      startWorkers();
      assertThat(session.waitFor()).as(said("client.log")).isZero();
      assertResults();
      PackagedServer.await(Duration.ofMinutes(1), () -> calls.isDone(early));
      isDoneThoughRefusedBefore();
      assertThat(server.get("/api/v1/tasks?state=SYSTEM_ERROR").path("tasks")).isEmpty();
    }
  }

  @Test
  void a_task_that_a_worker_refuses_stays_in_its_queue_until_one_takes_it() throws Exception {
    int broker = RabbitNode.freePort();
    configureWorkers(broker);
    try (var data = DataFolder.create();
        var _ =
            PackagedServer.start(
                data.path(), settings("broker.kind=embedded", "broker.port=" + broker))) {
      awaitBroker();
      isDoneThoughRefusedBefore();
    }
  }

  private void isDoneThoughRefusedBefore() throws Exception {
    startWorker("moody", "moody");
    String task = calls.assign("REFUSED", "MOODY");
    PackagedServer.await(
        Duration.ofMinutes(1),
        () -> calls.get("/DANE/task/" + task + "/explain").toString().contains("given-back"));
    Files.createFile(workers.resolve("willing"));
    PackagedServer.await(Duration.ofMinutes(1), () -> calls.isDone(task));
  }

  /** Stops the broker first. */
  private PackagedServer startedWhileAway(RabbitNode rabbit, DataFolder data) throws Exception {
    rabbit.stop();
    return PackagedServer.start(data.path(), onRabbit(rabbit));
  }

  private String[] settings(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "faces.dane.listen=127.0.0.1:" + http,
                "faces.elasticsearch.listen=127.0.0.1:" + search));
    settings.addAll(List.of(more));
    return settings.toArray(String[]::new);
  }

  private String[] onRabbit(RabbitNode rabbit) {
    return settings(
        "broker.kind=rabbitmq",
        "broker.port=" + rabbit.port(),
        "broker.management=http://127.0.0.1:" + rabbit.managementPort());
  }

  private void configureWorkers(int broker) throws IOException {
    Files.writeString(
        workers.resolve("config.yml"),
        """
        RABBITMQ: {HOST: 127.0.0.1, PORT: %d}
        ELASTICSEARCH: {HOST: ["127.0.0.1"], PORT: %d}
        """
            .formatted(broker, search));
  }

  /** Two of each of two kinds. */
  private void startWorkers() throws Exception {
    int round = started.size();
    for (int i = 0; i < 2; i++) {
      startWorker("filesize", "filesize-" + (round + i));
      startWorker("length", "length-" + (round + i));
    }
  }

  private void startWorker(String kind, String name) throws Exception {
    started.add(python(name + ".log", "dane_worker.py", kind));
    awaitLine(name + ".log", "ready");
  }

  private Process client() throws IOException {
    Process session =
        python(
            "client.log",
            "dane_client.py",
            "http://127.0.0.1:" + http + "/DANE",
            String.valueOf(DOCUMENTS),
            "900");
    started.add(session);
    return session;
  }

  private Process python(String log, String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program("python")));
    command.add(SCRIPTS.resolve(script).toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(workers.toFile())
        .redirectErrorStream(true)
        .redirectOutput(workers.resolve(log).toFile())
        .start();
  }

  private void awaitLine(String log, String line) throws InterruptedException {
    PackagedServer.await(Duration.ofMinutes(5), () -> said(log).lines().anyMatch(line::equals));
  }

  private String said(String log) {
    try {
      return Files.readString(workers.resolve(log));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitBroker() throws InterruptedException {
    PackagedServer.await(Duration.ofMinutes(2), calls::isReady);
  }

  /** Every result that was saved is there, and each once, however often it was saved. */
  private void assertResults() throws Exception {
    Map<String, Integer> saved = new TreeMap<>();
    for (JsonNode result : calls.get("/DANE/creator/ACME/FILESIZE/results")) {
      saved.merge(result.path("payload").path("of").asText(), 1, Integer::sum);
    }
    assertThat(saved).hasSize(DOCUMENTS);
    assertThat(saved.values()).containsOnly(1);
    assertThat(calls.get("/DANE/creator/ACME/LENGTH/results")).hasSize(DOCUMENTS);
  }
}
