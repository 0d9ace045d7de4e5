package org.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.broker.RabbitConfig.Capacity;
import org.millrace.broker.RabbitConfig.Patience;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.millrace.testkit.runtime.Waiting;

/** A connection on which a thread has met an error of the machine is given up, and made anew. */
@Timeout(60)
class MachineErrorsTest {
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final RabbitConfig CONFIG = config();
  private final Threads threads = new VirtualThreads();
  private final Troubles troubles = new Troubles(CONFIG);
  private final Connections connections = new Connections();

  private static RabbitConfig config() {
    RabbitConfig usual =
        RabbitConfig.of(
            "mq.test", 5672, new Account("ada", "secret"), List.of("DANE-exchange"), "answers");
    return new RabbitConfig(
        usual.host(),
        usual.port(),
        usual.tls(),
        usual.virtualHost(),
        usual.account(),
        usual.exchanges(),
        usual.answerQueue(),
        usual.management(),
        new Capacity(1, 64, 4, 1),
        new Patience(LONG, LONG, Duration.ofMillis(1), Duration.ofMillis(50)));
  }

  /** Connections to nobody; what is called for the first time with one of these names fails. */
  private static final class Connections extends ConnectionFactory {
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<String> called = new LinkedBlockingQueue<>();
    private final BlockingQueue<DefaultConsumer> consumers = new LinkedBlockingQueue<>();

    @Override
    public Connection newConnection(String name) {
      return made(
          Connection.class,
          (_, method, _) ->
              method.getName().equals("createChannel") ? made(Channel.class, channel()) : null);
    }

    private InvocationHandler channel() {
      var confirms = new ArrayDeque<ConfirmCallback>();
      return (_, method, arguments) -> {
        String name = method.getName();
        if (failing.remove(name)) {
          throw new OutOfMemoryError("no room for " + name);
        }
        switch (name) {
          case "addConfirmListener" -> confirms.add((ConfirmCallback) arguments[0]);
          case "basicPublish" -> confirms.getFirst().handle(1, false);
          case "basicConsume" -> consumers.add((DefaultConsumer) arguments[2]);
          default -> called.add(name);
        }
        return name.equals("getNextPublishSeqNo") ? 1L : null;
      };
    }

    private static <T> T made(Class<T> type, InvocationHandler calls) {
      return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls));
    }
  }

  private Link link(String name, Link.Use use) {
    return new Link(name, connections, CONFIG, troubles, threads, use);
  }

  @Test
  void a_message_that_cannot_be_written_is_told_and_the_next_is_published() throws Exception {
    connections.failing.add("basicPublish");
    var publishing = new Publishing(CONFIG, troubles, threads, InstantSource.system());
    var message = new Message("DANE-exchange", "V.ASR", "t", 3, new byte[0]);
    try (Link link = link("publishing", publishing)) {
      assertThat(publishing.publish(message, link)).asString().contains("no room for basicPublish");
      Waiting.until(() -> publishing.publish(message, link) instanceof Published.Confirmed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"basicAck", "basicNack"})
  void an_answer_that_cannot_be_settled_comes_again_on_another_connection(String how)
      throws Exception {
    connections.failing.add(how);
    Reading reading = how.equals("basicAck") ? Reading.STORED : Reading.AGAIN;
    var stream = new AnswerStream(CONFIG, troubles, threads, _ -> reading);
    try (Link _ = link("answers", stream);
        stream) {
      for (boolean again : List.of(false, true)) {
        DefaultConsumer consumer = connections.consumers.poll(30, TimeUnit.SECONDS);
        assertThat(consumer).as("one for each connection").isNotNull();
        Objects.requireNonNull(consumer)
            .handleDelivery(
                "c", new Envelope(1, again, "", "answers"), new BasicProperties(), new byte[0]);
      }
      Waiting.until(() -> connections.called.contains(how));
    }
  }
}
