package org.millrace.runtimes.container;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.millrace.domain.failure.Cause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether the engine answers, and asks it now and then on a thread of its own: often while it
 * is away. Thread-safe.
 */
final class EngineWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineWatch.class);
  private static final Duration WHILE_THERE = Duration.ofSeconds(5);
  private static final Duration WHILE_AWAY = Duration.ofMillis(500);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final EngineAddress address;
  private final Thread thread;
  private volatile Optional<Cause> trouble;

  EngineWatch(EngineAddress address) throws InterruptedException {
    this.address = address;
    this.trouble = EnginePing.objection(address);
    trouble.ifPresent(why -> LOG.warn("{}", why));
    this.thread = Thread.ofVirtual().name("container-engine-watch").start(this::watch);
  }

  /** Why nothing can be run now; empty if something can. */
  Optional<Cause> trouble() {
    return trouble;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(trouble.isPresent() ? WHILE_AWAY : WHILE_THERE);
        look();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Cause> look() throws InterruptedException {
    Optional<Cause> now = EnginePing.objection(address);
    if (now.isPresent() != trouble.isPresent()) {
      now.ifPresentOrElse(
          why -> LOG.warn("{}", why), () -> LOG.info("the container engine answers again"));
    }
    trouble = now;
    return now;
  }

  /**
   * Returns when the engine answers; true if it did not at first. Says meanwhile what it waits for.
   */
  boolean awaitEngine(Consumer<Cause> waits) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    boolean away = false;
    for (Optional<Cause> why = look(); why.isPresent(); why = look()) {
      away = true;
      waits.accept(why.get());
      Thread.sleep(pause);
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }
    return away;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
