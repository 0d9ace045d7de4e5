package org.millrace.runtimes.worker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;

/**
 * Remembers when queues were seen empty. A message that was in a queue before it was seen empty is
 * in it no more: a worker has acknowledged it, or it is lost. Thread-safe.
 */
final class QueueWatch {
  /** What a broker said of its queues so long ago is asked anew. */
  static final Duration STALE = Duration.ofSeconds(10);

  /** A broker counts messages with a delay; younger ones may be missing from its numbers. */
  static final Duration COUNTED_WITHIN = Duration.ofSeconds(10);

  private final WorkerBroker broker;
  private final Duration inTransit;
  private final InstantSource clock;
  private final Map<String, Deque<Instant>> seenEmpty = new HashMap<>();
  private Instant asked = Instant.MIN;
  private @Nullable List<WorkerQueue> seen;

  QueueWatch(WorkerBroker broker, Duration inTransit, InstantSource clock) {
    this.broker = broker;
    this.inTransit = inTransit;
    this.clock = clock;
  }

  /** What queues tell of a message. */
  enum Sighting {
    /** The broker does not tell. */
    NOT_TOLD,
    /** It may be in a queue, with a worker, or on its way back as an answer. */
    MAY_BE_THERE,
    /** It is nowhere. */
    GONE
  }

  synchronized Sighting of(String exchange, String route, Instant published)
      throws InterruptedException {
    Instant now = clock.instant();
    Optional<List<WorkerQueue>> leading = leading(exchange, route);
    if (leading.isEmpty()) {
      return Sighting.NOT_TOLD;
    }
    List<WorkerQueue> led = leading.get();
    Instant counted = published.plus(COUNTED_WITHIN);
    boolean gone =
        !now.isBefore(counted)
            && led.stream().allMatch(queue -> wasEmptyBetween(queue, counted, now));
    return gone ? Sighting.GONE : Sighting.MAY_BE_THERE;
  }

  /** The queues that such a message goes to, as last told; empty if the broker does not tell. */
  synchronized Optional<List<WorkerQueue>> leading(String exchange, String route)
      throws InterruptedException {
    Instant now = clock.instant();
    if (asked.isBefore(now.minus(STALE))) {
      ask(now);
    }
    return Optional.ofNullable(seen)
        .map(queues -> queues.stream().filter(queue -> isLed(queue, exchange, route)).toList());
  }

  private void ask(Instant now) throws InterruptedException {
    Optional<List<WorkerQueue>> told = broker.queues();
    asked = now;
    seen = told.orElse(null);
    told.ifPresent(queues -> {
      seenEmpty
          .keySet()
          .removeIf(name -> queues.stream().noneMatch(queue -> queue.name().equals(name)));
      queues.stream().filter(queue -> queue.messages() == 0).forEach(queue -> note(queue, now));
    });
  }

  /** Keeps the newest sighting that is old enough to count, and those that will be. */
  private void note(WorkerQueue queue, Instant now) {
    Deque<Instant> times = seenEmpty.computeIfAbsent(queue.name(), _ -> new ArrayDeque<>());
    times.addLast(now);
    while (times.size() > 1 && isOldEnough(second(times), now)) {
      times.removeFirst();
    }
  }

  private static Instant second(Deque<Instant> times) {
    return times.stream().skip(1).findFirst().orElseThrow();
  }

  /** Whether an answer to what had left the queue by then would be here. */
  private boolean isOldEnough(Instant sighting, Instant now) {
    return !sighting.isAfter(now.minus(inTransit));
  }

  private boolean wasEmptyBetween(WorkerQueue queue, Instant from, Instant now) {
    return seenEmpty.getOrDefault(queue.name(), new ArrayDeque<>()).stream()
        .anyMatch(time -> !time.isBefore(from) && isOldEnough(time, now));
  }

  private static boolean isLed(WorkerQueue queue, String exchange, String route) {
    return queue.bindings().stream()
        .filter(binding -> binding.exchange().equals(exchange))
        .anyMatch(binding -> TopicPattern.of(binding.key()).matches(route));
  }
}
