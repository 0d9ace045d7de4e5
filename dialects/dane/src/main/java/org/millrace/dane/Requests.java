package org.millrace.dane;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;
import org.millrace.http.Handler;

/** What requests of this face have in common. */
final class Requests {
  /** Most items of a batch: each has its place in the answer. */
  private static final int MOST_ITEMS = 100_000;

  /** Every bracket counts, and so does every name. */
  private static final String TOO_MANY_PIECES =
      "a request has at most "
          + PythonJson.MOST_TOKENS
          + " names, values and brackets of JSON; send fewer items at a time";

  private Requests() {}

  /**
   * The body, whatever its content type says ({@code contracts/dane.md 1.4}).
   *
   * @throws Refusal invalid, with this text: not JSON, or empty; too large
   */
  static Value json(Exchange exchange, String mistake) throws IOException {
    try {
      return json(exchange);
    } catch (PythonJson.NotJson _) {
      throw Refusal.invalid("body", mistake);
    }
  }

  /**
   * The same, for who tells the mistake in another way.
   *
   * @throws Refusal too large
   */
  static Value json(Exchange exchange) throws IOException, PythonJson.NotJson {
    try {
      return PythonJson.read(exchange.bytes());
    } catch (PythonJson.TooManyPieces _) {
      throw new Refusal(new Failure.TooLarge(TOO_MANY_PIECES));
    }
  }

  /**
   * The items of a batch, which are no more than it may have.
   *
   * @throws Refusal too large
   */
  static List<Value> bounded(List<Value> items) {
    if (items.size() > MOST_ITEMS) {
      throw new Refusal(new Failure.TooLarge("a batch has at most " + MOST_ITEMS + " items"));
    }
    return items;
  }

  static DocumentId document(Exchange exchange) {
    return documentOf(exchange.parameter("document"));
  }

  static DocumentId documentOf(String id) {
    return known(DocumentId.isValid(id), () -> new DocumentId(id));
  }

  static EntryId task(Exchange exchange) {
    String id = exchange.parameter("task");
    return known(EntryId.isValid(id), () -> new EntryId(id));
  }

  static ResultId result(Exchange exchange) {
    String id = exchange.parameter("result");
    return known(ResultId.isValid(id), () -> new ResultId(id));
  }

  private static <T> T known(boolean valid, Supplier<T> id) {
    if (!valid) {
      throw notFound();
    }
    return id.get();
  }

  /** What cannot be an id names nothing; the face has one text for all that is not there. */
  static Refusal notFound() {
    return new Refusal(new Failure.NotFound("it"));
  }

  /**
   * All values, as often as they are named, of a parameter that is repeated, a list with commas, or
   * both.
   */
  static List<String> many(Exchange exchange, String name) {
    return Stream.concat(
            exchange.query().all(name).stream(), exchange.query().all(name + "[]").stream())
        .flatMap(list -> Arrays.stream(list.split(",", -1)))
        .filter(each -> !each.isEmpty())
        .toList();
  }

  /**
   * The page that is asked for, from 1; those below it are the first.
   *
   * @throws Refusal invalid: no number, or beyond the last one
   */
  static int page(Exchange exchange, int last) {
    OptionalInt page =
        PythonInt.clamped(new Value.Text(exchange.query().one("page").orElse("1")), 1, last + 1);
    if (page.isEmpty() || page.getAsInt() > last) {
      throw Refusal.invalid("page", "page must be a number, at most " + last);
    }
    return page.getAsInt();
  }

  /**
   * Does something by GET, as old clients ask for it: not by HEAD, and not for a page of somebody
   * else, whom a browser lets send it without asking ({@code contracts/dane.md 8}).
   */
  static Handler act(Handler handler) {
    return exchange -> {
      if (exchange.method().equals("HEAD")) {
        return Answer.empty(405).with("Allow", "GET, OPTIONS, POST");
      }
      if (exchange.isFromElsewhere()) {
        throw new Refusal(
            new Failure.Denied(
                "a page from elsewhere may not do this; name its origin in http.allowed-origins"));
      }
      return handler.answer(exchange);
    };
  }
}
