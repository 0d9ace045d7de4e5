package org.millrace.dane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;

/** Asks for queues every few seconds at most, however often a page is loaded. Thread-safe. */
final class KnownQueues implements WorkerQueues {
  private static final Duration FRESH = Duration.ofSeconds(3);

  private final WorkerQueues broker;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Told told;

  KnownQueues(WorkerQueues broker, InstantSource clock) {
    this.broker = broker;
    this.clock = clock;
  }

  @Override
  public boolean canBeAsked() {
    return broker.canBeAsked();
  }

  private record Told(Optional<List<WorkerQueue>> queues, Instant at) {}

  @Override
  public Optional<List<WorkerQueue>> now() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Told known = told;
      if (known == null || clock.instant().isAfter(known.at().plus(FRESH))) {
        known = new Told(broker.now(), clock.instant());
        told = known;
      }
      return known.queues();
    } finally {
      lock.unlock();
    }
  }
}
