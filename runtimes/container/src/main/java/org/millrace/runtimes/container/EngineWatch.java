package org.millrace.runtimes.container;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
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
  private final AtomicReference<Look> last = new AtomicReference<>(Look.NONE);

  /**
   * What was found, and for how long already.
   *
   * @param since when this server first found it so; of no meaning while the engine is there
   * @param objection empty if it answers
   */
  private record Look(Instant since, Optional<String> objection) {
    /** Before the first one it is taken to be there, so that nothing is told but trouble. */
    static final Look NONE = new Look(Instant.EPOCH, Optional.empty());

    boolean isAway() {
      return objection.isPresent();
    }

    Look then(Instant now, Optional<String> found) {
      return new Look(found.isPresent() == isAway() ? since : now, found);
    }

    Optional<Cause> trouble(EngineAddress address) {
      return objection.map(what ->
          new Cause(
              "container-engine-away",
              "the container engine at "
                  + address
                  + " does not answer, first noticed at "
                  + since
                  + ": "
                  + what,
              "start it, or let this server use it; work goes on when it answers"));
    }
  }

  EngineWatch(EngineAddress address) throws InterruptedException {
    this.address = address;
    look();
    this.thread = Thread.ofVirtual().name("container-engine-watch").start(this::watch);
  }

  /** Why nothing can be run now, and since when; empty if something can. */
  Optional<Cause> trouble() {
    return last.get().trouble(address);
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(last.get().isAway() ? WHILE_AWAY : WHILE_THERE);
        look();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Cause> look() throws InterruptedException {
    Optional<String> found = EnginePing.objection(address);
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Look before = last.getAndUpdate(look -> look.then(now, found));
    Optional<Cause> trouble = before.then(now, found).trouble(address);
    if (trouble.isPresent() != before.isAway()) {
      trouble.ifPresentOrElse(
          why -> LOG.warn("{}", why), () -> LOG.info("the container engine answers again"));
    }
    return trouble;
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
