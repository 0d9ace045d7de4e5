package org.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.millrace.broker.EmbeddedBrokerTest.Embedded;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.millrace.testkit.broker.RabbitNode;

/**
 * How many messages a second go through each broker, both in one run on one machine: 16 publishers
 * that wait for each confirm, bodies of 600 bytes, one worker with a prefetch of 16. Arguments:
 * messages.
 */
final class BrokerBench {
  private static final int PUBLISHERS = 16;

  private BrokerBench() {}

  static void main(String[] arguments) throws Exception {
    int messages = arguments.length == 0 ? 5_000 : Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("broker-bench");
    try (RabbitNode node = RabbitNode.start(folder.resolve("node"), false);
        RabbitBroker rabbit =
            RabbitBrokerTest.open(
                RabbitConfig.of(
                    "127.0.0.1",
                    node.port(),
                    AmqpWorker.GUEST,
                    List.of("DANE-exchange"),
                    "DANE-response-queue"))) {
      RabbitBrokerTest.awaitConnected(rabbit);
      measure("RabbitMQ", rabbit, node.port(), AmqpWorker.GUEST, messages);
    }
    long before = System.nanoTime();
    try (EmbeddedBroker embedded = Embedded.open(folder, 0)) {
      say(
          String.format(
              Locale.ROOT, "embedded: workers can connect after %.2f s", seconds(before)));
      measure("embedded", embedded, embedded.port(), Embedded.WORKER, messages);
      System.gc();
      say(
          String.format(
              Locale.ROOT,
              "embedded: %d MB of heap used, %s",
              ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20,
              Files.readAllLines(Path.of("/proc/self/status")).stream()
                  .filter(line -> line.startsWith("VmRSS"))
                  .findFirst()
                  .orElse("")
                  .replaceAll("\\s+", " ")));
    }
  }

  private static void measure(
      String name, WorkerBroker broker, int port, Account account, int messages) throws Exception {
    try (AmqpWorker worker = new AmqpWorker(port, account, "DANE-response-queue")) {
      worker.bind("ASR", "DANE-exchange", "#.ASR");
      publish(broker, messages); // warm
      long before = System.nanoTime();
      publish(broker, messages);
      say(
          String.format(
              Locale.ROOT, "%s: %.0f confirmed publishes/s", name, messages / seconds(before)));
      var answered = new CountDownLatch(3 * messages);
      var subscription =
          broker.readAnswers(_ -> {
            answered.countDown();
            return Reading.STORED;
          });
      before = System.nanoTime();
      answerAll(worker.channel());
      publish(broker, messages);
      answered.await();
      say(
          String.format(
              Locale.ROOT,
              "%s: %.0f/s published meanwhile or waiting, worked and answered (load %.2f)",
              name,
              3 * messages / seconds(before),
              ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
      subscription.close();
    }
  }

  private static void publish(WorkerBroker broker, int messages) throws Exception {
    var next = new AtomicInteger();
    byte[] body = "x".repeat(600).getBytes(UTF_8);
    var publishing = new ArrayList<Future<Boolean>>();
    try (var publishers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < PUBLISHERS; i++) {
        publishing.add(
            publishers.submit(() -> {
              for (int n = next.getAndIncrement(); n < messages; n = next.getAndIncrement()) {
                var message = new Message("DANE-exchange", "V.ASR", "t" + n, n % 11, body);
                if (!(broker.publish(message) instanceof Published.Confirmed)) {
                  throw new IllegalStateException("not confirmed");
                }
              }
              return true;
            }));
      }
    }
    for (Future<Boolean> publisher : publishing) {
      publisher.get();
    }
  }

  private static void answerAll(Channel channel) throws IOException {
    channel.basicQos(16);
    channel.basicConsume(
        "ASR",
        false,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String tag, Envelope envelope, BasicProperties properties, byte[] body)
              throws IOException {
            var answer =
                new BasicProperties.Builder()
                    .correlationId(properties.getCorrelationId())
                    .deliveryMode(2)
                    .build();
            channel.basicPublish("", properties.getReplyTo(), answer, new byte[40]);
            channel.basicAck(envelope.getDeliveryTag(), false);
          }
        });
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
