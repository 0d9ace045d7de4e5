package org.millrace.sdk;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a worker at its queue: connects, hands messages to the work, and connects again after every
 * fault, with a pause that grows. One thread, that of {@link #run}, owns the state; others tell it
 * events.
 */
final class BrokerLoop {
  private static final Logger log = LoggerFactory.getLogger(BrokerLoop.class);

  /**
   * What an interrupted callback has to end what it started, before {@link #run} returns: a moment,
   * but on a machine that does much else.
   */
  static final Duration LAST_WORDS = Duration.ofSeconds(5);

  /** Before an answer that had no queue is published again. */
  private static final Duration UNTIL_RETRY = Duration.ofSeconds(1);

  private final Subscription what;
  private final Function<String, Outcome> work;
  private final Opening opening;
  private final Duration lastWords;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Custody custody = new Custody(this::startWork, System::nanoTime);

  private final ExecutorService worker; // one thread: to start one costs more than some tasks do
  private @Nullable Thread connector;
  private @Nullable BrokerSession session; // also read by stop()
  private Duration pause = Duration.ZERO;
  private boolean connectedOnce;
  private long connectedAt;
  private boolean retryPlanned;
  private boolean running;
  private volatile boolean stopped;

  private sealed interface Event {
    record Connected(BrokerSession session) implements Event {}

    record NotConnected(Throwable failure) implements Event {}

    record Lost(BrokerSession session, String why) implements Event {}

    record Delivered(BrokerSession session, Message message) implements Event {}

    record Ended(Outcome outcome) implements Event {}

    record Retry() implements Event {}

    record Stop() implements Event {}
  }

  /** How a session is opened. */
  interface Opening {
    BrokerSession open(Subscription what, BrokerSession.Listener listener) throws IOException;
  }

  BrokerLoop(Subscription what, Function<String, Outcome> work) {
    this(what, work, BrokerSession::open, LAST_WORDS);
  }

  BrokerLoop(
      Subscription what, Function<String, Outcome> work, Opening opening, Duration lastWords) {
    this.what = what;
    this.work = work;
    this.opening = opening;
    this.lastWords = lastWords;
    this.worker =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("millrace-work-" + what.queue()).factory());
  }

  /**
   * Works until stopped.
   *
   * @throws ResourceUnreachable if the broker refuses this worker for good on its first connection
   */
  void run() throws InterruptedException {
    synchronized (this) {
      if (running) {
        throw new IllegalStateException("worker " + what.queue() + " runs already");
      }
      running = true;
    }
    try {
      connectLater();
      while (!stopped) {
        handle(events.take());
      }
    } finally {
      stop();
      end();
    }
  }

  /**
   * Ends {@link #run}; the work under way is interrupted, its message goes back. At once, or when
   * that work has ended, if it does so within {@link #LAST_WORDS}.
   */
  void stop() {
    stopped = true;
    events.add(new Event.Stop());
    BrokerSession held;
    synchronized (this) {
      held = session;
    }
    if (held != null) {
      held.abort(); // from here, because run() may be waiting for the broker
    }
  }

  private void end() {
    worker.shutdownNow(); // interrupts the work under way
    if (connector != null) {
      connector.interrupt();
    }
    List<Event> rest = new ArrayList<>();
    synchronized (this) { // a connection made from now on is given up by its maker
      events.drainTo(rest);
      running = false;
    }
    for (Event event : rest) {
      if (event instanceof Event.Connected(BrokerSession late)) {
        late.abort();
      }
    }
    awaitLastWork();
    log.info("Worker {} has stopped", what.queue());
  }

  /**
   * A process that ends with its worker would else leave behind what a callback started; also when
   * this thread is interrupted as well as told to stop.
   */
  private void awaitLastWork() {
    long end = System.nanoTime() + lastWords.toNanos();
    boolean interrupted = false;
    boolean waiting = true;
    while (waiting) {
      try {
        if (!worker.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          log.warn("The callback goes on although it was interrupted");
        }
        waiting = false;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(Event event) {
    try {
      switch (event) {
        case Event.Connected(BrokerSession made) -> connected(made);
        case Event.NotConnected(Throwable failure) -> notConnected(failure);
        case Event.Lost(BrokerSession which, String why) -> {
          if (isPresent(which)) {
            lost(why);
          }
        }
        case Event.Delivered(BrokerSession which, Message message) -> {
          if (isPresent(which)) {
            pause = Duration.ZERO;
            custody.delivered(message);
          }
        }
        case Event.Ended(Outcome outcome) -> custody.ended(outcome);
        case Event.Retry _ -> {
          retryPlanned = false;
          custody.retry();
        }
        case Event.Stop _ -> {}
      }
    } catch (IOException e) {
      lost(String.valueOf(e.getMessage()));
    }
    if (custody.owes() && !retryPlanned) {
      retryPlanned = true;
      Thread.ofVirtual().name("millrace-retry").start(this::retryLater);
    }
  }

  private void retryLater() {
    try {
      Thread.sleep(UNTIL_RETRY);
      events.add(new Event.Retry());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean isPresent(BrokerSession which) {
    return session == which;
  }

  private void connected(BrokerSession made) throws IOException {
    synchronized (this) {
      session = made;
    }
    if (stopped) {
      made.abort(); // stop() may have come before it was known
      return;
    }
    log.info(
        "Worker {} waits for tasks {} at broker {}",
        what.queue(),
        what.bindingKeys(),
        what.broker());
    connectedOnce = true;
    connectedAt = System.nanoTime();
    custody.connected(made);
    made.consume(); // only now: what comes before the session is known would be dropped
  }

  private void notConnected(Throwable failure) {
    if (!connectedOnce && Broker.forGood(failure)) {
      throw new ResourceUnreachable(
          "broker "
              + what.broker()
              + " refuses worker "
              + what.queue()
              + ": "
              + Broker.said(failure)
              + " (look at RABBITMQ.USER, and at how queue and exchange are declared)",
          failure instanceof IOException io ? io : new IOException(failure));
    }
    pause = Pauses.after(pause);
    if (failure instanceof Error) { // ours or the machine's: the broker may be well
      log.error(
          "Worker {} failed to connect to broker {}; it tries again in {} ms",
          what.queue(),
          what.broker(),
          pause.toMillis(),
          failure);
    } else {
      log.warn(
          "Broker {} cannot be reached: {}; worker {} tries again in {} ms",
          what.broker(),
          Broker.said(failure),
          what.queue(),
          pause.toMillis());
    }
    connectLater();
  }

  private void lost(String why) {
    BrokerSession gone;
    synchronized (this) {
      gone = session;
      session = null;
    }
    custody.lost();
    if (gone != null) {
      if (!stopped) {
        log.warn("Worker {} lost its broker: {}; it connects again", what.queue(), why);
      }
      gone.abort();
      if (System.nanoTime() - connectedAt > Pauses.LONGEST.toNanos()) {
        pause = Duration.ZERO; // it held for a while: no broker that lets nobody consume
      }
      pause = Pauses.after(pause);
      connectLater();
    }
  }

  private void connectLater() {
    Duration wait = Pauses.spread(pause, ThreadLocalRandom.current());
    connector = Thread.ofVirtual().name("millrace-connect").start(() -> connectAfter(wait));
  }

  private void connectAfter(Duration wait) {
    try {
      Thread.sleep(wait);
      BrokerSession made = opening.open(what, new Told());
      boolean taken;
      synchronized (this) {
        taken = running && !stopped;
        if (taken) {
          events.add(new Event.Connected(made));
        }
      }
      if (!taken) {
        made.abort();
      }
    } catch (IOException | RuntimeException | Error e) { // untold, nobody would try again
      events.add(new Event.NotConnected(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void startWork(Message message) {
    worker.execute(() -> events.add(new Event.Ended(outcome(message))));
  }

  /** Whatever happens, work has an end: without one the worker would wait for ever. */
  private Outcome outcome(Message message) {
    try {
      return work.apply(message.body());
    } catch (RuntimeException | Error e) {
      log.error("Task {} could not be worked on", message.correlationId(), e);
      return DocumentWork.unhandled(DocumentWork.said(e));
    }
  }

  private final class Told implements BrokerSession.Listener {
    @Override
    public void delivered(BrokerSession which, Message message) {
      events.add(new Event.Delivered(which, message));
    }

    @Override
    public void lost(BrokerSession which, String why) {
      events.add(new Event.Lost(which, why));
    }
  }
}
