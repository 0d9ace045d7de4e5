package org.millrace.api;

import java.util.Set;
import java.util.TreeSet;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
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
