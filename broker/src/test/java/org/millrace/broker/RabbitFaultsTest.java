package org.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.broker.RabbitConfig.Patience;
import org.millrace.broker.RabbitConfig.Tls;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.millrace.testkit.broker.RabbitNode;
import org.millrace.testkit.runtime.Waiting;

/** What may go wrong between this server and a real RabbitMQ. */
@Timeout(400)
class RabbitFaultsTest {
  private static final String EXCHANGE = "DANE-exchange";
  private static final String ANSWERS = "DANE-response-queue";
  @TempDir static Path folder;
  private static @Nullable RabbitNode started;

  @BeforeAll
  static void start_rabbit() throws Exception {
    String[] tls =
        Certificates.make(folder.resolve("tls"))
            ? Certificates.settings(folder.resolve("tls"))
            : new String[0];
    started = RabbitNode.start(folder.resolve("node"), false, tls);
  }

  @AfterAll
  static void end_rabbit() {
    if (started != null) {
      started.close();
    }
  }

  private static RabbitNode node() {
    return Objects.requireNonNull(started);
  }

  @BeforeEach
  void forget_queues() throws Exception {
    try (AmqpWorker worker = worker()) {
      worker.delete("ASR");
      worker.delete(ANSWERS);
    }
  }

  private static AmqpWorker worker() throws Exception {
    return new AmqpWorker(node().port(), AmqpWorker.GUEST, ANSWERS);
  }

  private static RabbitConfig config() {
    return RabbitBrokerTest.config(node().port(), Optional.empty());
  }

  private static Message message(String correlation) {
    return new Message(EXCHANGE, "V.ASR", correlation, 3, correlation.getBytes(UTF_8));
  }

  private static Cause trouble(RabbitBroker broker) throws Exception {
    Waiting.until(() ->
        broker
            .trouble()
            .filter(cause -> !cause.message().contains("not connected yet"))
            .isPresent());
    return broker.trouble().orElseThrow();
  }

  @Test
  void nobody_listens_and_publish_says_so_at_once() throws Exception {
    try (RabbitBroker broker =
        RabbitBrokerTest.open(RabbitBrokerTest.config(RabbitNode.freePort(), Optional.empty()))) {
      assertThat(trouble(broker).message()).contains("takes no connections");
      Instant before = Instant.now();
      assertThat(broker.publish(message("t"))).isInstanceOf(Published.Unknown.class);
      assertThat(Duration.between(before, Instant.now()))
          .as("its patience is a minute")
          .isLessThan(Duration.ofSeconds(30));
      assertThat(broker.queues()).isEmpty();
    }
  }

  @Test
  void somebody_listens_who_says_nothing() throws Exception {
    try (var silent = new ServerSocket(0)) {
      RabbitConfig usual = RabbitBrokerTest.config(silent.getLocalPort(), Optional.empty());
      var hasty =
          new RabbitConfig(
              usual.host(),
              usual.port(),
              usual.tls(),
              "/",
              usual.account(),
              usual.exchanges(),
              ANSWERS,
              Optional.empty(),
              usual.capacity(),
              new Patience(
                  Duration.ofSeconds(2),
                  usual.patience().publish(),
                  usual.patience().again(),
                  usual.patience().reconnectMost()));
      try (RabbitBroker broker = RabbitBrokerTest.open(hasty)) {
        assertThat(broker.publish(message("t"))).isInstanceOf(Published.Unknown.class);
        assertThat(trouble(broker).message()).contains("did not answer in time");
      }
    }
  }

  @Test
  void a_wrong_password_is_told_without_it() throws Exception {
    try (RabbitBroker broker =
        RabbitBrokerTest.open(withAccount(new Account("guest", "not-this-one")))) {
      Cause why = trouble(broker);
      assertThat(why.code()).isEqualTo("broker-refuses-account");
      assertThat(why.toString()).contains("guest").doesNotContain("not-this-one");
      assertThat(withAccount(new Account("guest", "not-this-one")).toString())
          .doesNotContain("not-this-one");
    }
  }

  private static RabbitConfig withAccount(Account account) {
    RabbitConfig usual = config();
    return new RabbitConfig(
        usual.host(),
        usual.port(),
        usual.tls(),
        "/",
        account,
        usual.exchanges(),
        ANSWERS,
        Optional.empty(),
        usual.capacity(),
        usual.patience());
  }

  @Test
  void a_virtual_host_that_does_not_exist_is_named() throws Exception {
    RabbitConfig usual = config();
    var elsewhere =
        new RabbitConfig(
            usual.host(),
            usual.port(),
            usual.tls(),
            "nowhere",
            usual.account(),
            usual.exchanges(),
            ANSWERS,
            Optional.empty(),
            usual.capacity(),
            usual.patience());
    try (RabbitBroker broker = RabbitBrokerTest.open(elsewhere)) {
      assertThat(trouble(broker).toString()).contains("nowhere");
    }
  }

  @Test
  void an_answer_queue_declared_otherwise_is_named_and_used_once_it_is_gone() throws Exception {
    try (AmqpWorker other = worker()) {
      other.channel().queueDeclare(ANSWERS, true, false, false, Map.of("x-max-length", 5));
      try (RabbitBroker broker = RabbitBrokerTest.open(config())) {
        Cause why = trouble(broker);
        assertThat(why.code()).isEqualTo("broker-declared-otherwise");
        assertThat(why.message()).contains(ANSWERS).contains("x-max-length");
        assertThat(why.help()).contains("delete");
        other.delete(ANSWERS);
        RabbitBrokerTest.awaitConnected(broker);
        assertThat(broker.publish(message("t"))).isEqualTo(new Published.Unroutable());
      }
    }
  }

  @Test
  void a_deleted_exchange_is_declared_again_and_its_bindings_are_known_to_be_young()
      throws Exception {
    try (RabbitBroker broker = RabbitBrokerTest.open(config());
        AmqpWorker worker = worker()) {
      RabbitBrokerTest.awaitConnected(broker);
      Instant before = broker.boundAnewSince();
      worker.channel().exchangeDelete(EXCHANGE);
      Waiting.until(() -> broker.publish(message("t")).equals(new Published.Unroutable()));
      assertThat(broker.boundAnewSince()).isAfter(before);
    }
  }

  @Test
  void an_answer_that_is_always_refused_comes_no_oftener_than_its_pause() throws Exception {
    try (RabbitBroker broker = RabbitBrokerTest.open(config());
        AmqpWorker worker = worker()) {
      RabbitBrokerTest.awaitConnected(broker);
      var tries = new AtomicInteger();
      var ten = new CountDownLatch(10);
      var subscription =
          broker.readAnswers(_ -> {
            tries.incrementAndGet();
            ten.countDown();
            return Reading.AGAIN;
          });
      Instant before = Instant.now();
      worker.answer(Optional.of("t"), new byte[] {1});
      assertThat(ten.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofMillis(400));
      subscription.close();
      Waiting.until(() -> worker.waiting(ANSWERS) == 1); // the broker keeps it
    }
  }

  @Test
  void prefetch_bounds_what_is_here() throws Exception {
    try (RabbitBroker broker = RabbitBrokerTest.open(config());
        AmqpWorker worker = worker()) {
      RabbitBrokerTest.awaitConnected(broker);
      for (int i = 0; i < 20; i++) {
        worker.answer(Optional.of("t" + i), new byte[] {1});
      }
      Waiting.until(() -> worker.waiting(ANSWERS) == 20);
      var go = new CountDownLatch(1);
      var done = new CountDownLatch(20);
      var subscription =
          broker.readAnswers(_ -> {
            go.await();
            done.countDown();
            return Reading.STORED;
          });
      Waiting.until(() -> worker.waiting(ANSWERS) == 16);
      go.countDown();
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
      subscription.close();
      assertThat(worker.waiting(ANSWERS)).isZero();
    }
  }

  @Test
  void encrypted_with_a_made_up_authority_and_not_without_it() throws Exception {
    Assumptions.assumeTrue(Files.exists(folder.resolve("tls/ca.pem")), "needs openssl");
    try (RabbitBroker broker =
        RabbitBrokerTest.open(encrypted(Optional.of(folder.resolve("tls/ca.pem")), "127.0.0.1"))) {
      RabbitBrokerTest.awaitConnected(broker);
      assertThat(broker.publish(message("t"))).isEqualTo(new Published.Unroutable());
    }
    try (RabbitBroker stranger = RabbitBrokerTest.open(encrypted(Optional.empty(), "127.0.0.1"))) {
      assertThat(trouble(stranger).code()).isEqualTo("broker-not-trusted");
    }
    try (RabbitBroker misnamed =
        RabbitBrokerTest.open(encrypted(Optional.of(folder.resolve("tls/ca.pem")), "localhost"))) {
      assertThat(trouble(misnamed).code())
          .as("the certificate is for 127.0.0.1 alone")
          .isEqualTo("broker-not-trusted");
    }
    assertThatThrownBy(() ->
            RabbitBrokerTest.open(encrypted(Optional.of(folder.resolve("none.pem")), "localhost")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none.pem");
  }

  private static RabbitConfig encrypted(Optional<Path> authority, String host) {
    RabbitConfig usual = config();
    return new RabbitConfig(
        host,
        node().tlsPort(),
        Optional.of(new Tls(authority)),
        "/",
        usual.account(),
        usual.exchanges(),
        ANSWERS,
        Optional.empty(),
        usual.capacity(),
        usual.patience());
  }

  @Test
  @Tag("full")
  void down_at_the_start_then_up() throws Exception {
    node().stop();
    try (RabbitBroker broker = RabbitBrokerTest.open(config())) {
      assertThat(trouble(broker).message()).contains("takes no connections");
      node().start();
      RabbitBrokerTest.awaitConnected(broker);
      assertThat(broker.publish(message("t"))).isEqualTo(new Published.Unroutable());
    }
  }

  /** Killed and started again while a thousand messages are published: none confirmed is lost. */
  @Test
  @Tag("full")
  void killed_under_load_nothing_confirmed_is_lost_and_nothing_blocks() throws Exception {
    try (AmqpWorker worker = worker()) {
      worker.bind("ASR", EXCHANGE);
    }
    node().stop(); // one that is killed forgets queues that were declared within its last seconds
    node().start();
    try (RabbitBroker broker = RabbitBrokerTest.open(config());
        var publishers = Executors.newVirtualThreadPerTaskExecutor()) {
      RabbitBrokerTest.awaitConnected(broker);
      try (AmqpWorker worker = worker()) {
        worker.bind("ASR", EXCHANGE, "#.ASR");
      }
      var some = new CountDownLatch(300);
      var permits = new Semaphore(16);
      List<Future<@Nullable String>> sent = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        String id = "m" + i;
        Callable<@Nullable String> publish =
            () -> {
              permits.acquire();
              try {
                Published outcome = broker.publish(message(id));
                some.countDown();
                return outcome instanceof Published.Confirmed ? id : null;
              } finally {
                permits.release();
              }
            };
        sent.add(publishers.submit(publish));
      }
      some.await();
      node().kill();
      node().start();
      var confirmed = new HashSet<String>();
      for (Future<@Nullable String> one : sent) {
        String id = one.get(60, TimeUnit.SECONDS);
        if (id != null) {
          confirmed.add(id);
        }
      }
      assertThat(confirmed).hasSizeGreaterThanOrEqualTo(200);
      RabbitBrokerTest.awaitConnected(broker);
      try (AmqpWorker worker = worker()) {
        Channel channel = worker.channel();
        var arrived = new HashSet<String>();
        GetResponse next = channel.basicGet("ASR", true);
        while (next != null) {
          arrived.add(new String(next.getBody(), UTF_8));
          next = channel.basicGet("ASR", true);
        }
        assertThat(arrived).containsAll(confirmed);
        worker.bind("ASR", EXCHANGE, "#.ASR");
        assertThat(broker.publish(message("after"))).isEqualTo(new Published.Confirmed());
      }
    }
  }

  @Test
  @Tag("full")
  void answers_are_read_on_after_a_restart() throws Exception {
    try (RabbitBroker broker = RabbitBrokerTest.open(config())) {
      RabbitBrokerTest.awaitConnected(broker);
      var read = ConcurrentHashMap.<String>newKeySet();
      var subscription =
          broker.readAnswers(answer -> {
            read.add(answer.correlationId().orElseThrow());
            return Reading.STORED;
          });
      try (AmqpWorker worker = worker()) {
        IntStream.range(0, 50).forEach(i -> worker.answer(Optional.of("a" + i), new byte[] {1}));
        Waiting.until(() -> read.size() == 50);
      }
      node().stop();
      node().start();
      try (AmqpWorker worker = worker()) {
        IntStream.range(0, 50).forEach(i -> worker.answer(Optional.of("b" + i), new byte[] {1}));
        Waiting.until(() -> read.size() == 100);
      }
      subscription.close();
    }
  }
}
