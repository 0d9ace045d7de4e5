package org.millrace.server.bench;

import com.rabbitmq.client.AMQP.Queue;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.millrace.sdk.AgentType;
import org.millrace.sdk.Answer;
import org.millrace.sdk.Config;
import org.millrace.sdk.Generator;
import org.millrace.sdk.Worker;

/** Workers of the SDK that do nothing, in this process. */
final class SdkWorkers implements AutoCloseable {
  static final String QUEUE = "millrace-bench-workers";
  private static final long MOST_SECONDS_TO_START = 30;

  private final List<Worker> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong worked = new AtomicLong();

  private SdkWorkers() {}

  /** Starts so many; returns when all of them consume. */
  static SdkWorkers start(BenchBroker broker, String key, int workers)
      throws IOException, InterruptedException {
    try (Connection connection = broker.connect("bench queue")) {
      Channel channel = connection.createChannel();
      declare(channel, key);
      channel.queuePurge(QUEUE);
      var started = new SdkWorkers();
      Config config =
          Config.defaults()
              .with("RABBITMQ.HOST", broker.host())
              .with("RABBITMQ.PORT", broker.port())
              .with("RABBITMQ.USER", broker.user())
              .with("RABBITMQ.PASSWORD", broker.password())
              .with("RABBITMQ.EXCHANGE", BenchBroker.EXCHANGE);
      for (int i = 0; i < workers; i++) {
        started.add(config, key);
      }
      started.awaitConsumers(channel);
      return started;
    }
  }

  /** A queue for tasks of this key, as workers declare it ({@code contracts/dane.md 3.2}). */
  static String declare(Channel channel, String key) throws IOException {
    channel.exchangeDeclare(BenchBroker.EXCHANGE, "topic", false, false, null);
    channel.queueDeclare(QUEUE, true, false, false, Map.of("x-max-priority", 10));
    channel.queueBind(QUEUE, BenchBroker.EXCHANGE, "#." + key);
    return QUEUE;
  }

  private void add(Config config, String key) {
    Worker worker =
        Worker.named(QUEUE)
            .bindingKey("#." + key)
            .config(config)
            .noApi()
            .generator(new Generator("0", AgentType.SOFTWARE, "bench", "http://example.org"))
            .callback((_, _, _) -> {
              worked.incrementAndGet();
              return Answer.success();
            })
            .build();
    workers.add(worker);
    threads.add(Thread.ofPlatform().name("bench-worker-" + workers.size()).start(worker));
  }

  private void awaitConsumers(Channel channel) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Queue.DeclareOk queue = channel.queueDeclarePassive(QUEUE);
    while (queue.getConsumerCount() < workers.size()) {
      if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(MOST_SECONDS_TO_START)) {
        close();
        throw new IOException("the workers did not reach the broker; their words stand above");
      }
      TimeUnit.MILLISECONDS.sleep(20);
      queue = channel.queueDeclarePassive(QUEUE);
    }
  }

  /** How many tasks they have worked on. */
  long worked() {
    return worked.get();
  }

  @Override
  public void close() {
    workers.forEach(Worker::stop);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException _) { // they are told, and end by themselves
      Thread.currentThread().interrupt();
    }
  }
}
