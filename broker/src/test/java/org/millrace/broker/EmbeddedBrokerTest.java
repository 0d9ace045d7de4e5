package org.millrace.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.broker.RabbitConfig.Capacity;
import org.millrace.broker.RabbitConfig.Patience;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.testkit.broker.TestWorker;
import org.millrace.testkit.broker.WorkerBrokerContract;

/** The broker in this process obeys the contract. */
class EmbeddedBrokerTest extends WorkerBrokerContract {
  @TempDir Path folder;
  private @Nullable EmbeddedBroker broker;

  @Override
  protected WorkerBroker broker() throws InterruptedException {
    return embedded();
  }

  private EmbeddedBroker embedded() throws InterruptedException {
    EmbeddedBroker open = broker;
    if (open == null) {
      open = Embedded.open(folder, 0);
      broker = open;
    }
    return open;
  }

  @Override
  protected TestWorker worker() throws Exception {
    // Workers may not delete queues; the contract's worker does, so it is one of ours.
    return new AmqpWorker(embedded().port(), embedded().ownAccount(), ANSWERS);
  }

  @AfterEach
  void close_broker() {
    if (broker != null) {
      broker.close();
    }
  }

  @Override
  protected boolean knowsQueues() {
    return true;
  }

  @Override
  protected boolean tellsOfLostQueues() {
    return false; // Qpid says nothing; but workers may not delete it
  }

  @Override
  protected boolean ordersByPriority() {
    return false; // x-max-priority has no effect in Qpid
  }

  /** Embedded brokers of tests. */
  static final class Embedded {
    static final Account WORKER = new Account("dane", "worker's own");

    private Embedded() {}

    static EmbeddedBroker open(Path folder, int port) throws InterruptedException {
      return EmbeddedBroker.open(
          config(folder, port), new VirtualThreads(), InstantSource.system());
    }

    static EmbeddedConfig config(Path folder, int port) {
      return new EmbeddedConfig(
          "127.0.0.1",
          port,
          WORKER,
          EXCHANGES,
          ANSWERS,
          folder.resolve("broker"),
          new Capacity(2, 64, 4, 2),
          new Patience(
              Duration.ofSeconds(30), // a busy machine is no fault of the broker
              Duration.ofSeconds(60),
              Duration.ofMillis(50),
              Duration.ofSeconds(1)));
    }
  }
}
