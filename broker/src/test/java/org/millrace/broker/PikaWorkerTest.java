package org.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.EmbeddedBrokerTest.Embedded;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.millrace.testkit.broker.RabbitNode;
import org.millrace.testkit.runtime.Waiting;

/** A Python worker over pika, the library that real workers use (contracts/dane.md 3.2, 3.6). */
@Tag("full")
@Timeout(300)
class PikaWorkerTest {
  private static final int MESSAGES = 20;
  @TempDir static Path folder;

  @BeforeAll
  static void install_pika() throws Exception {
    Path environment = folder.resolve("python");
    run("/usr/bin/python3", "-m", "venv", environment.toString());
    run(
        environment.resolve("bin/pip").toString(),
        "install",
        "-q",
        "--disable-pip-version-check",
        "pika");
    try (InputStream script = PikaWorkerTest.class.getResourceAsStream("worker.py")) {
      Files.write(folder.resolve("worker.py"), Objects.requireNonNull(script).readAllBytes());
    }
  }

  /**
   * Where Python or its registry cannot be had there is nothing to test, but in CI there must be.
   */
  private static void run(String... command) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    Assumptions.assumeTrue(
        code == 0 || System.getenv("CI") != null, () -> "pika cannot be installed here");
    assertThat(code).as(Files.readString(output)).isZero();
  }

  @Test
  void works_for_rabbit() throws Exception {
    try (RabbitNode node = RabbitNode.start(folder.resolve("node"), false);
        RabbitBroker broker =
            RabbitBrokerTest.open(RabbitBrokerTest.config(node.port(), Optional.empty()))) {
      RabbitBrokerTest.awaitConnected(broker);
      work(broker, node.port(), AmqpWorker.GUEST);
    }
  }

  @Test
  void works_for_the_embedded_broker() throws Exception {
    try (EmbeddedBroker broker = Embedded.open(folder, 0)) {
      work(broker, broker.port(), Embedded.WORKER);
    }
  }

  private static void work(WorkerBroker broker, int port, Account account) throws Exception {
    var answers = new ConcurrentHashMap<String, String>();
    var subscription =
        broker.readAnswers(answer -> {
          answers.put(answer.correlationId().orElseThrow(), new String(answer.body(), UTF_8));
          return Reading.STORED;
        });
    Process worker =
        new ProcessBuilder(
                folder.resolve("python/bin/python").toString(),
                folder.resolve("worker.py").toString(),
                "" + port,
                account.user(),
                account.password(),
                "DANE-exchange",
                "ASR",
                "#.ASR",
                "" + MESSAGES)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader said = worker.inputReader()) {
      assertThat(said.readLine()).isEqualTo("ready");
      for (int i = 0; i < MESSAGES; i++) {
        String body = "{\"task\": {\"key\": \"ASR\"}, \"document\": {}}";
        assertThat(
                broker.publish(
                    new Message(
                        "DANE-exchange", "Video.ASR", "t" + i, i % 11, body.getBytes(UTF_8))))
            .isEqualTo(new Published.Confirmed());
      }
      Waiting.until(() -> answers.size() == MESSAGES);
      assertThat(answers.values()).containsOnly("{\"state\": 200, \"message\": \"did ASR\"}");
      assertThat(worker.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(said.readLine()).as("nothing went wrong over there").isNull();
    } finally {
      worker.destroyForcibly();
    }
    subscription.close();
  }
}
