package org.millrace.sdk;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What a server does on the other side of the broker, as far as a test looks at it. */
final class Peer implements AutoCloseable {
  /** A worker pauses for up to twelve seconds before it looks for its broker again. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final Channel channel;
  private final Broker broker;
  private final Connection connection;

  Peer(Config config) throws IOException {
    this(Broker.of(config));
    broker.declareExchange(channel);
  }

  private Peer(Broker broker) throws IOException {
    this.broker = broker;
    this.connection = broker.connect("test peer");
    this.channel = connection.createChannel();
    channel.confirmSelect();
  }

  /**
   * One that leaves the exchange to the worker, so that a test sees whether the worker makes it.
   */
  static Peer withoutExchange(Config config) throws IOException {
    return new Peer(Broker.of(config));
  }

  /** A durable queue without arguments, as the response queue is. */
  String responseQueue(String name) throws IOException {
    return channel.queueDeclare(name, true, false, false, null).getQueue();
  }

  /** The queue of a worker, so that messages wait for it. */
  void workerQueue(String name, String bindingKey) throws IOException {
    channel.queueDeclare(name, true, false, false, Map.of("x-max-priority", 10));
    channel.queueBind(name, broker.exchange(), bindingKey);
  }

  void publish(String routingKey, @Nullable String replyTo, @Nullable String id, String body)
      throws Exception {
    publish(channel, routingKey, replyTo, id, body);
  }

  private void publish(
      Channel to, String routingKey, @Nullable String replyTo, @Nullable String id, String body)
      throws Exception {
    to.basicPublish(
        broker.exchange(),
        routingKey,
        true,
        new AMQP.BasicProperties.Builder()
            .replyTo(replyTo)
            .correlationId(id)
            .deliveryMode(2)
            .priority(1)
            .build(),
        body.getBytes(StandardCharsets.UTF_8));
    to.waitForConfirmsOrDie(30_000);
  }

  /**
   * Publishes as soon as a queue takes it, once: for a worker that declares exchange, queue and
   * binding itself. Fails if it does not.
   */
  void publishWhenBound(String routingKey, String replyTo, String id, String body)
      throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (!isTaken(routingKey, replyTo, id, body)) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("no queue of " + broker.exchange() + " takes " + routingKey);
      }
      Thread.onSpinWait();
    }
  }

  /** On a channel of its own, which the broker closes when there is no exchange. */
  private boolean isTaken(String routingKey, String replyTo, String id, String body)
      throws Exception {
    AtomicBoolean returned = new AtomicBoolean();
    try (Channel own = connection.createChannel()) {
      own.confirmSelect();
      own.addReturnListener(_ -> returned.set(true)); // told before the confirm
      publish(own, routingKey, replyTo, id, body);
      return !returned.get();
    } catch (ShutdownSignalException closed) {
      if (closed.getReason() instanceof AMQP.Channel.Close close && close.getReplyCode() == 404) {
        return false;
      }
      throw closed;
    }
  }

  /** The next message of a queue; fails if none comes. */
  GetResponse next(String queue) throws IOException {
    GetResponse response = next(queue, PATIENCE);
    if (response == null) {
      throw new AssertionError("no message came to " + queue);
    }
    return response;
  }

  /** The next message of a queue, or null if none comes in time. */
  @Nullable GetResponse next(String queue, Duration patience) throws IOException {
    Instant end = Instant.now().plus(patience);
    GetResponse response = channel.basicGet(queue, true);
    while (response == null && Instant.now().isBefore(end)) {
      Thread.onSpinWait();
      response = channel.basicGet(queue, true);
    }
    return response;
  }

  static String text(GetResponse response) {
    return new String(response.getBody(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    connection.abort(1_000);
  }
}
