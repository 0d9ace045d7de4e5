package org.millrace.runtimes.worker;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.workers.WorkerBroker;

/** Takes every message, and brings what a test says was answered. */
final class RepeatingBroker implements WorkerBroker {
  private final AtomicReference<@Nullable Reader> reader = new AtomicReference<>();
  volatile Runnable whenPublished = () -> {};
  volatile int readers;

  @Override
  public Published publish(Message message) {
    Thread.ofVirtual().start(whenPublished);
    return new Published.Confirmed();
  }

  Reading answers(Answer answer) throws InterruptedException {
    Reader reads = reader.get();
    if (reads == null) {
      throw new AssertionError("nobody reads answers");
    }
    return reads.read(answer);
  }

  @Override
  public Subscription readAnswers(Reader reads) {
    if (!reader.compareAndSet(null, reads)) {
      throw new IllegalStateException("somebody reads already");
    }
    readers = 1;
    return () -> {
      reader.set(null);
      readers = 0;
    };
  }

  @Override
  public Optional<List<WorkerQueue>> queues() {
    return Optional.empty();
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
    return Optional.empty();
  }

  @Override
  public void close() {
    // nothing is open
  }
}
