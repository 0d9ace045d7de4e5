package org.millrace.dane;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.millrace.domain.value.Value;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;
import org.millrace.http.Handler;

/**
 * Handlers whose answers are marshalled ({@code contracts/dane.md 1.4}): indented JSON, narrowed by
 * the header {@code X-Fields}, which is read before anything is done.
 */
final class Marshalled {
  private static final String TOTAL = "total";

  private Marshalled() {}

  /** An answer that is at hand. */
  record Reply(int status, Value body) {
    static Reply ok(Value body) {
      return new Reply(200, body);
    }
  }

  /** Does what is asked; may refuse. */
  @FunctionalInterface
  interface Work {
    Reply answer(Exchange exchange) throws IOException, InterruptedException;
  }

  /** Finds what is asked for; may refuse before the first item. */
  @FunctionalInterface
  interface Listing {
    Iterator<Value> items(Exchange exchange) throws IOException;
  }

  /** An answer that is put together before it begins, and written piece by piece. */
  static Handler one(Work work) {
    return exchange -> {
      Optional<FieldMask> mask = mask(exchange);
      Reply reply = work.answer(exchange);
      Value shown = mask.map(fields -> fields.applyTo(reply.body())).orElse(reply.body());
      return written(reply.status(), text -> PythonJson.indented(shown, text));
    };
  }

  /** A list of any length, written as it is read. */
  static Handler list(Listing listing) {
    return exchange -> {
      Optional<FieldMask> mask = mask(exchange);
      Iterator<Value> items = begun(listing.items(exchange));
      return written(200, text -> PythonJson.items(narrowed(items, mask), text));
    };
  }

  /**
   * A list of which the whole number is told too.
   *
   * @param total asked for after the last item
   */
  record Counted(Iterator<Value> items, IntSupplier total) {}

  /** Finds what is asked for and how many there are; may refuse before the first item. */
  @FunctionalInterface
  interface Counting {
    Counted items(Exchange exchange) throws IOException;
  }

  /** An object with such a list, and after it how many there are. */
  static Handler counted(String list, Counting counting) {
    return exchange -> {
      FieldMask mask = mask(exchange).orElse(FieldMask.ALL);
      Counted found = counting.items(exchange);
      Iterator<Value> items = begun(found.items());
      return written(
          200,
          text -> {
            text.append("{");
            if (mask.has(list)) {
              text.append("\n\"").append(list).append("\": ");
              PythonJson.items(narrowed(items, mask.within(list)), text);
            }
            if (mask.has(TOTAL)) {
              text.append(mask.has(list) ? ", " : "").append("\"").append(TOTAL).append("\": ");
              text.append(Integer.toString(found.total().getAsInt()));
            }
            text.append("}\n");
          });
    };
  }

  /** The same on one line, which no header narrows. */
  static Handler lineList(Listing listing) {
    return exchange -> {
      Iterator<Value> items = begun(listing.items(exchange));
      return written(200, text -> PythonJson.lineItems(items, text));
    };
  }

  /** An answer on one line, which no header narrows: those of the job era. */
  static Answer line(int status, Value body) {
    return written(status, text -> PythonJson.line(body, text));
  }

  /** What cannot be read at all is refused before the answer begins. */
  private static <T> Iterator<T> begun(Iterator<T> items) {
    boolean _ = items.hasNext();
    return items;
  }

  /** Writes a body of ASCII. */
  @FunctionalInterface
  private interface Text {
    void write(Writer to) throws IOException;
  }

  private static Answer written(int status, Text text) {
    return Answer.written(
        status,
        "application/json",
        out -> {
          var to =
              new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.US_ASCII), 1 << 14);
          text.write(to);
          to.flush(); // the server closes what is below
        });
  }

  private static Iterator<Value> narrowed(Iterator<Value> items, Optional<FieldMask> mask) {
    return mask.<Iterator<Value>>map(fields -> new Narrowed(items, fields)).orElse(items);
  }

  private record Narrowed(Iterator<Value> items, FieldMask mask) implements Iterator<Value> {
    @Override
    public boolean hasNext() {
      return items.hasNext();
    }

    @Override
    public Value next() {
      return mask.applyTo(items.next());
    }
  }

  private static Optional<FieldMask> mask(Exchange exchange) {
    return exchange.header(FieldMask.HEADER).filter(text -> !text.isBlank()).map(FieldMask::of);
  }
}
