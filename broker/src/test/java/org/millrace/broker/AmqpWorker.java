package org.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.testkit.broker.RabbitNode;
import org.millrace.testkit.broker.TestWorker;

/** A worker that speaks AMQP: prefetch 1, as Python workers (contracts/dane.md 3.5). */
final class AmqpWorker implements TestWorker {
  /** What RabbitMQ knows from the beginning. */
  static final Account GUEST = new Account(RabbitNode.GUEST, RabbitNode.GUEST);

  private final Connection connection;
  private final Channel channel;
  private final Map<String, BlockingQueue<Taken>> consumed = new HashMap<>();
  private final String answers;

  AmqpWorker(int port, Account account, String answers) throws IOException, TimeoutException {
    var factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(port);
    factory.setUsername(account.user());
    factory.setPassword(account.password());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setHandshakeTimeout(60_000); // half of it for each step, on a machine that is busy
    this.connection = factory.newConnection("test worker");
    this.channel = connection.createChannel();
    this.answers = answers;
    channel.basicQos(1);
  }

  Channel channel() {
    return channel;
  }

  @Override
  public void bind(String queue, String exchange, String... keys) {
    orElse(() -> {
      channel.exchangeDeclare(exchange, "topic", false, false, null);
      channel.queueDeclare(queue, true, false, false, Map.of("x-max-priority", 10));
      for (String key : keys) {
        channel.queueBind(queue, exchange, key);
      }
    });
  }

  @Override
  public void delete(String queue) {
    orElse(() -> channel.queueDelete(queue));
  }

  @Override
  public Optional<Taken> take(String queue, Duration most) {
    try {
      return Optional.ofNullable(
          consumed
              .computeIfAbsent(queue, this::consume)
              .poll(most.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private BlockingQueue<Taken> consume(String queue) {
    var arrived = new LinkedBlockingQueue<Taken>();
    orElse(() ->
        channel.basicConsume(
            queue,
            false,
            new DefaultConsumer(channel) {
              @Override
              public void handleDelivery(
                  String tag, Envelope envelope, BasicProperties properties, byte[] body) {
                arrived.add(new AmqpTaken(envelope, properties, body));
              }
            }));
    return arrived;
  }

  @Override
  public void answer(Optional<String> correlationId, byte[] body) {
    var properties =
        new BasicProperties.Builder()
            .correlationId(correlationId.orElse(null))
            .deliveryMode(2)
            .build();
    orElse(() -> channel.basicPublish("", answers, properties, body));
  }

  @Override
  public long waiting(String queue) {
    var count = new long[1];
    orElse(() -> count[0] = channel.queueDeclarePassive(queue).getMessageCount());
    return count[0];
  }

  @Override
  public void close() {
    connection.abort(5_000);
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void orElse(Step step) {
    try {
      step.run();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  private final class AmqpTaken implements Taken {
    private final Envelope envelope;
    private final BasicProperties properties;
    private final byte[] body;

    AmqpTaken(Envelope envelope, BasicProperties properties, byte[] body) {
      this.envelope = envelope;
      this.properties = properties;
      this.body = body;
    }

    @Override
    public String routingKey() {
      return envelope.getRoutingKey();
    }

    @Override
    public String body() {
      return new String(body, UTF_8);
    }

    @Override
    public Map<String, String> properties() {
      var set = new HashMap<String, String>();
      put(set, "content_type", properties.getContentType());
      put(set, "content_encoding", properties.getContentEncoding());
      put(set, "headers", properties.getHeaders());
      put(set, "delivery_mode", properties.getDeliveryMode());
      put(set, "priority", properties.getPriority());
      put(set, "correlation_id", properties.getCorrelationId());
      put(set, "reply_to", properties.getReplyTo());
      put(set, "expiration", properties.getExpiration());
      put(set, "message_id", properties.getMessageId());
      put(set, "timestamp", properties.getTimestamp());
      put(set, "type", properties.getType());
      put(set, "user_id", properties.getUserId());
      put(set, "app_id", properties.getAppId());
      return set;
    }

    private static void put(Map<String, String> set, String name, @Nullable Object value) {
      if (value != null) {
        set.put(name, value.toString());
      }
    }

    @Override
    public void acknowledge() {
      orElse(() -> channel.basicAck(envelope.getDeliveryTag(), false));
    }

    @Override
    public void giveBack() {
      orElse(() -> channel.basicNack(envelope.getDeliveryTag(), false, true));
    }
  }
}
