package org.millrace.testkit.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.testkit.simulation.Faults.Fault;

/**
 * The broker that all servers and workers of a world use. Its queues are durable, its exchange is
 * not: when it comes back, bindings are gone until workers make them anew. What somebody held who
 * is gone, or whose connection ended, is given out again.
 */
final class SimulatedBroker {
  static final String EXCHANGE = "exchange";
  private static final Cause AWAY = new Cause("broker-away", "the broker is away", "");
  private static final Duration LOOK_FOR_ANSWERS = Duration.ofMillis(100);

  private final SeededThreads threads;
  private final Faults faults;
  private final Random random;
  private final Map<String, Queue> queues = new TreeMap<>();
  private final List<Letter> answers = new ArrayList<>();
  private boolean away;
  private Instant boundAnewSince = SimulatedServer.at(0);

  SimulatedBroker(SeededThreads threads, Faults faults, Random random) {
    this.threads = threads;
    this.faults = faults;
    this.random = random;
  }

  /** The queue of workers of one key, named like it. */
  private static final class Queue {
    private final List<Letter> letters = new ArrayList<>();
    private boolean bound;
  }

  /** A message or an answer, and who holds it unacknowledged: a connection, by name. */
  static final class Letter {
    private final String correlationId;
    private final String body;
    private Optional<String> holder = Optional.empty();

    private Letter(String correlationId, String body) {
      this.correlationId = correlationId;
      this.body = body;
    }

    String correlationId() {
      return correlationId;
    }

    String body() {
      return body;
    }
  }

  // --- weather

  /** It ends; after a while it is back. */
  void restart(Runnable later) {
    if (!away) {
      away = true;
      allLetters().forEach(SimulatedBroker::giveBack);
      later.run();
    }
  }

  void comeBack() {
    away = false;
    queues.values().forEach(queue -> queue.bound = false);
    boundAnewSince = SimulatedServer.at(threads.now());
  }

  /** A message is gone, as if its queue had been purged. */
  void loseOne() {
    queues.values().stream()
        .filter(queue -> !queue.letters.isEmpty())
        .findFirst()
        .ifPresent(queue -> queue.letters.remove(random.nextInt(queue.letters.size())));
  }

  /** Whoever that was is gone. */
  void disconnected(String holder) {
    allLetters().stream()
        .filter(letter -> letter.holder.equals(Optional.of(holder)))
        .forEach(SimulatedBroker::giveBack);
  }

  private List<Letter> allLetters() {
    List<Letter> all = new ArrayList<>(answers);
    queues.values().forEach(queue -> all.addAll(queue.letters));
    return all;
  }

  private static void giveBack(Letter letter) {
    letter.holder = Optional.empty();
  }

  // --- for workers

  boolean isAway() {
    return away;
  }

  void bind(String key) {
    queue(key).bound = true;
  }

  private Queue queue(String key) {
    return queues.computeIfAbsent(key, _ -> new Queue());
  }

  /** The next message of that key, held by that worker from now on. */
  Optional<Letter> take(String key, String worker) {
    Optional<Letter> next =
        away
            ? Optional.empty()
            : queue(key).letters.stream().filter(each -> each.holder.isEmpty()).findFirst();
    next.ifPresent(letter -> letter.holder = Optional.of(worker));
    return next;
  }

  /** Whether that worker holds it still: its connection has not ended meanwhile. */
  boolean isHeld(Letter letter, String worker) {
    return letter.holder.equals(Optional.of(worker));
  }

  void refuse(Letter letter) {
    giveBack(letter);
  }

  void acknowledge(String key, Letter letter) {
    queue(key).letters.remove(letter);
  }

  void answer(String correlationId, String body) {
    answers.add(new Letter(correlationId, body));
  }

  // --- for servers

  /** A connection of a server, by its name. */
  WorkerBroker connect(String server, Threads group) {
    return new Connection(server, group);
  }

  private final class Connection implements WorkerBroker {
    private final String server;
    private final Threads group;

    Connection(String server, Threads group) {
      this.server = server;
      this.group = group;
    }

    @Override
    public Published publish(Message message) throws InterruptedException {
      threads.sleep(random.nextInt(20));
      if (away || faults.strikes(Fault.BROKER, 30)) {
        return new Published.Unknown(AWAY);
      }
      Queue queue = queue(message.routingKey().substring(message.routingKey().indexOf('.') + 1));
      boolean routed = queue.bound;
      if (routed) {
        queue.letters.add(
            new Letter(
                message.correlationId(), new String(message.body(), StandardCharsets.UTF_8)));
      }
      threads.sleep(random.nextInt(20));
      if (away || faults.strikes(Fault.BROKER, 30)) {
        return new Published.Unknown(AWAY); // it has it, and nobody knows
      }
      return routed ? new Published.Confirmed() : new Published.Unroutable();
    }

    @Override
    public Subscription readAnswers(Reader reader) {
      return new Reading(reader);
    }

    private final class Reading implements Subscription {
      private final Reader reader;
      private final Threads.Running thread;
      private boolean over;

      Reading(Reader reader) {
        this.reader = reader;
        this.thread = group.start("answers", this::readAll);
      }

      private void readAll() {
        try {
          while (!over) {
            Optional<Letter> next = next();
            if (next.isPresent()) {
              read(next.get());
            } else {
              group.sleep(LOOK_FOR_ANSWERS);
            }
          }
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt(); // it is told to stop
        }
      }

      private Optional<Letter> next() {
        Optional<Letter> next =
            away
                ? Optional.empty()
                : answers.stream().filter(each -> each.holder.isEmpty()).findFirst();
        next.ifPresent(letter -> letter.holder = Optional.of(server));
        return next;
      }

      private void read(Letter letter) throws InterruptedException {
        var answer =
            new Answer(
                Optional.of(letter.correlationId), letter.body.getBytes(StandardCharsets.UTF_8));
        WorkerBroker.Reading reading;
        try {
          reading = reader.read(answer);
        } catch (InterruptedException stopped) {
          giveBack(letter);
          throw stopped;
        } catch (RuntimeException | Error _) {
          reading = WorkerBroker.Reading.AGAIN;
        }
        if (!isHeld(letter, server)) {
          return; // the broker restarted meanwhile, and gives it again
        }
        switch (reading) {
          case STORED -> answers.remove(letter);
          case AGAIN -> {
            giveBack(letter);
            group.sleep(LOOK_FOR_ANSWERS);
          }
        }
      }

      @Override
      public void close() {
        over = true;
        try {
          while (!thread.join(Duration.ofSeconds(5))) {
            thread.interrupt();
          }
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
      }
    }

    @Override
    public Optional<List<WorkerQueue>> queues() {
      return away
          ? Optional.empty()
          : Optional.of(
              queues.entrySet().stream()
                  .map(entry ->
                      new WorkerQueue(
                          entry.getKey(),
                          entry.getValue().bound
                              ? List.of(new Binding(EXCHANGE, "#." + entry.getKey()))
                              : List.of(),
                          entry.getValue().bound ? 1 : 0,
                          entry.getValue().letters.size(),
                          false))
                  .toList());
    }

    @Override
    public OptionalLong answersWaiting() {
      return away ? OptionalLong.empty() : OptionalLong.of(answers.size());
    }

    @Override
    public Instant boundAnewSince() {
      return boundAnewSince;
    }

    @Override
    public Optional<Cause> trouble() {
      return away ? Optional.of(AWAY) : Optional.empty();
    }

    @Override
    public void close() {
      disconnected(server);
    }
  }
}
