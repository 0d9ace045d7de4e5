package org.millrace.testkit.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Answer;
import org.millrace.engine.workers.WorkerBroker.Binding;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;
import org.millrace.testkit.runtime.Waiting;

/**
 * What every {@link WorkerBroker} promises. The broker is connected when {@link #broker()} returns
 * it, declares {@link #EXCHANGES} and {@link #ANSWERS}, has two threads for answers, a prefetch of
 * 4, and pauses 50 ms before it gives an answer again. Queues are empty and unknown at the start.
 */
@Timeout(120)
public abstract class WorkerBrokerContract {
  protected static final String EXCHANGE = "DANE-exchange";
  protected static final String JOB_EXCHANGE = "DANE-job-exchange";
  protected static final List<String> EXCHANGES = List.of(EXCHANGE, JOB_EXCHANGE);
  protected static final String ANSWERS = "DANE-response-queue";
  protected static final Duration SOON = Duration.ofSeconds(20);
  protected static final String QUEUE = "ASR";
  protected static final String SECOND_QUEUE = "ASR-too";

  /** The one of this test; the same every time. Closed by the adapter's test. */
  protected abstract WorkerBroker broker() throws Exception;

  /** A worker of that broker. */
  protected abstract TestWorker worker() throws Exception;

  /** Whether it can be asked for queues. */
  protected abstract boolean knowsQueues();

  /** Whether a queue with priorities hands out the higher one first. */
  protected abstract boolean ordersByPriority();

  /** Whether somebody else may delete the answer queue, and a consumer hears of it. */
  protected abstract boolean tellsOfLostQueues();

  private final List<WorkerBroker.Subscription> reading = new ArrayList<>();

  @AfterEach
  final void stop_reading() {
    reading.forEach(WorkerBroker.Subscription::close);
  }

  protected static Message message(String key, String correlation, int priority, String body) {
    return new Message(EXCHANGE, key, correlation, priority, body.getBytes(UTF_8));
  }

  protected final void read(WorkerBroker.Reader reader) throws Exception {
    reading.add(broker().readAnswers(reader));
  }

  @Test
  void a_routed_message_is_confirmed_and_arrives_as_it_was_sent() throws Exception {
    WorkerBroker broker = broker();
    try (TestWorker worker = worker()) {
      worker.bind(QUEUE, EXCHANGE, "#.ASR");
      assertThat(broker.publish(message("Video.ASR", "t1.1", 4, "{\"a\":1}")))
          .isEqualTo(new Published.Confirmed());
      TestWorker.Taken taken = worker.take(QUEUE, SOON).orElseThrow();
      assertThat(taken.routingKey()).isEqualTo("Video.ASR");
      assertThat(taken.body()).isEqualTo("{\"a\":1}");
      assertThat(taken.properties())
          .isEqualTo(
              Map.of(
                  "delivery_mode", "2",
                  "reply_to", ANSWERS,
                  "correlation_id", "t1.1",
                  "priority", "4"));
      taken.acknowledge();
    }
  }

  /** Workers copy the id of their message, so both answers have the same one. */
  @Test
  void two_queues_bound_to_one_key_each_get_the_message_and_both_answers_are_read()
      throws Exception {
    WorkerBroker broker = broker();
    BlockingQueue<Answer> read = new LinkedBlockingQueue<>();
    read(answer -> {
      read.add(answer);
      return Reading.STORED;
    });
    try (TestWorker first = worker();
        TestWorker second = worker()) {
      first.bind(QUEUE, EXCHANGE, "#.ASR");
      second.bind(SECOND_QUEUE, EXCHANGE, "Video.*");
      assertThat(broker.publish(message("Video.ASR", "t1.1", 4, "one")))
          .isEqualTo(new Published.Confirmed());
      answer(first, QUEUE, "done");
      answer(second, SECOND_QUEUE, "done too");
      assertThat(List.of(next(read), next(read)))
          .extracting(Answer::correlationId, answer -> new String(answer.body(), UTF_8))
          .containsExactlyInAnyOrder(
              tuple(Optional.of("t1.1"), "done"), tuple(Optional.of("t1.1"), "done too"));
      assertThat(first.waiting(QUEUE) + second.waiting(SECOND_QUEUE)).as("no copies").isZero();
    }
  }

  private static void answer(TestWorker worker, String queue, String body) {
    TestWorker.Taken taken = worker.take(queue, SOON).orElseThrow();
    assertThat(taken.body()).isEqualTo("one");
    String id = Objects.requireNonNull(taken.properties().get("correlation_id"));
    worker.answer(Optional.of(id), body.getBytes(UTF_8));
    taken.acknowledge();
  }

  @Test
  void each_exchange_leads_to_the_queues_that_are_bound_to_it() throws Exception {
    WorkerBroker broker = broker();
    var ofJob = new Message(JOB_EXCHANGE, "unknown.ASR", "1.1", 1, "job".getBytes(UTF_8));
    assertThat(broker.publish(ofJob)).as("it is there").isEqualTo(new Published.Unroutable());
    try (TestWorker documents = worker();
        TestWorker jobs = worker()) {
      documents.bind(QUEUE, EXCHANGE, "#.ASR");
      assertThat(broker.publish(ofJob)).isEqualTo(new Published.Unroutable());
      jobs.bind(SECOND_QUEUE, JOB_EXCHANGE, "#.ASR");
      assertThat(broker.publish(ofJob)).isEqualTo(new Published.Confirmed());
      assertThat(broker.publish(message("Video.ASR", "t1.1", 1, "document")))
          .isEqualTo(new Published.Confirmed());
      assertThat(documents.waiting(QUEUE)).isEqualTo(1);
      assertThat(jobs.waiting(SECOND_QUEUE)).isEqualTo(1);
      assertThat(documents.take(QUEUE, SOON).orElseThrow().body()).isEqualTo("document");
      assertThat(jobs.take(SECOND_QUEUE, SOON).orElseThrow().body()).isEqualTo("job");
      await(() ->
          queue(broker, SECOND_QUEUE)
              .filter(queue -> queue.bindings().equals(List.of(new Binding(JOB_EXCHANGE, "#.ASR"))))
              .isPresent());
    }
  }

  @Test
  void a_key_without_a_queue_is_unroutable_and_the_next_message_is_not_touched() throws Exception {
    WorkerBroker broker = broker();
    try (TestWorker worker = worker()) {
      worker.bind(QUEUE, EXCHANGE, "Video.ASR", "*.OCR");
      assertThat(broker.publish(message("Video.NER", "same", 1, "a")))
          .isEqualTo(new Published.Unroutable());
      assertThat(broker.publish(message("Video.ASR", "same", 1, "b")))
          .isEqualTo(new Published.Confirmed());
      assertThat(broker.publish(message("Sound.OCR", "same", 1, "c")))
          .isEqualTo(new Published.Confirmed());
      assertThat(broker.publish(message("Video.x.OCR", "same", 1, "d")))
          .isEqualTo(new Published.Unroutable());
      assertThat(worker.waiting(QUEUE)).isEqualTo(2);
    }
  }

  @Test
  void a_queue_whose_worker_has_gone_keeps_its_messages() throws Exception {
    WorkerBroker broker = broker();
    try (TestWorker worker = worker()) {
      worker.bind(QUEUE, EXCHANGE, "#.ASR");
    }
    assertThat(broker.publish(message("Video.ASR", "t", 0, "kept")))
        .isEqualTo(new Published.Confirmed());
    try (TestWorker worker = worker()) {
      assertThat(worker.take(QUEUE, SOON).orElseThrow().body()).isEqualTo("kept");
    }
    try (TestWorker worker = worker()) {
      assertThat(worker.take(QUEUE, SOON).orElseThrow().body())
          .as("unacknowledged, so it comes again")
          .isEqualTo("kept");
    }
  }

  @Test
  void many_at_once_and_one_id_for_all_are_told_apart() throws Exception {
    WorkerBroker broker = broker();
    try (TestWorker worker = worker();
        var publishers = Executors.newVirtualThreadPerTaskExecutor()) {
      worker.bind(QUEUE, EXCHANGE, "#.ASR");
      List<Future<Published>> outcomes =
          IntStream.range(0, 400)
              .mapToObj(i ->
                  publishers.submit(() ->
                      broker.publish(message(i % 2 == 0 ? "V.ASR" : "V.NONE", "id", 5, "m" + i))))
              .toList();
      for (int i = 0; i < outcomes.size(); i++) {
        assertThat(outcomes.get(i).get())
            .as("message %s", i)
            .isEqualTo(i % 2 == 0 ? new Published.Confirmed() : new Published.Unroutable());
      }
      assertThat(worker.waiting(QUEUE)).isEqualTo(200);
    }
  }

  @Test
  void answers_that_nobody_stored_are_counted() throws Exception {
    Assumptions.assumeTrue(knowsQueues());
    WorkerBroker broker = broker();
    try (TestWorker worker = worker()) {
      worker.answer(Optional.of("id"), "one".getBytes(UTF_8));
      worker.answer(Optional.of("id"), "two".getBytes(UTF_8));
      Waiting.until(() -> broker.answersWaiting().equals(OptionalLong.of(2)));
      try (var _ = broker.readAnswers(_ -> Reading.STORED)) {
        Waiting.until(() -> broker.answersWaiting().equals(OptionalLong.of(0)));
      }
    }
  }

  @Test
  void a_deleted_queue_makes_its_key_unroutable() throws Exception {
    WorkerBroker broker = broker();
    try (TestWorker worker = worker()) {
      worker.bind(QUEUE, EXCHANGE, "#.ASR");
      assertThat(broker.publish(message("V.ASR", "t", 0, "a")))
          .isEqualTo(new Published.Confirmed());
      worker.delete(QUEUE);
      assertThat(broker.publish(message("V.ASR", "t", 0, "b")))
          .isEqualTo(new Published.Unroutable());
    }
  }

  @Test
  void an_exchange_or_priority_that_is_not_ours_is_refused() throws Exception {
    WorkerBroker broker = broker();
    assertThatThrownBy(() -> broker.publish(new Message("amq.topic", "V.ASR", "t", 0, new byte[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("amq.topic");
    assertThatThrownBy(() -> broker.publish(message("V.ASR", "t", 11, "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("11");
  }

  @Test
  void answers_are_read_with_their_ids_and_bytes() throws Exception {
    BlockingQueue<Answer> read = new LinkedBlockingQueue<>();
    read(answer -> {
      read.add(answer);
      return Reading.STORED;
    });
    try (TestWorker worker = worker()) {
      worker.answer(Optional.of("t1.1"), "{\"state\":200}".getBytes(UTF_8));
      Answer first = next(read);
      assertThat(first.correlationId()).contains("t1.1");
      assertThat(first.body()).isEqualTo("{\"state\":200}".getBytes(UTF_8));
      worker.answer(Optional.empty(), new byte[] {0, -1, 7});
      Answer second = next(read);
      assertThat(second.correlationId()).isEmpty();
      assertThat(second.body()).isEqualTo(new byte[] {0, -1, 7});
    }
  }

  @Test
  void answers_that_came_before_are_read_and_those_that_were_stored_do_not_come_again()
      throws Exception {
    assertThat(broker().trouble()).isEmpty(); // so the queue is there
    try (TestWorker worker = worker()) {
      worker.answer(Optional.of("early"), new byte[] {1});
      BlockingQueue<Answer> read = new LinkedBlockingQueue<>();
      read(answer -> {
        read.add(answer);
        return Reading.STORED;
      });
      assertThat(next(read).correlationId()).contains("early");
      reading.removeFirst().close();
      read(answer -> {
        read.add(answer);
        return Reading.STORED;
      });
      worker.answer(Optional.of("late"), new byte[] {2});
      assertThat(next(read).correlationId()).contains("late");
      assertThat(read).isEmpty();
    }
  }

  @Test
  void what_could_not_be_stored_comes_again_after_a_pause_and_holds_nobody_up() throws Exception {
    var tries = new AtomicInteger();
    var others = new CountDownLatch(50);
    var stored = new CountDownLatch(1);
    read(answer -> {
      if (!answer.correlationId().orElseThrow().equals("hard")) {
        others.countDown();
        return Reading.STORED;
      }
      int now = tries.incrementAndGet();
      if (now == 2) {
        throw new IllegalStateException("a defect of the reader");
      }
      if (now < 4) {
        return Reading.AGAIN;
      }
      stored.countDown();
      return Reading.STORED;
    });
    try (TestWorker worker = worker()) {
      long before = System.nanoTime();
      worker.answer(Optional.of("hard"), new byte[] {1});
      for (int i = 0; i < 50; i++) {
        worker.answer(Optional.of("easy"), new byte[] {2});
      }
      assertThat(others.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(stored.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .as("three pauses")
          .isGreaterThan(Duration.ofMillis(140));
    }
  }

  @Test
  void readers_are_as_many_as_there_are_threads() throws Exception {
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    var meeting = new CyclicBarrier(2);
    var done = new CountDownLatch(20);
    read(_ -> {
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      try {
        meeting.await(10, TimeUnit.SECONDS);
      } catch (BrokenBarrierException | TimeoutException alone) {
        throw new IllegalStateException(alone);
      } finally {
        inside.decrementAndGet();
      }
      done.countDown();
      return Reading.STORED;
    });
    try (TestWorker worker = worker()) {
      for (int i = 0; i < 20; i++) {
        worker.answer(Optional.of("a" + i), new byte[] {1});
      }
      assertThat(done.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(most).hasValue(2);
  }

  @Test
  void closing_waits_for_the_reader_and_keeps_what_is_not_read() throws Exception {
    var began = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var finished = new AtomicInteger();
    WorkerBroker.Subscription subscription =
        broker()
            .readAnswers(_ -> {
              began.countDown();
              awaitUndisturbed(goOn);
              finished.incrementAndGet();
              return Reading.STORED;
            });
    try (TestWorker worker = worker()) {
      worker.answer(Optional.of("one"), new byte[] {1});
      assertThat(began.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      Thread closing = Thread.ofVirtual().start(subscription::close);
      assertThat(closing.join(Duration.ofMillis(100))).isFalse();
      worker.answer(Optional.of("two"), new byte[] {2});
      goOn.countDown();
      assertThat(closing.join(SOON)).isTrue();
      int read = finished.get();
      assertThat(read).isPositive();
      subscription.close(); // harmless
      Set<String> rest = new ConcurrentSkipListSet<>();
      read(answer -> {
        rest.add(answer.correlationId().orElseThrow());
        return Reading.STORED;
      });
      worker.answer(Optional.of("three"), new byte[] {3});
      await(() -> rest.contains("three") && rest.size() + read >= 3); // two readers, any order
      assertThat(rest.size() + read).isEqualTo(3);
    }
  }

  /** As a reader that ends what it does also when it is told to stop: it is, after some seconds. */
  private static void awaitUndisturbed(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException _) {
        // it goes on
      }
    }
  }

  @Test
  void there_is_one_reader() throws Exception {
    read(_ -> Reading.STORED);
    assertThatThrownBy(() -> broker().readAnswers(_ -> Reading.STORED))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_lost_answer_queue_is_declared_and_read_again() throws Exception {
    Assumptions.assumeTrue(tellsOfLostQueues(), "nobody hears of it here");
    BlockingQueue<Answer> read = new LinkedBlockingQueue<>();
    read(answer -> {
      read.add(answer);
      return Reading.STORED;
    });
    try (TestWorker worker = worker()) {
      worker.answer(Optional.of("before"), new byte[] {1});
      assertThat(next(read).correlationId()).contains("before");
      worker.delete(ANSWERS);
      await(() -> {
        worker.answer(Optional.of("after"), new byte[] {1}); // lost while there is no queue
        Answer answer = read.poll(200, TimeUnit.MILLISECONDS);
        return answer != null && answer.correlationId().orElseThrow().equals("after");
      });
      await(() -> broker().trouble().isEmpty());
    }
  }

  @Test
  void queues_tell_what_is_bound_who_consumes_and_what_lies_there() throws Exception {
    WorkerBroker broker = broker();
    try (TestWorker worker = worker()) {
      if (!knowsQueues()) {
        assertThat(broker.queues()).isEmpty();
        return;
      }
      assertThat(queue(broker)).isEmpty();
      worker.bind(QUEUE, EXCHANGE, "#.ASR", "Video.NER");
      for (int i = 0; i < 3; i++) {
        broker.publish(message("V.ASR", "t" + i, 0, "a"));
      }
      assertThat(worker.take(QUEUE, SOON)).as("counts until it is acknowledged").isPresent();
      assertThat(awaitQueue(broker, queue -> queue.messages() == 3).bindings())
          .containsExactlyInAnyOrder(
              new Binding(EXCHANGE, "#.ASR"), new Binding(EXCHANGE, "Video.NER"));
      awaitQueue(broker, queue -> queue.consumers() == 1);
      worker.delete(QUEUE);
      await(() -> queue(broker).isEmpty());
    }
  }

  /** As after a restart of the broker, when the exchange is gone and no worker is back. */
  @Test
  void a_queue_that_is_bound_to_nothing_is_told_with_what_lies_there() throws Exception {
    Assumptions.assumeTrue(knowsQueues());
    WorkerBroker broker = broker();
    try (TestWorker worker = worker()) {
      worker.bind(QUEUE, EXCHANGE);
      assertThat(awaitQueue(broker, _ -> true))
          .isEqualTo(new WorkerQueue(QUEUE, List.of(), 0, 0, false));
    }
  }

  @Test
  void a_queue_whose_messages_come_back_is_told() throws Exception {
    Assumptions.assumeTrue(knowsQueues());
    WorkerBroker broker = broker();
    try (TestWorker worker = worker()) {
      worker.bind(QUEUE, EXCHANGE, "#.ASR");
      broker.publish(message("V.ASR", "t", 0, "a"));
      assertThat(awaitQueue(broker, queue -> queue.messages() == 1).givenBack()).isFalse();
      await(() -> {
        worker.take(QUEUE, SOON).orElseThrow().giveBack();
        return queue(broker).filter(WorkerQueue::givenBack).isPresent();
      });
    }
  }

  /** As it was told when it was so: a broker that is asked once more may not answer in time. */
  private static WorkerQueue awaitQueue(WorkerBroker broker, Predicate<WorkerQueue> isSo)
      throws Exception {
    var told = new AtomicReference<Optional<WorkerQueue>>(Optional.empty());
    await(() -> {
      told.set(queue(broker).filter(isSo));
      return told.get().isPresent();
    });
    return told.get().orElseThrow();
  }

  private static Optional<WorkerQueue> queue(WorkerBroker broker) throws InterruptedException {
    return queue(broker, QUEUE);
  }

  private static Optional<WorkerQueue> queue(WorkerBroker broker, String name)
      throws InterruptedException {
    return broker.queues().orElse(List.of()).stream()
        .filter(queue -> queue.name().equals(name))
        .findFirst();
  }

  @Test
  void higher_priorities_overtake_where_the_broker_can() throws Exception {
    WorkerBroker broker = broker();
    try (TestWorker worker = worker()) {
      worker.bind(QUEUE, EXCHANGE, "#.ASR");
      broker.publish(message("V.ASR", "low", 1, "low"));
      broker.publish(message("V.ASR", "high", 9, "high"));
      assertThat(worker.take(QUEUE, SOON).orElseThrow().body())
          .isEqualTo(ordersByPriority() ? "high" : "low");
    }
  }

  @Test
  void it_has_no_trouble_and_tells_since_when_it_is_connected() throws Exception {
    assertThat(broker().trouble()).isEmpty();
    assertThat(broker().boundAnewSince()).isNotNull();
  }

  @Test
  void a_closed_broker_publishes_nothing_and_says_so() throws Exception {
    WorkerBroker broker = broker();
    broker.close();
    assertThat(broker.publish(message("V.ASR", "t", 0, "a"))).isInstanceOf(Published.Unknown.class);
    assertThat(broker.trouble()).isPresent();
    broker.close();
  }

  protected static Answer next(BlockingQueue<Answer> read) throws InterruptedException {
    Answer answer = read.poll(SOON.toSeconds(), TimeUnit.SECONDS);
    assertThat(answer).as("an answer within %s", SOON).isNotNull();
    return Objects.requireNonNull(answer);
  }

  protected static void await(Callable<Boolean> condition) throws Exception {
    Waiting.until(condition);
  }
}
