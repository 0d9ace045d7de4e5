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
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
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

  /** The same when a person asks, who may just have started a worker. */
  static final Duration STALE_FOR_PEOPLE = Duration.ofSeconds(2);

  /** A broker counts messages with a delay; younger ones may be missing from its numbers. */
  static final Duration COUNTED_WITHIN = Duration.ofSeconds(10);

  /** A broker that told before and does not now is asked for so long before it counts as mute. */
  static final Duration SILENT_FOR = Duration.ofHours(1);

  /** So long one that starts together with this server may take before it tells anything. */
  static final Duration STARTS_WITHIN = Duration.ofMinutes(10);

  /** Sightings of a queue that are remembered; of more, every second one is forgotten. */
  static final int MOST_SIGHTINGS = 1_000;

  private final WorkerBroker broker;
  private final Duration inTransit;
  private final InstantSource clock;
  private final Map<String, Deque<Instant>> seenEmpty = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private Instant asked = Instant.MIN;
  private Instant mayBeSilentUntil;
  private Instant answersSeenGone = Instant.MIN;
  private boolean answersTold;
  private @Nullable List<WorkerQueue> seen;

  QueueWatch(WorkerBroker broker, Duration inTransit, InstantSource clock) {
    this.broker = broker;
    this.inTransit = inTransit;
    this.clock = clock;
    this.mayBeSilentUntil = clock.instant().plus(STARTS_WITHIN);
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

  Sighting of(String exchange, String route, Instant published) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Instant now = clock.instant();
      List<WorkerQueue> told = told(now, STALE);
      if (told == null || !answersTold) {
        return mayBeSilentUntil.isAfter(now) ? Sighting.MAY_BE_THERE : Sighting.NOT_TOLD;
      }
      List<WorkerQueue> led = told.stream().filter(queue -> isLed(queue, exchange, route)).toList();
      if (led.isEmpty() && broker.boundAnewSince().isAfter(published)) {
        return Sighting.MAY_BE_THERE; // its queue is bound to nothing until a worker is back
      }
      Instant counted = published.plus(COUNTED_WITHIN);
      boolean gone =
          !now.isBefore(counted)
              && led.stream().allMatch(queue -> wasEmptyBetween(queue, counted, now));
      return gone ? Sighting.GONE : Sighting.MAY_BE_THERE;
    } finally {
      lock.unlock();
    }
  }

  /** The queues that such a message goes to, as last told; empty if the broker does not tell. */
  Optional<List<WorkerQueue>> leading(String exchange, String route) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return Optional.ofNullable(told(clock.instant(), STALE_FOR_PEOPLE))
          .map(queues -> queues.stream().filter(queue -> isLed(queue, exchange, route)).toList());
    } finally {
      lock.unlock();
    }
  }

  private @Nullable List<WorkerQueue> told(Instant now, Duration stale)
      throws InterruptedException {
    if (asked.isBefore(now.minus(stale))) {
      ask(now);
    }
    return seen;
  }

  /** A broker may take long to say nothing: those who waited for it do not ask again. */
  private void ask(Instant now) throws InterruptedException {
    Optional<List<WorkerQueue>> told = broker.queues();
    OptionalLong answers = told.isPresent() ? broker.answersWaiting() : OptionalLong.empty();
    asked = clock.instant();
    seen = told.orElse(null);
    answersTold = answers.isPresent();
    if (told.isPresent() && answersTold) {
      mayBeSilentUntil = now.plus(SILENT_FOR);
      answersSeenGone = answers.getAsLong() > 0 ? answersSeenGone : now;
      forgetOthers(told.get());
      told.get().stream().filter(queue -> queue.messages() == 0).forEach(q -> note(q, now));
    }
  }

  private void forgetOthers(List<WorkerQueue> queues) {
    seenEmpty
        .keySet()
        .removeIf(name -> queues.stream().noneMatch(queue -> queue.name().equals(name)));
  }

  /** Keeps the newest sighting that is old enough to count, and those that will be. */
  private void note(WorkerQueue queue, Instant now) {
    Deque<Instant> times = seenEmpty.computeIfAbsent(queue.name(), _ -> new ArrayDeque<>());
    times.addLast(now);
    while (times.size() > 1 && isOldEnough(second(times), now)) {
      times.removeFirst();
    }
    if (times.size() > MOST_SIGHTINGS) { // none counts while answers lie unread
      seenEmpty.put(queue.name(), thinned(times));
    }
  }

  /** The last one stays: what was published after all others is judged by it. */
  private static Deque<Instant> thinned(Deque<Instant> times) {
    Deque<Instant> kept = new ArrayDeque<>();
    boolean keep = times.size() % 2 == 1;
    for (Instant time : times) {
      if (keep) {
        kept.addLast(time);
      }
      keep = !keep;
    }
    return kept;
  }

  private static Instant second(Deque<Instant> times) {
    return times.stream().skip(1).findFirst().orElseThrow();
  }

  /**
   * Whether an answer to what had left the queue by then would be stored: its time to arrive is
   * over, and since then no answer lay unread.
   */
  private boolean isOldEnough(Instant sighting, Instant now) {
    return !sighting.isAfter(now.minus(inTransit))
        && !answersSeenGone.isBefore(sighting.plus(COUNTED_WITHIN));
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
