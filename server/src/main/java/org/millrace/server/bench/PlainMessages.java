package org.millrace.server.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.millrace.sdk.Answer;

/**
 * What a broker can do of what a server does with it: messages out, answers in, and nothing stored.
 * One channel publishes, as fast as the window allows; plain consumers answer and acknowledge as
 * the SDK's worker does; one consumer takes the answers with the server's prefetch.
 */
final class PlainMessages {
  static final String QUEUE = "millrace-bench-plain";
  private static final String ROUTE = "Video.PLAIN";
  private static final int PERSISTENT = 2;
  private static final int ANSWERS_AT_ONCE = 64; // the server's own prefetch
  private static final long CONFIRM_MILLIS = 30_000;
  private static final long MOST_MINUTES = 10;

  private final BenchBroker broker;
  private final Sample sample;
  private final int window;
  private final int workers;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * A message of the server, and an answer of a worker.
   *
   * @param correlation its correlation id, for the length
   */
  @SuppressWarnings("ArrayRecordComponent") // is sent, never compared
  record Sample(byte[] body, String correlation, int priority, byte[] answer) {}

  /**
   * @param window most messages out at once
   * @param workers connections that consume, each one message at a time
   */
  PlainMessages(BenchBroker broker, Sample sample, int window, int workers) {
    this.broker = broker;
    this.sample = sample;
    this.window = window;
    this.workers = workers;
  }

  /** So many out, worked and answered; how many a second. */
  double perSecond(int messages) throws IOException, InterruptedException {
    List<Connection> connections = new ArrayList<>();
    try {
      Channel publisher = channel(connections, "publisher");
      declare(publisher);
      var confirmed = new CountDownLatch(messages);
      var answered = new CountDownLatch(messages);
      var room = new Semaphore(window);
      Channel answers = channel(connections, "answers");
      answers.basicQos(ANSWERS_AT_ONCE);
      answers.basicConsume(BenchBroker.ANSWERS, false, new Taker(answers, answered, room));
      for (int i = 0; i < workers; i++) {
        work(channel(connections, "worker " + i));
      }
      long begun = System.nanoTime();
      publish(publisher, messages, room, confirmed);
      await(confirmed, "confirmed");
      await(answered, "answered");
      double seconds = (System.nanoTime() - begun) / 1e9;
      publisher.queueDelete(QUEUE);
      return messages / seconds;
    } finally {
      connections.forEach(connection -> connection.abort(1_000));
    }
  }

  private Channel channel(List<Connection> connections, String name) throws IOException {
    Connection connection = broker.connect("bench " + name);
    connections.add(connection);
    return connection.createChannel();
  }

  /** As {@code contracts/dane.md 3.2} has it. */
  private static void declare(Channel channel) throws IOException {
    channel.exchangeDeclare(BenchBroker.EXCHANGE, "topic", false, false, null);
    channel.queueDeclare(BenchBroker.ANSWERS, true, false, false, null);
    channel.queuePurge(BenchBroker.ANSWERS);
    channel.queueDeclare(QUEUE, true, false, false, Map.of("x-max-priority", 10));
    channel.queueBind(QUEUE, BenchBroker.EXCHANGE, ROUTE);
  }

  private void publish(Channel channel, int messages, Semaphore room, CountDownLatch confirmed)
      throws IOException, InterruptedException {
    var counted = new Confirms(confirmed);
    channel.addConfirmListener(
        counted::upTo, (_, _) -> failure.set(new IOException("a message was refused")));
    channel.confirmSelect();
    for (int i = 0; i < messages; i++) {
      if (!room.tryAcquire(MOST_MINUTES, TimeUnit.MINUTES)) {
        throw new IOException("no answer came in " + MOST_MINUTES + " minutes");
      }
      var properties = // contracts/dane.md 3.4
          new BasicProperties.Builder()
              .deliveryMode(PERSISTENT)
              .replyTo(BenchBroker.ANSWERS)
              .correlationId(correlation(i))
              .priority(sample.priority())
              .build();
      channel.basicPublish(BenchBroker.EXCHANGE, ROUTE, true, properties, sample.body());
    }
  }

  /** Another one for each, of the same length. */
  private String correlation(int number) {
    String text = Integer.toString(number);
    return sample
        .correlation()
        .substring(0, Math.max(0, sample.correlation().length() - text.length()))
        .concat(text);
  }

  /** Counts each number once, whether it is confirmed by itself or with those before it. */
  private static final class Confirms {
    private final CountDownLatch left;
    private final BitSet told = new BitSet();
    private int allBefore = 1; // numbers begin with 1

    Confirms(CountDownLatch left) {
      this.left = left;
    }

    synchronized void upTo(long last, boolean many) {
      int number = Math.toIntExact(last);
      for (int i = many ? allBefore : number; i <= number; i++) {
        if (!told.get(i)) {
          told.set(i);
          left.countDown();
        }
      }
      allBefore = many ? number + 1 : allBefore;
    }
  }

  private void await(CountDownLatch latch, String what) throws IOException, InterruptedException {
    for (int i = 0; i < 60 * MOST_MINUTES; i++) {
      if (latch.await(1, TimeUnit.SECONDS)) {
        return;
      }
      Exception failed = failure.get();
      if (failed != null) {
        throw new IOException("the plain run failed: " + failed.getMessage(), failed);
      }
    }
    throw new IOException(latch.getCount() + " messages of the plain run were never " + what);
  }

  private void work(Channel channel) throws IOException {
    channel.basicQos(1);
    channel.confirmSelect();
    channel.basicConsume(QUEUE, false, new Worker(channel));
  }

  /** Answers, has that confirmed, and only then acknowledges. */
  private final class Worker extends DefaultConsumer {
    Worker(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, BasicProperties properties, byte[] body) throws IOException {
      var answer =
          new BasicProperties.Builder()
              .correlationId(properties.getCorrelationId())
              .deliveryMode(PERSISTENT)
              .build();
      Channel channel = getChannel();
      channel.basicPublish("", properties.getReplyTo(), true, answer, sample.answer());
      try {
        if (!channel.waitForConfirms(CONFIRM_MILLIS)) {
          failure.set(new IOException("an answer was refused"));
        }
      } catch (TimeoutException | InterruptedException failed) {
        failure.set(failed);
      }
      channel.basicAck(envelope.getDeliveryTag(), false);
    }
  }

  private static final class Taker extends DefaultConsumer {
    private final CountDownLatch answered;
    private final Semaphore room;

    Taker(Channel channel, CountDownLatch answered, Semaphore room) {
      super(channel);
      this.answered = answered;
      this.room = room;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, BasicProperties properties, byte[] body) throws IOException {
      getChannel().basicAck(envelope.getDeliveryTag(), false);
      room.release();
      answered.countDown();
    }
  }

  /** As the SDK writes it. */
  static byte[] success() {
    return Answer.success().toJson().toString().getBytes(UTF_8);
  }
}
