package org.millrace.engine.threads;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.threads.Threads.Running;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a turn whenever its bell rings, and at least once an interval. Where most rings are for
 * nothing, it may rest after a turn that was, and hear what rang meanwhile as one. A turn that
 * fails is repeated; why is logged when it begins to, and again when that changes.
 */
public final class Loop implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final Running STARTING = nothing();
  private static final Running CLOSED = nothing();

  /** One pass; obeys interruption. */
  @FunctionalInterface
  public interface Turn {
    void runOnce() throws InterruptedException;
  }

  /** One pass that tells whether there was something to do; obeys interruption. */
  @FunctionalInterface
  public interface Search {
    boolean runOnce() throws InterruptedException;
  }

  private final String name;
  private final Threads threads;
  private final Bell bell;
  private final Duration rest;
  private final Duration interval;
  private final Search turn;
  private final AtomicReference<@Nullable Running> running = new AtomicReference<>();
  private @Nullable String trouble; // of the last turn; only its thread knows it

  /** One that does not rest. */
  public Loop(String name, Threads threads, Bell bell, Duration interval, Turn turn) {
    this(
        name,
        threads,
        bell,
        Duration.ZERO,
        interval,
        () -> {
          turn.runOnce();
          return true;
        });
  }

  /**
   * One that does not run yet.
   *
   * @param rest after a turn without anything to do, whoever rings; it delays what comes then
   */
  public Loop(
      String name, Threads threads, Bell bell, Duration rest, Duration interval, Search turn) {
    this.name = name;
    this.threads = threads;
    this.bell = bell;
    this.rest = rest;
    this.interval = interval;
    this.turn = turn;
  }

  @Override
  public void start() {
    if (running.compareAndSet(null, STARTING)) {
      Running started = threads.start(name, this::repeat);
      if (!running.compareAndSet(STARTING, started)) {
        started.interrupt(); // it was closed in between
      }
    }
  }

  private void repeat() {
    try {
      long heard = bell.rings();
      while (true) {
        if (!foundSomething()) {
          threads.sleep(rest);
        }
        heard = bell.await(heard, interval);
      }
    } catch (InterruptedException _) {
      LOG.debug("{} stops", name);
    }
  }

  /** True after a failure too. */
  private boolean foundSomething() throws InterruptedException {
    try {
      boolean found = turn.runOnce();
      recovered();
      return found;
    } catch (Refusal refusal) {
      refused(String.valueOf(refusal.getMessage()));
    } catch (RuntimeException | Error defect) { // a loop that ends would end the server's work
      LOG.error(
          "{}: a turn failed by a defect; tried again in {} ms", name, interval.toMillis(), defect);
    }
    return true;
  }

  private void refused(String why) {
    if (!why.equals(trouble)) {
      LOG.warn("{}: {}; tried again every {} ms until it works", name, why, interval.toMillis());
      trouble = why;
    }
  }

  private void recovered() {
    if (trouble != null) {
      LOG.info("{} works again", name);
      trouble = null;
    }
  }

  @Override
  public void close() {
    Running last = running.getAndSet(CLOSED);
    if (last == null) {
      return;
    }
    last.interrupt();
    try {
      while (!last.join(Duration.ofSeconds(10))) {
        LOG.warn("{} is still busy with its last turn", name);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Running nothing() {
    return new Running() {
      @Override
      public void interrupt() {}

      @Override
      public boolean join(Duration most) {
        return true;
      }
    };
  }
}
