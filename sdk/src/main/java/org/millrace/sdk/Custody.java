package org.millrace.sdk;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
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
 * <p>A message is known again by correlation id, reply queue and body, and what was answered only
 * if the broker says that it was delivered before: a task that is sent anew is worked on anew. (A
 * broker that was killed may forget that it delivered: then the work under way is joined all the
 * same, and what was answered is worked on again.) The last {@value #REMEMBERED} answers are
 * remembered. Used by one thread.
 */
final class Custody {
  static final int REMEMBERED = 16;
  private static final Logger log = LoggerFactory.getLogger(Custody.class);

  private final Consumer<Message> work;
  private final Map<Message.Identity, Given> given = new LinkedHashMap<>();
  private @Nullable Line line;
  private @Nullable Held running;
  private @Nullable Message next;

  /** A message under way, and its tag on the present line if it has one. */
  private record Held(Message message, @Nullable Long tag) {}

  /** An answer that was given, or is to be given again. */
  private record Given(Message message, String body, boolean confirmed) {}

  /** Work is started by handing a message over; its end comes back by {@link #ended}. */
  Custody(Consumer<Message> work) {
    this.work = work;
  }

  /** A line is there: what no broker has confirmed yet is published. */
  void connected(Line newLine) throws IOException {
    line = newLine;
    for (Map.Entry<Message.Identity, Given> entry : given.entrySet()) {
      Given owed = entry.getValue();
      if (!owed.confirmed()) {
        newLine.answer(owed.message(), owed.body());
        entry.setValue(new Given(owed.message(), owed.body(), true));
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
      if (!message.redelivered()) {
        given.remove(identity);
      } else if (given.containsKey(identity)) {
        onLine().acknowledge(message.tag()); // its answer is confirmed: see connected()
        return;
      }
    }
    if (running != null) {
      next = message;
    } else {
      start(message);
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
    Message message = held.message();
    remember(message, body, false);
    if (line == null) {
      return; // published when there is one again
    }
    line.answer(message, body);
    remember(message, body, true);
    if (held.tag() != null) {
      line.acknowledge(held.tag());
    }
  }

  private void remember(Message message, String body, boolean confirmed) {
    Message.Identity identity = message.identity();
    if (identity == null) {
      return;
    }
    given.remove(identity);
    given.put(identity, new Given(message, body, confirmed));
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
