package org.millrace.engine.workers;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.millrace.domain.failure.Cause;

/**
 * Carries messages to workers' queues and their answers back (contracts/dane.md 3). It declares
 * what a server declares, the exchanges and the answer queue, and declares it again after every
 * reconnect; workers declare and bind their own queues. Survives restarts of the broker by itself.
 * Thread-safe; every method obeys interruption.
 */
public interface WorkerBroker extends AutoCloseable {

  /** Most bytes of a message: every broker takes so many unless it is told not to. */
  int LONGEST_MESSAGE = 16 << 20;

  /**
   * Hands a message to the broker and waits for what it says of it, for a bounded time.
   *
   * @throws InterruptedException if the caller no longer waits; it is not known whether a worker
   *     gets the message
   */
  Published publish(Message message) throws InterruptedException;

  /**
   * A message to a worker. It is mandatory, persistent, and asks for the answer on the answer
   * queue; it carries no content type, header, time or expiration (contracts/dane.md 3.4).
   *
   * @param exchange one of those the broker was opened with
   * @param priority 0 to 10
   * @param body is not copied: leave it alone afterwards
   */
  @SuppressWarnings("ArrayRecordComponent") // is passed on, never compared
  record Message(
      String exchange, String routingKey, String correlationId, int priority, byte[] body) {}

  /** What became of a message. */
  sealed interface Published {

    /** The broker took custody: at least one queue has it, on its disk if the queue is durable. */
    record Confirmed() implements Published {}

    /** No queue is bound to that key (contracts/dane.md 3.8); no worker gets the message. */
    record Unroutable() implements Published {}

    /** The broker could not be asked or did not say; a worker may get the message all the same. */
    record Unknown(Cause cause) implements Published {}
  }

  /**
   * Gives every answer that arrives to {@code reader}, one at a time for each of a bounded number
   * of threads, until the subscription is closed. Nothing a reader does ends it; one that throws
   * anything unchecked is taken to have said {@link Reading#AGAIN}.
   *
   * @throws IllegalStateException if somebody reads already
   */
  Subscription readAnswers(Reader reader);

  /** Takes answers. Called by several threads at once. */
  @FunctionalInterface
  interface Reader {
    Reading read(Answer answer) throws InterruptedException;
  }

  /** What the broker may do with an answer. */
  enum Reading {
    /** It is stored: the broker may forget it. */
    STORED,
    /** It could not be stored now: the broker keeps it and gives it again, after a pause. */
    AGAIN
  }

  /**
   * What a worker sent, not understood yet.
   *
   * @param correlationId empty if the message has none
   */
  @SuppressWarnings("ArrayRecordComponent") // is read once, never compared
  record Answer(Optional<String> correlationId, byte[] body) {}

  /** Ends the reading of answers; returns when no reader is called any more. */
  @FunctionalInterface
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * All queues that there are now, the answer queue and those of others included, but for unbound
   * ones that the broker has not counted yet; empty if this broker cannot be asked, or not now. One
   * that is bound to none of the exchanges is told too: it keeps its messages when the broker
   * restarts, and is bound to nothing until a worker is back. Costs the broker a little: ask every
   * few seconds at most.
   */
  Optional<List<WorkerQueue>> queues() throws InterruptedException;

  /**
   * A queue of workers.
   *
   * @param bindings the binding keys by which it gets messages, with the exchange of each; only
   *     those of the exchanges the broker was opened with
   * @param consumers how many workers consume it now
   * @param messages all that lie in it, those given to a worker and not acknowledged included
   * @param givenBack whether workers were given messages of it that came back, lately or since they
   *     lie there, as the broker can tell: they refused them, or ended while at work
   */
  record WorkerQueue(
      String name, List<Binding> bindings, int consumers, long messages, boolean givenBack) {
    public WorkerQueue {
      bindings = List.copyOf(bindings);
    }
  }

  /** One binding of a queue: topic words, {@code *} for one, {@code #} for any number. */
  record Binding(String exchange, String key) {}

  /**
   * How many answers lie in the answer queue, those given to a reader and not stored yet included;
   * empty if this broker cannot be asked, or not now.
   */
  OptionalLong answersWaiting() throws InterruptedException;

  /**
   * Since when bindings may have been missing that workers make only once they are back: the
   * exchanges are not durable, so they and their bindings go with the broker (contracts/dane.md
   * 3.2). Moves on with every reconnect; a message that is unroutable shortly after may be routable
   * a little later.
   */
  Instant boundAnewSince();

  /** Why the broker cannot be used now, if so: what, where, and what to do. */
  Optional<Cause> trouble();

  /** Ends all connections; publishes that wait return {@link Published.Unknown}. */
  @Override
  void close();
}
