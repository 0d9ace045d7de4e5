package org.millrace.broker;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.RabbitConfig.Capacity;
import org.millrace.broker.RabbitConfig.Patience;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.testkit.broker.RabbitNode;
import org.millrace.testkit.broker.TestWorker;
import org.millrace.testkit.broker.WorkerBrokerContract;
import org.millrace.testkit.runtime.Waiting;

/** A real RabbitMQ, reached over AMQP and its management plug-in, obeys the contract. */
class RabbitBrokerTest extends WorkerBrokerContract {
  @TempDir static Path folder;
  private static @Nullable RabbitNode started;
  private @Nullable RabbitBroker broker;

  @BeforeAll
  static void start_rabbit() throws Exception {
    started = RabbitNode.start(folder.resolve("node"), true);
  }

  @AfterAll
  static void end_rabbit() throws Exception {
    if (started != null) {
      started.close();
    }
  }

  private static RabbitNode node() {
    return Objects.requireNonNull(started);
  }

  @BeforeEach
  void forget_queues() throws Exception {
    try (TestWorker worker = worker()) {
      worker.delete(QUEUE);
      worker.delete(SECOND_QUEUE);
      worker.delete(ANSWERS);
    }
  }

  @AfterEach
  void close_broker() {
    if (broker != null) {
      broker.close();
    }
  }

  @Override
  protected WorkerBroker broker() throws Exception {
    RabbitBroker open = broker;
    if (open == null) {
      var management = URI.create("http://127.0.0.1:" + node().managementPort());
      open = open(config(node().port(), Optional.of(management)));
      broker = open;
      awaitConnected(open);
    }
    return open;
  }

  @Override
  protected TestWorker worker() throws Exception {
    return new AmqpWorker(node().port(), AmqpWorker.GUEST, ANSWERS);
  }

  @Override
  protected boolean knowsQueues() {
    return true;
  }

  @Override
  protected boolean tellsOfLostQueues() {
    return true;
  }

  @Override
  protected boolean ordersByPriority() {
    return true;
  }

  static RabbitBroker open(RabbitConfig config) {
    return new RabbitBroker(config, new VirtualThreads(), InstantSource.system());
  }

  static RabbitConfig config(int port, Optional<URI> management) {
    return new RabbitConfig(
        "127.0.0.1",
        port,
        Optional.empty(),
        "/",
        AmqpWorker.GUEST,
        EXCHANGES,
        ANSWERS,
        management,
        new Capacity(2, 64, 4, 2),
        new Patience(
            Duration.ofSeconds(20), // a busy machine is no fault of the broker
            Duration.ofSeconds(60),
            Duration.ofMillis(50),
            Duration.ofSeconds(1)));
  }

  /** Waits until it is connected. */
  static void awaitConnected(RabbitBroker broker) throws Exception {
    Waiting.until(() -> broker.trouble().isEmpty());
  }
}
