package org.millrace.testkit.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker;

/**
 * A broker and the way to it, in memory: queues with priorities, topic bindings, one answer queue.
 * Threads and time are handed in; its readers are the only threads. It can be away, restart, and
 * lose a confirm. Thread-safe.
 */
public final class InMemoryBroker implements WorkerBroker {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private final Threads threads;
  private final InstantSource clock;
  private final Set<String> exchanges;
  private final int readers;
  private final Duration pause;
  private final Bell changed;
  private final Map<String, Queue> queues = new LinkedHashMap<>();
  private final List<StoredAnswer> answers = new ArrayList<>();
  private Instant boundAnewSince;
  private long arrivals;
  private int confirmsToLose;
  private @Nullable Cause away;
  private boolean read;
  private boolean closed;

  private static final class Queue {
    private final Set<Binding> bindings = new LinkedHashSet<>();
    private final List<Stored> messages = new ArrayList<>();
    private final Set<Object> consumers = new LinkedHashSet<>();
  }

  private record Stored(long arrival, Message message, @Nullable Object holder, boolean cameBack) {
    Stored heldBy(Object taker) {
      return new Stored(arrival, message, taker, cameBack);
    }

    Stored givenBack() {
      return new Stored(arrival, message, null, true);
    }
  }

  private record StoredAnswer(Answer answer, Instant notBefore) {}

  /**
   * @param readers threads that read answers
   * @param pause before an answer that could not be stored is given again
   */
  public InMemoryBroker(
      Threads threads, InstantSource clock, List<String> exchanges, int readers, Duration pause) {
    this.threads = threads;
    this.clock = clock;
    this.exchanges = Set.copyOf(exchanges);
    this.readers = readers;
    this.pause = pause;
    this.changed = threads.bell();
    this.boundAnewSince = clock.instant();
  }

  @Override
  public synchronized Published publish(Message message) {
    if (!exchanges.contains(message.exchange())) {
      throw new IllegalArgumentException("no such exchange: " + message.exchange());
    }
    if (message.priority() < 0 || message.priority() > 10) {
      throw new IllegalArgumentException("a priority is 0 to 10, not " + message.priority());
    }
    Cause trouble = trouble().orElse(null);
    if (trouble != null) {
      return new Published.Unknown(trouble);
    }
    boolean routed = false;
    for (Queue queue : queues.values()) {
      if (queue.bindings.stream()
          .anyMatch(binding ->
              binding.exchange().equals(message.exchange())
                  && TopicKey.matches(binding.key(), message.routingKey()))) {
        queue.messages.add(new Stored(arrivals++, message, null, false));
        routed = true;
      }
    }
    changed.ring();
    if (confirmsToLose > 0) {
      confirmsToLose--;
      return new Published.Unknown(cause("did not confirm a message"));
    }
    return routed ? new Published.Confirmed() : new Published.Unroutable();
  }

  @Override
  public synchronized Subscription readAnswers(Reader reader) {
    if (read) {
      throw new IllegalStateException("answers are read already");
    }
    read = true;
    return new Round(reader);
  }

  /** One subscription: its threads end with it. */
  private final class Round implements Subscription {
    private final Reader reader;
    private final List<Threads.Running> running;
    private volatile boolean over;

    Round(Reader reader) {
      this.reader = reader;
      this.running =
          IntStream.range(0, readers)
              .mapToObj(i -> threads.start("answers-" + i, this::readAll))
              .toList();
    }

    private void readAll() {
      try {
        while (!over) {
          long heard = changed.rings();
          StoredAnswer next = takeAnswer();
          if (next == null) {
            changed.await(heard, LOOK_AGAIN.compareTo(pause) < 0 ? LOOK_AGAIN : pause);
          } else if (ask(next.answer) == Reading.AGAIN) {
            giveBack(next.answer);
          }
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt(); // it is told to stop
      }
    }

    private Reading ask(Answer answer) {
      try {
        return reader.read(answer);
      } catch (InterruptedException | RuntimeException _) {
        return Reading.AGAIN;
      }
    }

    @Override
    public void close() {
      if (over) {
        return;
      }
      over = true;
      changed.ring();
      try {
        for (Threads.Running thread : running) {
          while (!thread.join(Duration.ofSeconds(5))) {
            thread.interrupt();
          }
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      synchronized (InMemoryBroker.this) {
        read = false;
      }
    }
  }

  private synchronized @Nullable StoredAnswer takeAnswer() {
    Instant now = clock.instant();
    for (StoredAnswer next : answers) {
      if (away == null && !closed && !next.notBefore.isAfter(now)) {
        answers.remove(next);
        return next;
      }
    }
    return null;
  }

  private synchronized void giveBack(Answer answer) {
    answers.addFirst(new StoredAnswer(answer, clock.instant().plus(pause)));
  }

  @Override
  public synchronized Optional<List<WorkerQueue>> queues() {
    if (trouble().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        queues.entrySet().stream()
            .map(entry ->
                new WorkerQueue(
                    entry.getKey(),
                    List.copyOf(entry.getValue().bindings),
                    entry.getValue().consumers.size(),
                    entry.getValue().messages.size(),
                    entry.getValue().messages.stream().anyMatch(Stored::cameBack)))
            .toList());
  }

  @Override
  public synchronized OptionalLong answersWaiting() {
    return trouble().isPresent() ? OptionalLong.empty() : OptionalLong.of(answers.size());
  }

  @Override
  public synchronized Instant boundAnewSince() {
    return boundAnewSince;
  }

  @Override
  public synchronized Optional<Cause> trouble() {
    return closed ? Optional.of(cause("is not used any more")) : Optional.ofNullable(away);
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  private static Cause cause(String what) {
    return new Cause("broker-away", "broker in memory " + what, "");
  }

  /** From now on it cannot be reached. */
  public synchronized void leave() {
    away = cause("is away");
  }

  /** It can be reached again; bindings are gone until workers make them anew. */
  public synchronized void comeBack() {
    away = null;
    queues.values().forEach(queue -> queue.bindings.clear());
    boundAnewSince = clock.instant();
    changed.ring();
  }

  /** The next messages arrive, and nobody says so. */
  public synchronized void loseConfirms(int howMany) {
    confirmsToLose = howMany;
  }

  /** A worker of this broker. */
  public TestWorker worker() {
    return new Worker();
  }

  private final class Worker implements TestWorker {
    @Override
    public void bind(String queue, String exchange, String... keys) {
      synchronized (InMemoryBroker.this) {
        Queue bound = queues.computeIfAbsent(queue, _ -> new Queue());
        for (String key : keys) {
          bound.bindings.add(new Binding(exchange, key));
        }
      }
    }

    @Override
    public void delete(String queue) {
      synchronized (InMemoryBroker.this) {
        if (queues.remove(queue) == null) {
          answers.clear();
        }
      }
    }

    @Override
    public Optional<Taken> take(String queue, Duration most) {
      Instant until = clock.instant().plus(most);
      try {
        while (true) {
          long heard = changed.rings();
          Optional<Taken> taken = take(queue);
          Duration left = Duration.between(clock.instant(), until);
          if (taken.isPresent() || !left.isPositive()) {
            return taken;
          }
          changed.await(heard, left);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }

    private Optional<Taken> take(String name) {
      synchronized (InMemoryBroker.this) {
        Queue queue = queues.get(name);
        if (queue == null) {
          return Optional.empty();
        }
        queue.consumers.add(this);
        Optional<Stored> next =
            queue.messages.stream()
                .filter(stored -> stored.holder == null)
                .min(
                    Comparator.comparingInt((Stored stored) -> -stored.message.priority())
                        .thenComparingLong(Stored::arrival));
        return next.map(stored -> {
          Stored held = stored.heldBy(this);
          queue.messages.set(queue.messages.indexOf(stored), held);
          return new InMemoryTaken(name, held);
        });
      }
    }

    @Override
    public void answer(Optional<String> correlationId, byte[] body) {
      synchronized (InMemoryBroker.this) {
        answers.add(new StoredAnswer(new Answer(correlationId, body), Instant.MIN));
      }
      changed.ring();
    }

    @Override
    public long waiting(String queue) {
      synchronized (InMemoryBroker.this) {
        Queue known = queues.get(queue);
        return known == null
            ? 0
            : known.messages.stream().filter(stored -> stored.holder == null).count();
      }
    }

    @Override
    public void close() {
      synchronized (InMemoryBroker.this) {
        for (Queue queue : queues.values()) {
          queue.consumers.remove(this);
          queue.messages.replaceAll(stored -> stored.holder == this ? stored.givenBack() : stored);
        }
      }
      changed.ring();
    }
  }

  private final class InMemoryTaken implements TestWorker.Taken {
    private final String queue;
    private final Stored stored;

    InMemoryTaken(String queue, Stored stored) {
      this.queue = queue;
      this.stored = stored;
    }

    @Override
    public String routingKey() {
      return stored.message.routingKey();
    }

    @Override
    public String body() {
      return new String(stored.message.body(), UTF_8);
    }

    @Override
    public Map<String, String> properties() {
      return Map.of(
          "delivery_mode",
          "2",
          "reply_to",
          WorkerBrokerContract.ANSWERS,
          "correlation_id",
          stored.message.correlationId(),
          "priority",
          String.valueOf(stored.message.priority()));
    }

    @Override
    public void acknowledge() {
      synchronized (InMemoryBroker.this) {
        Queue known = queues.get(queue);
        if (known != null) {
          known.messages.remove(stored);
        }
      }
    }

    @Override
    public void giveBack() {
      synchronized (InMemoryBroker.this) {
        Queue known = queues.get(queue);
        if (known != null) {
          known.messages.replaceAll(one -> one.equals(stored) ? stored.givenBack() : one);
        }
      }
      changed.ring();
    }
  }
}
