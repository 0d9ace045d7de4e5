package org.millrace.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.workers.WorkerBroker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker that takes seconds to open, and is opened beside everything else. Until then it is away,
 * as a broker elsewhere can be. Thread-safe.
 */
final class StartingBroker implements WorkerBroker {
  private static final Logger LOG = LoggerFactory.getLogger(StartingBroker.class);
  private static final Duration LONGEST_OPENING = Duration.ofMinutes(2);
  private static final Cause STARTING =
      new Cause("broker-starting", "the broker is being started", "wait a few seconds");

  private final CompletableFuture<WorkerBroker> opened = new CompletableFuture<>();
  private final Opening opening;
  private final InstantSource clock;
  private @Nullable Thread opener;
  private boolean closed;

  /** Opens the broker; returns when workers can connect. */
  @FunctionalInterface
  interface Opening {
    WorkerBroker open() throws InterruptedException;
  }

  StartingBroker(Opening opening, InstantSource clock) {
    this.opening = opening;
    this.clock = clock;
  }

  /** Begins to open it, and returns at once. */
  synchronized void start() {
    if (opener == null && !closed) {
      opener = Thread.ofVirtual().name("broker-opening").start(this::open);
    }
  }

  private void open() {
    try {
      opened.complete(opening.open());
    } catch (InterruptedException | RuntimeException | Error failure) {
      opened.completeExceptionally(failure);
    }
  }

  /**
   * Returns when workers can connect.
   *
   * @throws RuntimeException why they cannot: the port is taken, messages on disk cannot be read
   */
  void awaitOpen() throws InterruptedException {
    try {
      opened.get(LONGEST_OPENING.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException("the broker could not be opened", failed.getCause());
    } catch (TimeoutException _) {
      throw new IllegalStateException(
          "the broker was not open after " + LONGEST_OPENING.toSeconds() + " s; see the log");
    }
  }

  private Optional<WorkerBroker> broker() {
    return opened.isDone() && !opened.isCompletedExceptionally()
        ? Optional.of(opened.join())
        : Optional.empty();
  }

  @Override
  public Published publish(Message message) throws InterruptedException {
    Optional<WorkerBroker> broker = broker();
    return broker.isPresent() ? broker.get().publish(message) : new Published.Unknown(STARTING);
  }

  /** Reading begins once it is open. */
  @Override
  public Subscription readAnswers(Reader reader) {
    var reading = new LateReading(reader);
    var _ = opened.thenAccept(reading::begin); // why it is not open is told by awaitOpen
    return reading;
  }

  /** Reading that begins later, unless it was ended before: then never. */
  private static final class LateReading implements Subscription {
    private final Reader reader;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean ended;
    private @Nullable Subscription begun;

    LateReading(Reader reader) {
      this.reader = reader;
    }

    void begin(WorkerBroker broker) {
      lock.lock();
      try {
        if (!ended) {
          begun = broker.readAnswers(reader);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        ended = true;
        if (begun != null) {
          begun.close();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public Optional<List<WorkerQueue>> queues() throws InterruptedException {
    Optional<WorkerBroker> broker = broker();
    return broker.isPresent() ? broker.get().queues() : Optional.empty();
  }

  @Override
  public OptionalLong answersWaiting() throws InterruptedException {
    Optional<WorkerBroker> broker = broker();
    return broker.isPresent() ? broker.get().answersWaiting() : OptionalLong.empty();
  }

  @Override
  public Instant boundAnewSince() {
    return broker().map(WorkerBroker::boundAnewSince).orElseGet(clock::instant);
  }

  @Override
  public Optional<Cause> trouble() {
    return broker().map(WorkerBroker::trouble).orElse(Optional.of(STARTING));
  }

  @Override
  public void close() {
    Thread opens;
    synchronized (this) {
      closed = true;
      opens = opener;
    }
    if (opens == null) {
      return;
    }
    opens.interrupt();
    try {
      opens.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    broker().ifPresent(StartingBroker::close);
  }

  private static void close(WorkerBroker broker) {
    try {
      broker.close();
    } catch (RuntimeException failure) {
      LOG.warn("the broker was not closed cleanly", failure);
    }
  }
}
