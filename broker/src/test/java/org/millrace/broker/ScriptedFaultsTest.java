package org.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.broker.RabbitConfig.Capacity;
import org.millrace.broker.RabbitConfig.Patience;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.workers.WorkerBroker.Answer;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerBroker.Reader;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.millrace.engine.workers.WorkerBroker.Subscription;
import org.millrace.testkit.runtime.Waiting;

/** Whatever a broker may say, and whenever its connection may end. */
@Timeout(120)
class ScriptedFaultsTest {
  private static final String EXCHANGE = "DANE-exchange";
  private static final String ANSWERS = "DANE-response-queue";
  private static final Duration LONG = Duration.ofSeconds(60);
  private final ExecutorService publishers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private ScriptedBroker peer;

  @BeforeEach
  void listen() throws Exception {
    peer = new ScriptedBroker();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
    peer.close();
    publishers.shutdownNow();
  }

  /** One publishing channel, one reader, and more time than anything takes. */
  private RabbitBroker open() {
    var config =
        new RabbitConfig(
            "127.0.0.1",
            peer.port(),
            Optional.empty(),
            "/",
            new Account("ada", "secret"),
            List.of(EXCHANGE),
            ANSWERS,
            Optional.empty(),
            new Capacity(1, 64, 4, 1),
            new Patience(LONG, LONG, Duration.ofMillis(1), Duration.ofMillis(50)));
    var broker = new RabbitBroker(config, new VirtualThreads(), InstantSource.system());
    opened.add(broker);
    return broker;
  }

  private RabbitBroker connected() throws Exception {
    RabbitBroker broker = open();
    assertThat(broker.awaitConnected(LONG)).isTrue();
    return broker;
  }

  private static Message message(String correlation) {
    return new Message(EXCHANGE, "V.ASR", correlation, 3, correlation.getBytes(UTF_8));
  }

  private static Published publish(RabbitBroker broker) throws InterruptedException {
    return broker.publish(message("t"));
  }

  private Future<Published> publishing(RabbitBroker broker, String correlation) {
    return publishers.submit(() -> broker.publish(message(correlation)));
  }

  private static Cause why(Published published) {
    assertThat(published).isInstanceOf(Published.Unknown.class);
    return ((Published.Unknown) published).cause();
  }

  /** What it says of the first message; of those after it, yes. */
  private void once(ScriptedBroker.Script first) {
    peer.script =
        message -> {
          peer.script = ScriptedBroker.Message::confirm;
          first.on(message);
        };
  }

  // What is said of a message

  @Test
  void a_message_that_comes_back_without_a_queue_is_unroutable() throws Exception {
    RabbitBroker broker = connected();
    once(message -> {
      message.giveBack(312, "NO_ROUTE");
      message.confirm();
    });

    assertThat(publish(broker)).isEqualTo(new Published.Unroutable());
    assertThat(publish(broker)).isEqualTo(new Published.Confirmed());
  }

  @Test
  void one_that_comes_back_for_another_reason_is_told_with_it() throws Exception {
    RabbitBroker broker = connected();
    once(message -> {
      message.giveBack(313, "NO_CONSUMERS");
      message.confirm();
    });

    assertThat(why(publish(broker)).toString())
        .contains("refused a message")
        .contains("NO_CONSUMERS");
  }

  @Test
  void what_comes_back_of_a_message_that_nobody_sent_concerns_none() throws Exception {
    RabbitBroker broker = connected();
    once(message -> {
      message.giveBack(
          312, "NO_ROUTE", new BasicProperties.Builder().correlationId("another").build());
      message.giveBack(312, "NO_ROUTE", new BasicProperties());
      message.confirm(message.number() + 7, false);
      message.confirm();
    });

    assertThat(publish(broker)).isEqualTo(new Published.Confirmed());
  }

  @Test
  void a_message_that_is_refused_without_a_reason_may_be_anywhere() throws Exception {
    RabbitBroker broker = connected();
    once(message -> message.refuse(false));

    assertThat(why(publish(broker)).code()).isEqualTo("broker-refuses-message");
    assertThat(publish(broker)).isEqualTo(new Published.Confirmed());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void one_word_counts_for_all_messages_before(boolean yes) throws Exception {
    RabbitBroker broker = connected();
    peer.script =
        message -> {
          if (!yes) {
            message.giveBack(312, "NO_ROUTE");
          }
          if (message.number() == 3 && yes) {
            message.confirm(3, true);
          } else if (message.number() == 3) {
            message.refuse(true);
          }
        };
    List<Future<Published>> three =
        IntStream.range(0, 3).mapToObj(i -> publishing(broker, "t" + i)).toList();

    for (Future<Published> one : three) {
      assertThat(one.get()).isEqualTo(yes ? new Published.Confirmed() : new Published.Unroutable());
    }
  }

  /** A return could be told for either: the second is sent when the first is over. */
  @Test
  void of_two_that_read_alike_one_is_under_way_at_a_time() throws Exception {
    RabbitBroker broker = connected();
    BlockingQueue<ScriptedBroker.Message> arrived = new LinkedBlockingQueue<>();
    peer.script = arrived::add;
    Future<Published> first = publishing(broker, "t");
    ScriptedBroker.Message one = arrived.take();
    Future<Published> second = publishing(broker, "t");
    Future<Published> other = publishing(broker, "another");
    ScriptedBroker.Message next = arrived.take();
    assertThat(next.properties().getCorrelationId()).isEqualTo("another");

    one.giveBack(312, "NO_ROUTE");
    one.confirm();
    next.confirm();
    assertThat(first.get()).isEqualTo(new Published.Unroutable());
    assertThat(other.get()).isEqualTo(new Published.Confirmed());
    arrived.take().confirm();
    assertThat(second.get()).isEqualTo(new Published.Confirmed());
  }

  @Test
  void a_publisher_that_is_interrupted_leaves_the_others_alone() throws Exception {
    RabbitBroker broker = connected();
    BlockingQueue<ScriptedBroker.Message> arrived = new LinkedBlockingQueue<>();
    peer.script = arrived::add;
    var stopped = new CountDownLatch(1);
    Thread publisher =
        Thread.ofVirtual()
            .start(() -> {
              try {
                publish(broker);
              } catch (InterruptedException expected) {
                stopped.countDown();
              }
            });
    ScriptedBroker.Message given = arrived.take();
    publisher.interrupt();
    stopped.await();
    peer.script = ScriptedBroker.Message::confirm;
    given.confirm();

    assertThat(publish(broker)).isEqualTo(new Published.Confirmed());
  }

  @Test
  void who_is_interrupted_already_publishes_nothing() throws Exception {
    RabbitBroker broker = connected();
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> publish(broker)).isInstanceOf(InterruptedException.class);

    assertThat(publish(broker)).isEqualTo(new Published.Confirmed());
  }

  // A broker that has no room

  @Test
  void a_broker_that_is_full_gets_no_message_until_it_says_so() throws Exception {
    RabbitBroker broker = connected();
    peer.last("publishing").block("low on memory");
    Waiting.until(() -> broker.trouble().isPresent());

    Cause why = why(publish(broker));

    assertThat(why.code()).isEqualTo("broker-full");
    assertThat(why.message()).contains("low on memory");
    assertThat(broker.trouble()).contains(why);
    assertThat(peer.messages).hasValue(0);
    peer.last("publishing").unblock();
    Waiting.until(() -> broker.trouble().isEmpty());
    assertThat(publish(broker)).isEqualTo(new Published.Confirmed());
  }

  // Connections that end in between

  @ParameterizedTest
  @CsvSource({
    "320, CONNECTION_FORCED - shutdown, being stopped",
    "541, INTERNAL_ERROR, closed the connection: INTERNAL_ERROR",
    "501, FRAME_ERROR, closed the connection: FRAME_ERROR"
  })
  void a_broker_that_closes_in_between_says_why_and_is_connected_to_again(
      int code, String said, String told) throws Exception {
    RabbitBroker broker = connected();
    Instant before = broker.boundAnewSince();
    once(message -> message.peer().closeConnection(code, said));

    assertThat(why(publish(broker)).message()).contains(told);

    assertPublishesAgain(broker, 2);
    assertThat(broker.boundAnewSince()).isAfterOrEqualTo(before);
  }

  @Test
  void one_that_closes_the_channel_ends_the_session_too() throws Exception {
    RabbitBroker broker = connected();
    once(message ->
        message
            .peer()
            .closeChannel(message.channel(), 404, "NOT_FOUND - no exchange '" + EXCHANGE + "'"));

    assertThat(why(publish(broker)).message()).contains("NOT_FOUND");

    assertPublishesAgain(broker, 2);
    assertThat(peer.heard.stream().filter("exchange.declare"::equals))
        .as("declared anew: the exchange is not durable (contracts/dane.md 3.2)")
        .hasSize(2);
  }

  @Test
  void one_that_is_gone_without_a_word_leaves_messages_in_doubt() throws Exception {
    RabbitBroker broker = connected();
    once(message -> message.peer().drop());

    assertThat(why(publish(broker)).code()).isEqualTo("broker-away");

    assertPublishesAgain(broker, 2);
  }

  @Test
  void all_messages_under_way_are_in_doubt_at_once() throws Exception {
    RabbitBroker broker = connected();
    peer.script =
        message -> {
          if (message.number() == 5) {
            peer.script = ScriptedBroker.Message::confirm;
            message.peer().drop();
          }
        };
    List<Future<Published>> five =
        IntStream.range(0, 5).mapToObj(i -> publishing(broker, "t" + i)).toList();

    for (Future<Published> one : five) {
      assertThat(why(one.get()).code()).isEqualTo("broker-away");
    }
    assertPublishesAgain(broker, 2);
  }

  private void assertPublishesAgain(RabbitBroker broker, int connections) throws Exception {
    Waiting.until(
        () -> peer.connections() >= connections && publish(broker) instanceof Published.Confirmed);
    Waiting.until(() -> broker.trouble().isEmpty()); // it ends a moment after one can publish
  }

  @Test
  void a_message_that_waits_when_this_server_closes_is_in_doubt() throws Exception {
    RabbitBroker broker = connected();
    var arrived = new CountDownLatch(1);
    peer.script = _ -> arrived.countDown();
    Future<Published> waiting = publishing(broker, "t");
    arrived.await();

    broker.close();

    assertThat(why(waiting.get()).message()).contains("this server closes");
    assertThat(why(publish(broker)).message()).contains("this server closes");
    assertThat(broker.awaitConnected(Duration.ofMillis(1))).isFalse();
  }

  // Sessions that cannot be had

  private static Cause trouble(RabbitBroker broker) throws Exception {
    Waiting.until(() ->
        broker
            .trouble()
            .filter(cause -> !cause.message().contains("not connected yet"))
            .isPresent());
    return broker.trouble().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "DANE-exchange, broker-refuses-account, ACCESS_REFUSED",
    "DANE-response-queue, broker-declared-otherwise, PRECONDITION_FAILED"
  })
  void what_cannot_be_declared_is_named_and_tried_again(String what, String code, String said)
      throws Exception {
    peer.refused = what;
    RabbitBroker broker = open();

    Cause why = trouble(broker);

    assertThat(why.code()).isEqualTo(code);
    assertThat(why.message()).contains(said).contains(what);
    assertThat(why.toString()).doesNotContain("secret");
    assertThat(broker.awaitConnected(LONG)).as("it cannot be had").isFalse();
    assertThat(why(publish(broker)).code()).isEqualTo(code);
    peer.refused = "";
    Waiting.until(() -> publish(broker) instanceof Published.Confirmed);
  }

  /**
   * The channel that declares is closed again: one is enough for one that publishes, not for two.
   */
  @Test
  void a_broker_that_allows_too_few_channels_is_told_of() throws Exception {
    peer.channels = 1;
    var config =
        new RabbitConfig(
            "127.0.0.1",
            peer.port(),
            Optional.empty(),
            "/",
            new Account("ada", "secret"),
            List.of(EXCHANGE),
            ANSWERS,
            Optional.empty(),
            new Capacity(2, 64, 4, 1),
            new Patience(LONG, LONG, Duration.ofMillis(1), Duration.ofMillis(50)));
    var two = new RabbitBroker(config, new VirtualThreads(), InstantSource.system());
    opened.add(two);
    assertThat(trouble(two).message()).contains("allows no further channel");
    assertThat(publish(connected())).isEqualTo(new Published.Confirmed());
  }

  // Answers

  private ScriptedBroker.Peer reading(RabbitBroker broker, Reader reader) throws Exception {
    Subscription subscription = broker.readAnswers(reader);
    opened.add(subscription);
    Waiting.until(() -> peer.connections() == 2 && consumed());
    return peer.last("answers");
  }

  private boolean consumed() {
    return peer.heard.contains("basic.consume") && peer.last("answers").isConsumed();
  }

  private void awaitHeard(String what) throws Exception {
    Waiting.until(() -> peer.heard.contains(what));
  }

  @Test
  void an_answer_is_acknowledged_when_it_is_stored_and_not_before() throws Exception {
    var go = new CountDownLatch(1);
    List<Optional<String>> read = new ArrayList<>();
    ScriptedBroker.Peer answers =
        reading(
            connected(),
            answer -> {
              go.await();
              assertThat(peer.heard).doesNotContain("ack " + (read.size() + 1));
              read.add(answer.correlationId());
              return Reading.STORED;
            });

    answers.deliver(1, Optional.of("t"));
    answers.deliver(2, Optional.empty());
    go.countDown();

    awaitHeard("ack 1");
    awaitHeard("ack 2");
    assertThat(read).containsExactly(Optional.of("t"), Optional.empty());
  }

  private static Reading fail(Answer answer) {
    return switch (answer.correlationId().orElse("")) {
      case "again" -> Reading.AGAIN;
      case "defect" -> throw new IllegalStateException("a defect");
      case "error" -> throw new AssertionError("an error");
      default -> Reading.STORED;
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"again", "defect", "error"})
  void what_was_not_stored_goes_back_to_its_queue_and_the_next_one_is_read(String how)
      throws Exception {
    ScriptedBroker.Peer answers = reading(connected(), ScriptedFaultsTest::fail);

    answers.deliver(1, Optional.of(how));
    answers.deliver(2, Optional.of("well"));

    awaitHeard("nack 1 requeue");
    awaitHeard("ack 2");
    assertThat(peer.heard).doesNotContain("ack 1");
  }

  /** It comes again by itself: the broker still has it. */
  @Test
  void what_is_read_while_its_connection_ends_is_acknowledged_to_nobody() throws Exception {
    var reading = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var stored = new AtomicInteger();
    RabbitBroker broker = connected();
    ScriptedBroker.Peer answers =
        reading(
            broker,
            _ -> {
              reading.countDown();
              go.await();
              stored.incrementAndGet();
              return Reading.STORED;
            });
    answers.deliver(1, Optional.of("a"));
    answers.deliver(2, Optional.of("b"));
    reading.await();

    answers.drop();
    Waiting.until(() -> peer.connections() == 3 && peer.last("answers").isConsumed());
    go.countDown();
    peer.last("answers").deliver(7, Optional.of("a"));

    awaitHeard("ack 7");
    assertThat(peer.heard).doesNotContain("ack 1", "ack 2");
    assertThat(stored).as("b was not read at all: it had gone with its connection").hasValue(2);
    Waiting.until(() -> broker.trouble().isEmpty()); // it ends a moment after one can read
  }

  @Test
  void a_deleted_queue_of_answers_is_declared_and_read_again() throws Exception {
    RabbitBroker broker = connected();
    ScriptedBroker.Peer answers = reading(broker, ScriptedFaultsTest::fail);

    answers.cancelConsumer();
    Waiting.until(() -> peer.connections() == 3 && peer.last("answers").isConsumed());
    peer.last("answers").deliver(9, Optional.of("well"));

    awaitHeard("ack 9");
  }

  @Test
  void trouble_of_the_answers_is_told_where_publishing_has_none() throws Exception {
    RabbitBroker broker = connected();
    reading(broker, ScriptedFaultsTest::fail);
    Waiting.until(() -> broker.trouble().isEmpty());
    peer.refused = ANSWERS;

    peer.last("answers").drop();

    Waiting.until(() ->
        broker
            .trouble()
            .filter(cause -> cause.code().equals("broker-declared-otherwise"))
            .isPresent());
    assertThat(publish(broker)).isEqualTo(new Published.Confirmed());
  }

  @Test
  void an_interrupted_reader_leaves_its_answer_to_the_broker() throws Exception {
    var reading = new CountDownLatch(1);
    RabbitBroker broker = connected();
    Subscription subscription =
        broker.readAnswers(_ -> {
          reading.countDown();
          new CountDownLatch(1).await();
          return Reading.STORED;
        });
    Waiting.until(() -> peer.connections() == 2 && consumed());
    peer.last("answers").deliver(1, Optional.of("t"));
    reading.await();

    subscription.close(); // tells it to stop after a while

    assertThat(peer.heard).doesNotContain("ack 1");
  }
}
