package org.millrace.api;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.run.RunId;
import org.millrace.domain.task.TaskId;
import org.millrace.http.Exchange;

/** Reads what every route asks for in the same way. */
final class Asked {
  private static final int SHOWN = 64;

  private Asked() {}

  /**
   * The task that the path names.
   *
   * @throws Refusal {@code NotFound} for a text that no task can have as its id
   */
  static TaskId task(Exchange exchange) {
    String text = exchange.parameter("id");
    if (!TaskId.isValid(text)) {
      throw new Refusal(new Failure.NotFound("task " + shortened(text)));
    }
    return new TaskId(text);
  }

  /**
   * The run that the path names.
   *
   * @throws Refusal {@code NotFound} for a text that no run can have as its id
   */
  static RunId run(Exchange exchange) {
    String text = exchange.parameter("id");
    if (!RunId.isValid(text)) {
      throw new Refusal(new Failure.NotFound("run " + shortened(text)));
    }
    return new RunId(text);
  }

  /**
   * Where to go on in a history: a client that was cut off says it by header, and its URL is older
   * than that.
   *
   * @throws Refusal invalid, if it is no whole number of at least 0
   */
  private static OptionalLong cursor(Exchange exchange) {
    Optional<String> text =
        exchange
            .lastEventId()
            .or(() -> exchange.query().one("after"))
            .filter(given -> !given.isEmpty());
    return text.isPresent()
        ? OptionalLong.of(cursor(cursorName(exchange), text.get()))
        : OptionalLong.empty();
  }

  /**
   * Where to go on.
   *
   * @param newest what this history ends at
   * @throws Refusal conflict, if it has not come there yet: then it is another history
   */
  static OptionalLong cursor(Exchange exchange, long newest) {
    OptionalLong cursor = cursor(exchange);
    if (cursor.isPresent() && cursor.getAsLong() > newest) {
      String name = cursorName(exchange);
      throw new Refusal(
          new Failure.Conflict(
              "%s: this history ends at %d, before %d; it is not the one you followed. Begin again without %s"
                  .formatted(name, newest, cursor.getAsLong(), name)));
    }
    return cursor;
  }

  /** By what name a client said where to go on. */
  private static String cursorName(Exchange exchange) {
    return exchange.lastEventId().isPresent() ? "Last-Event-ID" : "after";
  }

  private static long cursor(String name, String text) {
    try {
      long cursor = Long.parseLong(text);
      if (cursor >= 0) {
        return cursor;
      }
    } catch (NumberFormatException _) {
      // the same refusal as for a negative one
    }
    throw Refusal.invalid(name, "must be the id of an event, a whole number of at least 0");
  }

  /**
   * A number in the path.
   *
   * @throws Refusal invalid, if it is none or less than {@code least}
   */
  static int number(Exchange exchange, String name, int least) {
    String text = exchange.parameter(name);
    try {
      int number = Integer.parseInt(text);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException _) {
      // the same refusal as for one that is too small
    }
    throw Refusal.invalid(
        name, "'" + shortened(text) + "' is not a whole number of at least " + least);
  }

  /**
   * Refuses parameters that the route does not have: a misspelt filter must not mean no filter.
   *
   * @throws Refusal invalid, naming the first of them and those there are
   */
  static void only(Exchange exchange, String... known) {
    var unknown = new TreeSet<>(exchange.query().names());
    unknown.removeAll(Set.of(known));
    if (!unknown.isEmpty()) {
      String there =
          known.length == 0 ? "there are none here" : "there are " + String.join(", ", known);
      throw Refusal.invalid(shortened(unknown.getFirst()), "is no parameter of this; " + there);
    }
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
