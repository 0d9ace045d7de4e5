package org.millrace.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.EmbeddedBrokerTest.Embedded;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;
import org.millrace.testkit.runtime.Waiting;

/** What is particular to the broker in this process. */
@Timeout(400)
class EmbeddedFaultsTest {
  private static final String EXCHANGE = "DANE-exchange";
  private static final String JOB_EXCHANGE = "DANE-job-exchange";
  private static final String ANSWERS = "DANE-response-queue";
  private static final int MANY = 100_000;
  @TempDir Path folder;

  private static Message message(String correlation) {
    return new Message(EXCHANGE, "V.ASR", correlation, 3, correlation.getBytes(UTF_8));
  }

  private static AmqpWorker worker(EmbeddedBroker broker) throws Exception {
    return new AmqpWorker(broker.port(), Embedded.WORKER, ANSWERS);
  }

  @Test
  void a_port_that_is_taken_is_named_with_its_key() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> Embedded.open(folder, taken.getLocalPort()))
          .isInstanceOf(CannotListen.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("broker.port");
    }
  }

  @Test
  void a_folder_that_cannot_be_used_is_named() throws Exception {
    Files.writeString(folder.resolve("broker"), "a file");
    assertThatThrownBy(() -> Embedded.open(folder, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(folder.resolve("broker").toString());
  }

  @Test
  void messages_and_answers_survive_a_restart_and_workers_bind_anew() throws Exception {
    try (EmbeddedBroker broker = Embedded.open(folder, 0);
        AmqpWorker worker = worker(broker)) {
      worker.bind("ASR", EXCHANGE, "#.ASR");
      assertThat(broker.publish(message("kept"))).isEqualTo(new Published.Confirmed());
      worker.answer(Optional.of("answered"), "not read yet".getBytes(UTF_8));
      Waiting.until(() -> worker.waiting(ANSWERS) == 1);
    }
    var read = new ConcurrentHashMap<String, String>();
    try (EmbeddedBroker broker = Embedded.open(folder, 0);
        AmqpWorker worker = worker(broker)) {
      assertThat(broker.publish(message("too early"))).isEqualTo(new Published.Unroutable());
      assertThat(broker.queues().orElseThrow())
          .contains(new WorkerQueue("ASR", List.of(), 0, 1, false));
      worker.bind("ASR", EXCHANGE, "#.ASR");
      assertThat(worker.waiting("ASR")).isEqualTo(1);
      assertThat(broker.publish(message("bound"))).isEqualTo(new Published.Confirmed());
      var subscription =
          broker.readAnswers(answer -> {
            read.put(answer.correlationId().orElseThrow(), new String(answer.body(), UTF_8));
            return Reading.STORED;
          });
      Waiting.until(() -> !read.isEmpty());
      subscription.close();
      Waiting.until(() -> worker.waiting(ANSWERS) == 0); // the acknowledgement has come
    }
    assertThat(read).isEqualTo(Map.of("answered", "not read yet"));
    read.clear();
    try (EmbeddedBroker broker = Embedded.open(folder, 0);
        AmqpWorker worker = worker(broker)) {
      assertThat(worker.waiting(ANSWERS)).as("what was stored does not come again").isZero();
    }
  }

  @Test
  void a_worker_may_do_its_work_and_nothing_else() throws Exception {
    try (EmbeddedBroker broker = Embedded.open(folder, 0)) {
      try (AmqpWorker worker = worker(broker)) {
        worker.bind("ASR", EXCHANGE, "#.ASR");
        worker.bind("CV", JOB_EXCHANGE, "#.CV");
        worker.answer(Optional.of("a"), new byte[] {1});
        Waiting.until(() -> worker.waiting(ANSWERS) == 1);
      }
      refused(broker, channel -> channel.basicConsume(ANSWERS, true, (_, _) -> {}, _ -> {}));
      refused(broker, channel -> channel.basicGet(ANSWERS, true));
      refused(broker, channel -> channel.queueDelete("ASR"));
      refused(broker, channel -> channel.queueDelete(ANSWERS));
      refused(broker, channel -> channel.queuePurge(ANSWERS));
      refused(broker, channel -> channel.exchangeDelete(EXCHANGE));
      refused(broker, channel -> channel.exchangeDeclare("mine", "topic"));
      refused(
          broker,
          channel -> {
            channel.confirmSelect();
            channel.basicPublish("amq.topic", "x", new BasicProperties(), new byte[1]);
            channel.waitForConfirmsOrDie(30_000);
          });
      assertThatThrownBy(() ->
              new AmqpWorker(broker.port(), new Account("dane", "a wrong password"), ANSWERS)
                  .close())
          .isInstanceOf(IOException.class);
      assertThat(broker.trouble()).isEmpty();
    }
  }

  @Test
  void a_worker_may_be_tried_and_answer_who_tries_it() throws Exception {
    try (EmbeddedBroker broker = Embedded.open(folder, 0);
        AmqpWorker trying = worker(broker);
        AmqpWorker worker = worker(broker)) {
      worker.bind("ASR", EXCHANGE, "#.ASR");
      String replies = "millrace-try-1";
      Channel channel = trying.channel();
      channel.queueDeclare(replies, false, true, true, null);
      var answers = new LinkedBlockingQueue<String>();
      channel.basicConsume(
          replies, true, (_, answer) -> answers.add(new String(answer.getBody(), UTF_8)), _ -> {});
      channel.basicPublish(
          EXCHANGE,
          "Text.ASR",
          true,
          new BasicProperties.Builder().replyTo(replies).build(),
          "task".getBytes(UTF_8));
      var task = worker.take("ASR", Duration.ofSeconds(30)).orElseThrow();
      worker
          .channel()
          .basicPublish("", replies, true, new BasicProperties(), "answer".getBytes(UTF_8));
      task.acknowledge();
      assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo("answer");
    }
  }

  /** Closed on, it would leave its message to the next one, which would answer there too. */
  @Test
  void a_worker_may_answer_to_a_queue_that_is_not_there() throws Exception {
    try (EmbeddedBroker broker = Embedded.open(folder, 0);
        AmqpWorker worker = worker(broker)) {
      worker.bind("ASR", EXCHANGE, "#.ASR");
      assertThat(broker.publish(message("first"))).isEqualTo(new Published.Confirmed());
      assertThat(broker.publish(message("second"))).isEqualTo(new Published.Confirmed());
      Channel channel = worker.channel();
      var returned = new LinkedBlockingQueue<Integer>();
      channel.addReturnListener(answer -> returned.add(answer.getReplyCode()));
      var first = worker.take("ASR", Duration.ofSeconds(30)).orElseThrow();

      channel.basicPublish("", "an-old-queue", new BasicProperties(), new byte[1]);
      channel.basicPublish("", "an-old-queue", true, new BasicProperties(), new byte[1]);

      assertThat(returned.poll(30, TimeUnit.SECONDS)).isEqualTo(AMQP.NO_ROUTE);
      first.acknowledge();
      assertThat(worker.take("ASR", Duration.ofSeconds(30))).isPresent();
      assertThat(returned).isEmpty();
    }
  }

  @Test
  void a_worker_that_falls_silent_loses_its_message_to_another() throws Exception {
    try (EmbeddedBroker broker = Embedded.open(folder, 0);
        var wire = new Wire(broker.port());
        AmqpWorker other = worker(broker)) {
      other.bind("ASR", EXCHANGE, "#.ASR");
      var factory = new ConnectionFactory();
      factory.setHost("127.0.0.1");
      factory.setPort(wire.port());
      factory.setUsername(Embedded.WORKER.user());
      factory.setPassword(Embedded.WORKER.password());
      factory.setAutomaticRecoveryEnabled(false);
      factory.setHandshakeTimeout(60_000);
      factory.setRequestedHeartbeat(3); // twice as long may a busy machine stand still
      Connection silent = factory.newConnection("falls silent");
      try {
        var taken = new LinkedBlockingQueue<String>();
        silent
            .createChannel()
            .basicConsume(
                "ASR",
                false,
                (_, task) -> taken.add(task.getProperties().getCorrelationId()),
                _ -> {});
        assertThat(broker.publish(message("kept"))).isEqualTo(new Published.Confirmed());
        assertThat(taken.poll(30, TimeUnit.SECONDS)).isEqualTo("kept");

        wire.cut();

        assertThat(other.take("ASR", Duration.ofMinutes(1))).isPresent();
      } finally {
        silent.abort(1_000);
      }
    }
  }

  /** As with RabbitMQ: a worker that names none gets the broker's. */
  @Test
  void a_worker_is_told_of_a_heartbeat() throws Exception {
    try (EmbeddedBroker broker = Embedded.open(folder, 0)) {
      var factory = new ConnectionFactory();
      factory.setHost("127.0.0.1");
      factory.setPort(broker.port());
      factory.setUsername(Embedded.WORKER.user());
      factory.setPassword(Embedded.WORKER.password());
      factory.setHandshakeTimeout(60_000);
      factory.setRequestedHeartbeat(0);
      try (Connection connection = factory.newConnection("names none")) {
        assertThat(connection.getHeartbeat()).isEqualTo(60);
      }
    }
  }

  @Test
  void it_tells_where_it_listens_as_an_address_that_can_be_read() {
    assertThat(EmbeddedBroker.uri("127.0.0.1", 5672)).hasToString("amqp://127.0.0.1:5672");
    assertThat(EmbeddedBroker.uri("*", 5672)).hasToString("amqp://0.0.0.0:5672");
    assertThat(EmbeddedBroker.uri("::1", 5672)).hasToString("amqp://[::1]:5672");
    assertThat(EmbeddedBroker.uri("[::1]", 5672)).hasToString("amqp://[::1]:5672");
  }

  /** Carries one connection to the broker until it is cut: then nobody hears anything more. */
  private static final class Wire implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<Socket> here = new CompletableFuture<>();
    private final CompletableFuture<Socket> there = new CompletableFuture<>();
    private volatile boolean cut;

    Wire(int broker) throws IOException {
      Thread.ofVirtual().start(() -> accept(broker));
    }

    int port() {
      return listening.getLocalPort();
    }

    void cut() {
      cut = true;
    }

    private void accept(int broker) {
      try {
        Socket client = listening.accept();
        here.complete(client);
        // Not before: the broker hangs up on who says nothing for ten seconds.
        var server = new Socket(InetAddress.getLoopbackAddress(), broker);
        there.complete(server);
        Thread.ofVirtual().start(() -> carry(server, client));
        carry(client, server);
      } catch (IOException closed) {
        here.completeExceptionally(closed);
      }
    }

    private void carry(Socket from, Socket to) {
      try {
        byte[] piece = new byte[8_192];
        for (int n = from.getInputStream().read(piece);
            n >= 0;
            n = from.getInputStream().read(piece)) {
          if (!cut) {
            to.getOutputStream().write(piece, 0, n);
          }
        }
      } catch (IOException closed) {
        here.completeExceptionally(closed); // the test is over
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
      for (CompletableFuture<Socket> end : List.of(here, there)) {
        if (end.state() == Future.State.SUCCESS) {
          end.resultNow().close();
        }
      }
    }
  }

  private interface Attempt {
    void on(Channel channel) throws Exception;
  }

  private static void refused(EmbeddedBroker broker, Attempt attempt) throws Exception {
    try (AmqpWorker worker = worker(broker)) {
      assertThatThrownBy(() -> attempt.on(worker.channel())).isInstanceOf(Exception.class);
      assertThat(worker.channel().isOpen()).isFalse();
      assertThat(String.valueOf(worker.channel().getCloseReason())).contains("403");
    }
  }

  @Test
  void nothing_in_its_folder_is_for_others_and_no_password_stays_there() throws Exception {
    Path left = Files.createDirectory(folder.resolve("broker")).resolve("start-1.json");
    Files.writeString(left, Embedded.WORKER.password()); // by one that was killed
    try (EmbeddedBroker broker = Embedded.open(folder, 0)) {
      assertThat(broker.trouble()).isEmpty();
      Path data = folder.resolve("broker");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
          .isEqualTo("rwx------");
      try (Stream<Path> files = Files.walk(data)) {
        List<Path> all = files.filter(Files::isRegularFile).toList();
        assertThat(all).isNotEmpty();
        for (Path file : all) {
          assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
              .as(file.toString())
              .doesNotContain(Embedded.WORKER.password());
        }
      }
    }
  }

  @Test
  @Tag("full")
  void a_hundred_thousand_messages_need_little_memory() throws Exception {
    try (EmbeddedBroker broker = Embedded.open(folder, 0);
        AmqpWorker worker = worker(broker)) {
      worker.bind("ASR", EXCHANGE, "#.ASR");
      long before = used();
      Channel channel = worker.channel();
      channel.txSelect();
      byte[] body = new byte[1_000];
      var properties = new BasicProperties.Builder().deliveryMode(2).correlationId("t").build();
      for (int i = 0; i < MANY; i++) {
        channel.basicPublish(EXCHANGE, "V.ASR", properties, body);
        if (i % 1_000 == 999) {
          channel.txCommit();
        }
      }
      assertThat(worker.waiting("ASR")).isEqualTo(MANY);
      long megabytes = (used() - before) >> 20;
      System.out.println("100,000 messages of 1 kB: " + megabytes + " MB of heap");
      assertThat(megabytes).as("MB of heap for 100 MB of messages").isLessThan(250);
    }
  }

  private static long used() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
