package org.millrace.sdk;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a worker, from declaring to the first fault of any kind: what comes after a
 * fault is a new session. It tells its events from threads of the client library.
 */
final class BrokerSession implements Line {
  private static final Logger log = LoggerFactory.getLogger(BrokerSession.class);
  private static final long CONFIRM_MILLIS = 30_000;

  /** The embedded broker says first that it took nothing, and then that there was no queue. */
  private static final long RETURN_FOLLOWS_MILLIS = 2_000;

  private final String queue;
  private final Connection connection;
  private final Channel channel;
  private final Listener listener;
  private volatile CountDownLatch returned = new CountDownLatch(1); // told by the client's thread

  /** What a session tells. */
  interface Listener {
    void delivered(BrokerSession session, Message message);

    void lost(BrokerSession session, String why);
  }

  private BrokerSession(String queue, Connection connection, Channel channel, Listener listener) {
    this.queue = queue;
    this.connection = connection;
    this.channel = channel;
    this.listener = listener;
  }

  /** Connects and declares everything ({@code 3.2}); nothing is consumed yet. */
  static BrokerSession open(Subscription what, Listener listener) throws IOException {
    Connection connection = what.broker().connect("millrace worker " + what.queue());
    try {
      Channel channel = connection.createChannel();
      if (channel == null) {
        throw new IOException("the broker allows no channel");
      }
      BrokerSession session = new BrokerSession(what.queue(), connection, channel, listener);
      session.declare(what);
      return session;
    } catch (IOException | RuntimeException | Error e) {
      connection.abort(1_000);
      throw e;
    }
  }

  private void declare(Subscription what) throws IOException {
    what.broker().declareExchange(channel);
    channel.queueDeclare(what.queue(), true, false, false, Map.of("x-max-priority", 10));
    for (String key : what.bindingKeys()) {
      channel.queueBind(what.queue(), what.broker().exchange(), key);
    }
    channel.basicQos(1);
    channel.confirmSelect();
    channel.addReturnListener(this::returned);
    channel.addShutdownListener(signal -> listener.lost(this, String.valueOf(signal.getMessage())));
  }

  private void returned(Return answer) {
    if (answer.getReplyCode() == AMQP.NO_ROUTE) {
      returned.countDown();
    }
  }

  /**
   * Takes messages from now on, one at a time; called by whoever hears the listener, when it knows
   * this session.
   */
  void consume() throws IOException {
    try {
      channel.basicConsume(queue, false, new Taker());
    } catch (ShutdownSignalException e) {
      throw new IOException("the connection was lost before the first message", e);
    }
  }

  private final class Taker extends DefaultConsumer {
    Taker() {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      listener.delivered(
          BrokerSession.this,
          new Message(
              envelope.getDeliveryTag(),
              envelope.isRedeliver(),
              properties.getCorrelationId(),
              properties.getReplyTo(),
              new String(body, StandardCharsets.UTF_8)));
    }

    @Override
    public void handleCancel(String consumerTag) {
      listener.lost(BrokerSession.this, "the queue was deleted");
    }
  }

  /** Mandatory, so that an answer without a queue is noticed; confirmed, so that none is lost. */
  @Override
  public boolean answer(Message message, String body) throws IOException {
    if (message.replyTo() == null) {
      log.warn("Task {} names no queue for its answer", message.correlationId());
      return true; // nobody asked for it
    }
    log.debug("Answering {}: {}", message.correlationId(), body);
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .correlationId(message.correlationId())
            .deliveryMode(2)
            .build();
    returned = new CountDownLatch(1); // one at a time: what comes back now is this one
    try {
      channel.basicPublish(
          "", message.replyTo(), true, properties, body.getBytes(StandardCharsets.UTF_8));
      boolean taken = channel.waitForConfirms(CONFIRM_MILLIS);
      if (!taken && !returned.await(RETURN_FOLLOWS_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IOException("the broker could not take the answer");
      }
      return returned.getCount() > 0;
    } catch (TimeoutException e) {
      throw new IOException("the broker did not confirm the answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the broker took the answer", e);
    } catch (ShutdownSignalException e) {
      throw new IOException("the connection was lost while answering", e);
    }
  }

  @Override
  public void acknowledge(long tag) throws IOException {
    try {
      channel.basicAck(tag, false);
    } catch (ShutdownSignalException e) {
      throw new IOException("the connection was lost before acknowledging", e);
    }
  }

  @Override
  public void requeue(long tag) throws IOException {
    try {
      channel.basicNack(tag, false, true);
    } catch (ShutdownSignalException e) {
      throw new IOException("the connection was lost before refusing", e);
    }
  }

  /** Ends at once; what is not acknowledged goes back to the queue. Harmless when repeated. */
  void abort() {
    connection.abort(300);
  }
}
