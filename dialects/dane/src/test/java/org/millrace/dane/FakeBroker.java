package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.workers.WorkerBroker;

/** Queues in memory, each bound to the keys that end in one word; keeps what was published. */
final class FakeBroker implements WorkerBroker, WorkerQueues {
  private final List<Message> published = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> workers = new ConcurrentHashMap<>();
  private final AtomicReference<Reader> reads = new AtomicReference<>(_ -> Reading.AGAIN);
  volatile Optional<Cause> trouble = Optional.empty();
  volatile boolean answersNow = true;
  volatile boolean canBeAsked = true;

  /** A worker binds a queue of the key's name to {@code #.KEY}. */
  void bind(String key) {
    workers.merge(key, 1, Integer::sum);
  }

  void deleteQueue(String key) {
    workers.remove(key);
  }

  /** All that a queue took, in order. */
  List<Message> published() {
    return List.copyOf(published);
  }

  @Override
  public Published publish(Message message) {
    String word = message.routingKey().substring(message.routingKey().lastIndexOf('.') + 1);
    if (!workers.containsKey(word)) {
      return new Published.Unroutable();
    }
    published.add(message);
    return new Published.Confirmed();
  }

  @Override
  public Subscription readAnswers(Reader reader) {
    reads.set(reader);
    return () -> reads.set(_ -> Reading.AGAIN);
  }

  /** A worker answers; returns when the broker may forget it. */
  void answer(String correlationId, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try {
      assertThat(reads.get().read(new Answer(Optional.of(correlationId), bytes)))
          .isEqualTo(Reading.STORED);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted");
    }
  }

  @Override
  public Optional<List<WorkerQueue>> queues() {
    if (!answersNow) {
      return Optional.empty();
    }
    var queues = new ArrayList<WorkerQueue>();
    workers.forEach((key, consumers) ->
        queues.add(
            new WorkerQueue(
                key, List.of(new Binding("DANE-exchange", "#." + key)), consumers, 7, false)));
    return Optional.of(queues);
  }

  @Override
  public Optional<List<WorkerQueue>> now() {
    return queues();
  }

  @Override
  public boolean canBeAsked() {
    return canBeAsked;
  }

  @Override
  public OptionalLong answersWaiting() {
    return OptionalLong.empty();
  }

  @Override
  public Instant boundAnewSince() {
    return Instant.EPOCH;
  }

  @Override
  public Optional<Cause> trouble() {
    return trouble;
  }

  @Override
  public void close() {
    // nothing is open
  }
}
