package org.millrace.server;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.millrace.sdk.DaneException;
import org.millrace.sdk.ResourceUnreachable;
import org.millrace.sdk.Worker;
import org.millrace.server.config.BadConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker from its start to the signal that ends its process. */
final class WorkerRun {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerRun.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /**
   * Longer than what the worker gives a callback; shorter than what a container engine gives us.
   */
  private static final Duration LONGEST_END = Duration.ofSeconds(8);

  private final Worker.Builder parts;
  private final Sleeper sleeper;
  private final AtomicReference<@Nullable Worker> running = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Waits; handed in, so that tests need not. */
  interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  WorkerRun(Worker.Builder parts) {
    this(parts, Thread::sleep);
  }

  WorkerRun(Worker.Builder parts, Sleeper sleeper) {
    this.parts = parts;
    this.sleeper = sleeper;
  }

  /**
   * Works until a signal comes; its thread belongs to this.
   *
   * @return the exit code, where no signal gives another
   * @throws BadConfiguration if a setting cannot be used
   */
  int untilSignal() throws InterruptedException {
    Thread working = Thread.currentThread();
    Thread hook = new Thread(() -> end(working), "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Worker worker = made();
      running.set(worker);
      worker.run();
      return 0;
    } catch (ResourceUnreachable | DaneException.Refused refused) {
      Main.say(String.valueOf(refused.getMessage()));
      return Main.CANNOT_START;
    } catch (InterruptedException _) {
      return 0; // before there was anything to end
    } finally {
      ended.countDown();
      forget(hook);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // the process is ending: the hook was what ended this
    }
  }

  /** It connects to the index, if it has one; like its broker, that is waited for. */
  Worker made() throws InterruptedException {
    for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
      try {
        return parts.build();
      } catch (ResourceUnreachable | DaneException.Refused e) {
        if (e instanceof DaneException.Refused refused && !refused.isPassing()) {
          throw refused;
        }
        LOG.warn("{}; it is tried again in {} ms", e.getMessage(), pause.toMillis());
        sleeper.sleep(pause);
      } catch (IllegalArgumentException wrong) {
        throw new BadConfiguration(WorkerConfig.lines(wrong));
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /**
   * The process ends when this returns: once the task is given back, and what it started killed.
   */
  private void end(Thread working) {
    working.interrupt();
    Optional.ofNullable(running.get()).ifPresent(Worker::stop);
    try {
      if (!ended.await(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)) {
        Main.say("the worker did not end in time; its process ends all the same");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
