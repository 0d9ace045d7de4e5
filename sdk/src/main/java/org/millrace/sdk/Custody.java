package org.millrace.sdk;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker owes: the message it works on, the one that waits, and the answers it gave.
 *
 * <p>A tag is valid on the channel that brought it and on no other. So when the line is lost, all
 * tags are forgotten, and the broker delivers again what was not acknowledged:
 *
 * <ul>
 *   <li>work under way goes on; if its message comes back meanwhile, it is joined to it, and
 *       acknowledged under its new tag when the work is done;
 *   <li>an answer that no broker confirmed is published as soon as there is a line again, whether
 *       or not the message comes back: the first answer counts;
 *   <li>a message that comes back when its answer was confirmed is acknowledged without being
 *       worked on or answered again.
 * </ul>
 *
 * <p>An answer whose queue is not there was not delivered, although the broker confirms it. Its
 * message is kept, so that the broker brings no other, and the answer is published again by {@link
 * #retry} and on each new line, because a server declares its queue when it comes. But not for
 * ever, or one who has asked and gone would hold this worker: a queue that a broker named ({@code
 * amq.gen-...}) is never declared again, nor is that of a {@link RequestGenerator}, so their
 * answers are dropped at once; any other is waited for {@link #QUEUE_PATIENCE}, then the answer is
 * dropped too. What is dropped is acknowledged, with a warning. An answer without correlation id,
 * which no server could assign to a task, is not waited for.
 *
 * <p>A message is known again by correlation id, reply queue and body; one that was acknowledged,
 * only if the broker says that it was delivered before: a task that is sent anew after that is
 * worked on anew. A broker that was restarted may forget that it delivered. Then the work under way
 * is joined all the same, and what was answered without being acknowledged is answered once more;
 * only what was acknowledged to a broker that did not live to store it is worked on again. The last
 * {@value #REMEMBERED} answers are remembered. Used by one thread.
 */
final class Custody {
  static final int REMEMBERED = 16;

  /** So long an answer waits for its queue, over all lines. */
  static final Duration QUEUE_PATIENCE = Duration.ofMinutes(10);

  private static final String NAMED_BY_BROKER = "amq.";
  private static final Logger log = LoggerFactory.getLogger(Custody.class);

  private final Consumer<Message> work;
  private final LongSupplier nanos;
  private final Map<Message.Identity, Given> given = new LinkedHashMap<>();
  private @Nullable Line line;
  private @Nullable Held running;
  private @Nullable Message next;

  /** A message under way, and its tag on the present line if it has one. */
  private record Held(Message message, @Nullable Long tag) {}

  /**
   * An answer that was given, or is to be given again.
   *
   * @param settled whether it was delivered, or dropped
   * @param tag of its message, if that is on the present line and not acknowledged
   * @param noQueueSince when it was found first that its queue is not there, by {@link #nanos}
   * @param acknowledged whether its message was; if it was not, it comes back
   */
  private record Given(
      Message message,
      String body,
      boolean settled,
      @Nullable Long tag,
      @Nullable Long noQueueSince,
      boolean acknowledged) {

    static Given of(Message message, String body, @Nullable Long tag) {
      return new Given(message, body, false, tag, null, false);
    }

    Given under(@Nullable Long newTag) {
      return new Given(message, body, settled, newTag, noQueueSince, acknowledged);
    }

    Given waiting(long since) {
      return new Given(message, body, settled, tag, since, acknowledged);
    }

    Given done(boolean nowAcknowledged) {
      return new Given(message, body, true, null, null, nowAcknowledged);
    }
  }

  /**
   * Work is started by handing a message over; its end comes back by {@link #ended}.
   *
   * @param nanos a clock that only differences are taken of
   */
  Custody(Consumer<Message> work, LongSupplier nanos) {
    this.work = work;
    this.nanos = nanos;
  }

  /** A line is there: what no broker has confirmed yet is published. */
  void connected(Line newLine) throws IOException {
    line = newLine;
    retry();
  }

  /** Whether there is a line, and an answer to {@link #retry} on it. */
  boolean owes() {
    return line != null && given.values().stream().anyMatch(owed -> !owed.settled());
  }

  /** Publishes again what was not delivered; without a line, nothing. */
  void retry() throws IOException {
    if (line == null) {
      return;
    }
    for (Given owed : List.copyOf(given.values())) {
      if (!owed.settled() && deliver(line, owed)) {
        log.info("The answer to {} was published late", owed.message().correlationId());
      }
    }
  }

  /** The line is gone, and with it all tags. */
  void lost() {
    line = null;
    next = null; // comes again
    if (running != null) {
      running = new Held(running.message(), null);
    }
    given.replaceAll((_, owed) -> owed.under(null));
  }

  /** The line brought a message. */
  void delivered(Message message) throws IOException {
    Message.Identity identity = message.identity();
    if (identity != null) {
      if (running != null
          && running.tag() == null
          && identity.equals(running.message().identity())) {
        running = new Held(message, message.tag());
        return;
      }
      Given known = given.get(identity);
      if (known != null && (message.redelivered() || !known.acknowledged())) {
        broughtBack(message, known);
        return;
      }
      given.remove(identity);
    }
    if (running != null) {
      next = message;
    } else {
      start(message);
    }
  }

  private void broughtBack(Message message, Given owed) throws IOException {
    if (!owed.settled()) { // connected() found no queue for it
      remember(owed.under(message.tag()));
    } else if (message.redelivered()) {
      conclude(onLine(), owed.under(message.tag()));
    } else { // or it was sent anew: answered in either case
      deliver(onLine(), Given.of(message, owed.body(), message.tag()));
    }
  }

  private void start(Message message) {
    running = new Held(message, message.tag());
    work.accept(message);
  }

  /** The work on the message under way has ended. */
  void ended(Outcome outcome) throws IOException {
    Held held = running;
    running = null;
    try {
      if (held != null) {
        settle(held, outcome);
      }
    } finally {
      Message waiting = next;
      next = null;
      if (waiting != null) {
        start(waiting);
      }
    }
  }

  private void settle(Held held, Outcome outcome) throws IOException {
    switch (outcome) {
      case Outcome.Answered(String body) -> answer(held, body);
      case Outcome.Refused(String reason) -> {
        log.info("Task {} goes back to the queue: {}", held.message().correlationId(), reason);
        if (held.tag() != null) {
          onLine().requeue(held.tag());
        }
      }
    }
  }

  private void answer(Held held, String body) throws IOException {
    Given owed = Given.of(held.message(), body, held.tag());
    remember(owed);
    if (line != null) { // else published when there is one again
      deliver(line, owed);
    }
  }

  /** Publishes an answer; whether it has a queue. What needs no other try is settled. */
  private boolean deliver(Line to, Given owed) throws IOException {
    boolean delivered = to.answer(owed.message(), owed.body());
    if (delivered || isHopeless(owed)) {
      conclude(to, owed);
    } else if (owed.noQueueSince() == null) {
      log.warn(
          "The answer to {} waits: there is no queue {} (is the server running?)",
          owed.message().correlationId(),
          owed.message().replyTo());
      remember(owed.waiting(nanos.getAsLong()));
    }
    return delivered;
  }

  /**
   * An acknowledgement that breaks off was none: what it was for is still known when it is back.
   */
  private void conclude(Line to, Given owed) throws IOException {
    remember(owed.done(false));
    if (owed.tag() != null) {
      to.acknowledge(owed.tag());
      remember(owed.done(true));
    }
  }

  /** Whether the queue of an answer, which is not there, is not worth waiting for. */
  private boolean isHopeless(Given owed) {
    String queue = owed.message().replyTo();
    boolean hopeless =
        queue == null
            || queue.startsWith(NAMED_BY_BROKER)
            || queue.startsWith(RequestGenerator.REPLIES)
            || owed.message().identity() == null
            || (owed.noQueueSince() != null
                && nanos.getAsLong() - owed.noQueueSince() >= QUEUE_PATIENCE.toNanos());
    if (hopeless) {
      log.warn(
          "The answer to {} is dropped: there is no queue {}, and none is expected",
          owed.message().correlationId(),
          queue);
    }
    return hopeless;
  }

  /** Keeps its place among the others if it was there. */
  private void remember(Given owed) {
    Message.Identity identity = owed.message().identity();
    if (identity == null) {
      return;
    }
    given.put(identity, owed);
    if (given.size() > REMEMBERED) {
      given.remove(given.keySet().iterator().next());
    }
  }

  private Line onLine() throws IOException {
    if (line == null) {
      throw new IOException("there is no line");
    }
    return line;
  }
}
