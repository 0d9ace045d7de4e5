package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker and a request generator at a real RabbitMQ. */
@ExtendWith(WithRabbit.class)
class WorkerAtBrokerTest {
  private static final Generator US = new Generator("x", AgentType.SOFTWARE, "us", "h");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Document DOCUMENT =
      Document.of(Target.of("T1T", "u", TargetType.TEXT), Creator.of("C", AgentType.HUMAN));

  private static Worker.Builder worker(String name, Config config) {
    return Worker.named(name)
        .bindingKey("#." + name)
        .config(config)
        .noApi()
        .generator(US)
        .callback((task, _, _) -> Answer.success().with("args", task.args()));
  }

  @Test
  void a_request_generator_tries_a_worker(RabbitNode rabbit) throws Exception {
    Config config = rabbit.config("try");
    try (RequestGenerator generator = RequestGenerator.connect(config)) {
      assertThatThrownBy(() -> generator.ask(Task.of("TRY"), DOCUMENT, PATIENCE))
          .isInstanceOf(DaneException.Unroutable.class)
          .hasMessageContaining("Text.TRY");
      try (Peer peer = new Peer(config)) {
        peer.workerQueue("TRY", "#.TRY");
      }
      assertThatThrownBy(() -> generator.ask(Task.of("TRY"), DOCUMENT, Duration.ofMillis(50)))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("Text.TRY");
      try (RunningWorker _ = RunningWorker.of(worker("TRY", config).build())) {
        assertThat(generator.ask(Task.of("TRY").with("n", 5), DOCUMENT, PATIENCE))
            .isEqualTo(Answer.success().with("args", Map.of("n", 5)));
        // the literal binding key is a routing key too
        assertThat(generator.ask("#.TRY", "[]", PATIENCE)).contains("'list' object");
      }
    }
  }

  @Test
  void messages_of_higher_priority_come_first_one_at_a_time(RabbitNode rabbit) throws Exception {
    Config config = rabbit.config("priority");
    try (Peer peer = new Peer(config)) {
      peer.workerQueue("PRIO", "#.PRIO");
      String answers = peer.responseQueue("priority-answers");
      for (int priority : List.of(1, 9, 5)) {
        peer.channel.basicPublish(
            "priority",
            "Text.PRIO",
            new AMQP.BasicProperties.Builder()
                .replyTo(answers)
                .correlationId("p" + priority)
                .priority(priority)
                .build(),
            "{}".getBytes(StandardCharsets.UTF_8));
      }
      peer.channel.waitForConfirmsOrDie(30_000);
      try (RunningWorker _ = RunningWorker.of(worker("PRIO", config).build())) {
        for (String id : List.of("p9", "p5", "p1")) {
          assertThat(peer.next(answers).getProps().getCorrelationId()).isEqualTo(id);
        }
      }
    }
  }

  @Test
  void a_worker_that_stops_gives_its_task_back(RabbitNode rabbit) throws Exception {
    Config config = rabbit.config("stop");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Worker worker =
        worker("STOP", config)
            .callback((_, _, _) -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
              return Answer.success();
            })
            .build();
    try (Peer peer = new Peer(config)) {
      peer.workerQueue("STOP", "#.STOP");
      try (RunningWorker running = RunningWorker.of(worker)) {
        peer.publish(
            "Text.STOP",
            "nobody",
            "s",
            "{\"task\":{\"key\":\"STOP\"},\"document\":" + Json.write(DOCUMENT.toJson()) + "}");
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(worker::run).isInstanceOf(IllegalStateException.class);
        assertThat(running.endsWithin(PATIENCE)).isTrue();
      }
      assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
      GetResponse back = peer.next("STOP");
      assertThat(back.getEnvelope().isRedeliver()).isTrue();
    }
    worker.stop();
    worker.run(); // a worker runs once
  }

  @Test
  void a_worker_that_stops_lets_its_callback_end_what_it_has_started(RabbitNode rabbit)
      throws Exception {
    Config config = rabbit.config("last-words");
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<Thread> runs = new AtomicReference<>();
    AtomicBoolean cleaned = new AtomicBoolean();
    Worker worker =
        worker("CLEAN", config)
            .callback((_, _, _) -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } finally {
                runs.get().interrupt(); // a signal may be told in both ways
                LockSupport.parkNanos(50_000_000); // as long as killing a process takes
                cleaned.set(true);
              }
              return Answer.success();
            })
            .build();
    try (Peer peer = new Peer(config)) {
      peer.workerQueue("CLEAN", "#.CLEAN");
      runs.set(Thread.ofPlatform().start(worker));
      peer.publish(
          "Text.CLEAN",
          "nobody",
          "c",
          "{\"task\":{\"key\":\"CLEAN\"},\"document\":" + Json.write(DOCUMENT.toJson()) + "}");
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
      worker.stop();
      assertThat(runs.get().join(PATIENCE)).isTrue();
      assertThat(cleaned).isTrue();
    }
  }

  @Test
  @Timeout(value = 60, threadMode = SEPARATE_THREAD) // instead of a day, interrupted or not
  void a_stop_waits_no_longer_than_the_work_takes_to_end(RabbitNode rabbit) throws Exception {
    stopped(
        rabbit,
        "PROMPT",
        Duration.ofDays(1),
        begun -> {
          begun.countDown();
          new CountDownLatch(1).await();
        });
  }

  @Test
  @Timeout(60) // instead of for ever
  void a_stop_leaves_work_that_does_not_end(RabbitNode rabbit) throws Exception {
    CountDownLatch let = new CountDownLatch(1);
    try {
      stopped(
          rabbit,
          "STUBBORN",
          Duration.ofMillis(1),
          begun -> {
            begun.countDown();
            while (let.getCount() > 0) {
              Thread.onSpinWait();
            }
          });
    } finally {
      let.countDown();
    }
  }

  private interface Interruptible {
    void work(CountDownLatch begun) throws InterruptedException;
  }

  /** A worker that is stopped when its work has begun, and is given so long; returns at its end. */
  private static void stopped(
      RabbitNode rabbit, String name, Duration lastWords, Interruptible work) throws Exception {
    Config config = rabbit.config("stopped-" + name);
    CountDownLatch begun = new CountDownLatch(1);
    BrokerLoop loop =
        new BrokerLoop(
            new Subscription(Broker.of(config), name, List.of("#." + name)),
            _ -> {
              try {
                work.work(begun);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new Outcome.Refused("stopped");
            },
            BrokerSession::open,
            lastWords);
    try (Peer peer = new Peer(config)) {
      peer.workerQueue(name, "#." + name);
      peer.publish("Text." + name, "nobody", "s", "{}");
      CompletableFuture<Void> stopping =
          CompletableFuture.runAsync(() -> {
            assertThatCode(begun::await).doesNotThrowAnyException();
            loop.stop();
          });
      loop.run();
      stopping.get();
    }
  }

  @Test
  void an_interrupted_thread_ends_its_worker(RabbitNode rabbit) throws Exception {
    Worker worker = worker("INTERRUPT", rabbit.config("interrupt")).build();
    Thread thread = Thread.ofPlatform().start(worker);
    thread.interrupt();
    assertThat(thread.join(PATIENCE)).isTrue();
  }

  @Test
  void what_is_deleted_is_declared_again_by_the_worker(RabbitNode rabbit) throws Exception {
    Config config = rabbit.config("deleted");
    String body =
        "{\"task\":{\"key\":\"DELETED\"},\"document\":" + Json.write(DOCUMENT.toJson()) + "}";
    try (Peer peer = Peer.withoutExchange(config);
        RunningWorker _ = RunningWorker.of(worker("DELETED", config).build())) {
      String answers = peer.responseQueue("deleted-answers");
      peer.publishWhenBound("Text.DELETED", answers, "first", body);
      assertThat(peer.next(answers).getProps().getCorrelationId()).isEqualTo("first");
      peer.channel.exchangeDelete("deleted");
      peer.channel.queueDelete("DELETED"); // that is what the worker hears of
      peer.publishWhenBound("Text.DELETED", answers, "second", body);
      assertThat(peer.next(answers).getProps().getCorrelationId()).isEqualTo("second");
    }
  }

  @Test
  void an_answer_that_nobody_waits_for_does_not_hold_the_next(RabbitNode rabbit) throws Exception {
    Config config = rabbit.config("nobody");
    try (RequestGenerator generator = RequestGenerator.connect(config);
        Peer peer = new Peer(config)) {
      peer.workerQueue("NOBODY", "#.NOBODY");
      peer.publish("Text.NOBODY", "amq.gen-gone", "n1", "{}");
      peer.publish("Text.NOBODY", null, "n2", "{}");
      peer.publish("Text.NOBODY", "no-such-queue", null, "{}");
      try (RunningWorker _ = RunningWorker.of(worker("NOBODY", config).build())) {
        assertThat(generator.ask(Task.of("NOBODY"), DOCUMENT, PATIENCE).state()).isEqualTo(200);
      }
      GetResponse left = peer.next("NOBODY", Duration.ZERO);
      if (left != null) { // the last answer comes before its task is acknowledged
        assertThat(left.getProps().getReplyTo()).startsWith("millrace-try-");
        assertThat(peer.next("NOBODY", Duration.ZERO)).isNull();
      }
    }
  }

  @Test
  void an_answer_waits_until_a_server_declares_its_queue(RabbitNode rabbit) throws Exception {
    Config config = rabbit.config("late");
    AtomicInteger worked = new AtomicInteger();
    Semaphore begun = new Semaphore(0);
    Worker worker =
        worker("LATE", config)
            .callback((_, _, _) -> {
              worked.incrementAndGet();
              begun.release();
              return Answer.success();
            })
            .build();
    String body =
        "{\"task\":{\"key\":\"LATE\"},\"document\":" + Json.write(DOCUMENT.toJson()) + "}";
    try (Peer peer = new Peer(config)) {
      peer.workerQueue("LATE", "#.LATE");
      peer.publish("Text.LATE", "late-answers", "first", body);
      peer.publish("Text.LATE", "late-answers", "second", body);
      try (RunningWorker _ = RunningWorker.of(worker)) {
        assertThat(begun.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        assertThat(begun.tryAcquire(1_500, TimeUnit.MILLISECONDS))
            .as("the first is still owed")
            .isFalse();
        String answers = peer.responseQueue("late-answers");
        assertThat(peer.next(answers).getProps().getCorrelationId()).isEqualTo("first");
        assertThat(peer.next(answers).getProps().getCorrelationId()).isEqualTo("second");
      }
    }
    assertThat(worked).hasValue(2);
  }

  @Test
  void a_broker_that_refuses_for_good_is_told(RabbitNode rabbit) throws Exception {
    Config wrong = rabbit.config("refused").with("RABBITMQ.PASSWORD", "guess");
    assertThatThrownBy(worker("REFUSED", wrong).build()::run)
        .isInstanceOf(ResourceUnreachable.class)
        .hasMessageContaining("RABBITMQ.USER")
        .hasMessageNotContaining("guess ");
    assertThatThrownBy(() -> RequestGenerator.connect(wrong))
        .isInstanceOf(ResourceUnreachable.class);
    Config config = rabbit.config("refused");
    try (Peer peer = new Peer(config)) {
      peer.channel.queueDeclare("REFUSED", false, false, true, null);
      assertThatThrownBy(worker("REFUSED", config).build()::run)
          .isInstanceOf(ResourceUnreachable.class)
          .hasMessageContaining("REFUSED");
    }
  }

  @Test
  void a_broker_that_is_away_is_waited_for() throws Exception {
    Config away = Config.defaults().with("RABBITMQ.HOST", "127.0.0.1").with("RABBITMQ.PORT", 1);
    Worker worker = worker("AWAY", away).build();
    CompletableFuture<Void> run = CompletableFuture.runAsync(worker);
    assertThatThrownBy(() -> run.get(500, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    worker.stop();
    run.get(30, TimeUnit.SECONDS);
    assertThat(Broker.of(away).toString()).isEqualTo("127.0.0.1:1");
  }

  private static final String TOLD_DONE =
      "{\"hits\":{\"hits\":[{\"_id\":\"b\",\"_source\":{\"task\":{\"key\":\"BEFORE\",\"state\":200}}}]}}";

  private static Config withIndex(Config config, int port) {
    return config
        .with("ELASTICSEARCH.HOST", List.of("127.0.0.1"))
        .with("ELASTICSEARCH.PORT", port)
        .with("ELASTICSEARCH.MAX_RETRIES", 0);
  }

  private static RecordedServer connectable(RecordedServer index) {
    return index.then(200, "{\"version\":{\"number\":\"7.17.9\"}}").then(200, null).then(200, null);
  }

  private static Worker dependent(String name, Config config) {
    return Worker.named(name)
        .bindingKey("#." + name)
        .config(config)
        .generator(US)
        .dependsOn("BEFORE")
        .callback((_, _, _) -> Answer.success())
        .build();
  }

  private static String registered(String key) {
    return "{\"task\":{\"key\":\""
        + key
        + "\"},\"document\":"
        + Json.write(DOCUMENT.registered("d", "now").toJson())
        + "}";
  }

  @Test
  void an_index_that_is_away_is_waited_for(RabbitNode rabbit) throws Exception {
    try (RecordedServer index = connectable(new RecordedServer())) {
      Config config = withIndex(rabbit.config("index-away"), index.port());
      Worker worker = dependent("INDEX", config);
      assertThat(index.asked()).hasSize(3); // when it connected
      index.otherwise(503);
      try (Peer peer = new Peer(config)) {
        String answers = peer.responseQueue("index-answers");
        peer.workerQueue("INDEX", "#.INDEX");
        peer.publish("Text.INDEX", answers, "i", registered("INDEX"));
        try (RunningWorker _ = RunningWorker.of(worker)) {
          index.awaitAsked(2);
          assertThat(peer.next(answers, Duration.ZERO)).isNull();
          index.then(200, TOLD_DONE);
          GetResponse answer = peer.next(answers);
          assertThat(answer.getProps().getCorrelationId()).isEqualTo("i");
          assertThat(Answer.fromJson(Peer.text(answer))).isEqualTo(Answer.success());
        }
      }
    }
  }

  @Test
  void a_worker_that_stops_while_its_index_is_away_gives_its_task_back(RabbitNode rabbit)
      throws Exception {
    try (RecordedServer index = connectable(new RecordedServer())) {
      Config config = withIndex(rabbit.config("index-stop"), index.port());
      Worker worker = dependent("INDEX-STOP", config);
      try (Peer peer = new Peer(config)) {
        String answers = peer.responseQueue("index-stop-answers");
        peer.workerQueue("INDEX-STOP", "#.INDEX-STOP");
        assertThat(index.asked()).hasSize(3); // when it connected
        index.otherwise(503);
        peer.publish("Text.INDEX-STOP", answers, "i", registered("INDEX-STOP"));
        try (RunningWorker running = RunningWorker.of(worker)) {
          index.awaitAsked(2);
          assertThat(running.endsWithin(PATIENCE)).isTrue();
        }
        assertThat(peer.next("INDEX-STOP").getEnvelope().isRedeliver()).isTrue();
        assertThat(peer.next(answers, Duration.ZERO)).isNull();
      }
    }
  }

  @Test
  void jobs_are_refused_and_repeated_like_tasks(RabbitNode rabbit) throws Exception {
    Config config = rabbit.config("jobs");
    AtomicInteger calls = new AtomicInteger();
    JobWorker worker =
        new JobWorker(
            config,
            "jobs",
            List.of("unknown.CV"),
            job -> {
              if (calls.incrementAndGet() == 1) {
                throw new RefuseTask("later");
              }
              return Answer.success().with("source", job.sourceId());
            });
    try (RequestGenerator generator = RequestGenerator.connect(config);
        Peer peer = new Peer(config)) {
      peer.workerQueue("jobs", "unknown.CV");
      try (RunningWorker _ = RunningWorker.of(worker)) {
        String job = Json.write(Job.of("u", "x", JobTasks.one("CV")).toJson());
        assertThat(generator.ask("unknown.CV", job, PATIENCE)).contains("\"source\":\"x\"");
        assertThat(generator.ask("unknown.CV", " \n nonsense", PATIENCE))
            .contains("Unhandled error: Expecting value: line 2 column 2 (char 3)");
        assertThat(generator.ask("unknown.CV", "", PATIENCE))
            .contains("Unhandled error: Expecting value: line 1 column 1 (char 0)");
        assertThat(generator.ask("unknown.CV", "{\"a\"", PATIENCE)).contains("not JSON");
      }
    }
    assertThat(calls).hasValue(2);
  }

  @Test
  void a_generator_whose_broker_has_gone_says_so(RabbitNode rabbit) throws Exception {
    Config config = rabbit.config("gone");
    RequestGenerator generator = RequestGenerator.connect(config);
    try (Peer peer = new Peer(config)) {
      peer.workerQueue("GONE", "#.GONE");
      CompletableFuture<Answer> asked =
          CompletableFuture.supplyAsync(() -> {
            try {
              return generator.ask(Task.of("GONE"), DOCUMENT, PATIENCE);
            } catch (TimeoutException | InterruptedException e) {
              throw new AssertionError(e);
            }
          });
      peer.next("GONE");
      generator.close();
      assertThatThrownBy(() -> asked.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(ResourceUnreachable.class);
    }
    assertThatThrownBy(() -> generator.ask(Task.of("GONE"), DOCUMENT, PATIENCE))
        .isInstanceOf(ResourceUnreachable.class);
  }
}
