package org.millrace.broker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;

/**
 * One message under way, and what is known of it. The publisher waits on it; the connection's
 * threads tell it. A return comes before the confirm with RabbitMQ and after it with Qpid, which
 * says no where RabbitMQ says yes: a return without a queue decides, whatever the confirm says.
 */
final class Pending {
  /** What a return, which carries no number, can be told by. */
  record Route(String exchange, String routingKey, String correlationId) {}

  private static final long RETURN_FOLLOWS_NANOS = 1_000_000_000L;
  private static final int NO_ROUTE = 312;
  private final Message message;
  private final Troubles troubles;
  private final Consumer<Pending> settled;

  private boolean withdrawn;
  private boolean sent;
  private boolean refused; // by a negative confirm: a return may follow
  private @Nullable Cause refusal;
  private long refusedAt;
  private @Nullable Published outcome;
  private boolean decided; // outcome is all that will be known
  private final CountDownLatch told = new CountDownLatch(1); // settled has run

  /**
   * @param settled run once, when nothing more can come for it
   */
  Pending(Message message, Troubles troubles, Consumer<Pending> settled) {
    this.message = message;
    this.troubles = troubles;
    this.settled = settled;
  }

  Message message() {
    return message;
  }

  Route route() {
    return new Route(message.exchange(), message.routingKey(), message.correlationId());
  }

  /** Whether it is still wanted; from now on it counts as sent. */
  synchronized boolean send() {
    sent = !withdrawn && outcome == null;
    return sent;
  }

  synchronized void returned(int code, String text) {
    if (code == NO_ROUTE) {
      outcome = new Published.Unroutable();
    } else {
      refusal = troubles.refused(text);
    }
    if (refused) {
      decide();
    }
  }

  void confirmed() {
    synchronized (this) {
      decide();
    }
    settle();
  }

  void refused() {
    boolean complete;
    synchronized (this) {
      refused = true;
      refusedAt = System.nanoTime();
      complete = outcome != null || refusal != null || withdrawn;
      if (complete) {
        decide();
      }
      notifyAll();
    }
    if (complete) {
      settle();
    }
  }

  /** Its connection is gone; nothing more will come. */
  void lost(Cause why) {
    synchronized (this) {
      if (outcome == null) {
        outcome = new Published.Unknown(why);
      }
      decide();
    }
    settle();
  }

  private void decide() {
    if (outcome == null) {
      outcome = refusal == null ? new Published.Confirmed() : new Published.Unknown(refusal);
    }
    decided = true;
    notifyAll();
  }

  /**
   * Waits for what becomes of it.
   *
   * @param deadline in the time of {@code System.nanoTime}
   */
  Published await(long deadline) throws InterruptedException {
    boolean over = true;
    try {
      Published known = awaitOutcome(deadline);
      synchronized (this) {
        over = decided || !sent;
      }
      return known;
    } catch (InterruptedException stopped) {
      synchronized (this) {
        withdrawn = true;
        over = decided || !sent;
      }
      throw stopped;
    } finally {
      if (over) {
        settle();
      }
    }
  }

  private synchronized Published awaitOutcome(long deadline) throws InterruptedException {
    while (!decided) {
      long until = refused ? Math.min(deadline, refusedAt + RETURN_FOLLOWS_NANOS) : deadline;
      long left = until - System.nanoTime();
      if (left <= 0) {
        return tooLate();
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    return outcome == null ? new Published.Unknown(troubles.silent()) : outcome;
  }

  private Published tooLate() {
    withdrawn = true;
    if (refused) {
      decided = true;
      return new Published.Unknown(troubles.refused("without a reason"));
    }
    return new Published.Unknown(sent ? troubles.silent() : troubles.notSent());
  }

  private void settle() {
    synchronized (this) {
      if (told.getCount() == 0) {
        return;
      }
      told.countDown();
    }
    settled.accept(this);
  }

  /** Waits until nothing more can come for it; false if that takes longer. */
  boolean awaitSettled(long deadline) throws InterruptedException {
    return told.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }
}
