package org.millrace.runtimes.container;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.millrace.domain.failure.Cause;
import org.millrace.runtimes.container.AttemptPlace.Ended;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings executors to their end, each from wherever it stands; so the first run and an adoption are
 * the same. Thread-safe; one attempt is one thread's at a time.
 */
final class Execution {
  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

  private final Means means;
  private final Map<String, ReentrantLock> launching = new ConcurrentHashMap<>();

  Execution(
      DockerEngine engine,
      ContainerSettings settings,
      Labels labels,
      EngineTraits traits,
      ServerUser user) {
    Optional<ServerUser> owner =
        settings.userOf(user).isPresent() ? Optional.of(user) : Optional.empty();
    means =
        new Means(
            engine,
            settings,
            labels,
            traits,
            new Cargo(engine, owner),
            new OpenStreams(),
            UUID.randomUUID().toString());
  }

  /** Sees to it that an executor was started, once. */
  Turn launch(ContainerAttempt attempt, int index)
      throws IOException, EngineAway, InterruptedException {
    String container = attempt.container(index);
    ReentrantLock lock = launching.computeIfAbsent(container, _ -> new ReentrantLock());
    lock.lockInterruptibly();
    try {
      return new Launch(means, attempt, index).turn();
    } catch (EngineRefused refused) {
      return new Turn.Broken(
          new Cause(
              "container-refused",
              "executor " + index + ": the engine refused its container: " + refused.words(),
              refused.words().contains("network")
                  ? "see container.network"
                  : "see the engine's log"));
    } finally {
      lock.unlock();
    }
  }

  /** Follows an executor to its end, starting it if that has not happened. */
  Turn bringToEnd(ContainerAttempt attempt, int index)
      throws IOException, EngineAway, InterruptedException {
    Turn turn = launch(attempt, index);
    if (!(turn instanceof Turn.Started)) {
      return turn;
    }
    try {
      return new Following(means, attempt, index).toEnd();
    } catch (EngineRefused refused) {
      return new Turn.Broken(
          new Cause(
              "container-unreadable",
              "executor "
                  + index
                  + ": the engine does not tell of its container: "
                  + refused.words(),
              "see the engine's log"));
    }
  }

  /**
   * The result of an executor whose container we stopped; empty if it never ran, or nothing is
   * known of it.
   */
  Optional<Ended> stopped(ContainerAttempt attempt, int index)
      throws IOException, EngineAway, InterruptedException {
    if (attempt.place().begun(index).isEmpty()) {
      return Optional.empty();
    }
    try {
      return new Following(means, attempt, index).ofStopped();
    } catch (EngineRefused refused) {
      LOG.warn("attempt={} executor={}: {}", attempt.place().name(), index, refused.words());
      return Optional.empty();
    }
  }

  /** Lets go of an attempt's containers: what runs goes on. */
  void forget(String container) {
    launching.remove(container);
    means.streams().forget(container);
  }

  /** Lets go of all of them. */
  void close() {
    means.streams().closeAll();
  }
}
