package org.millrace.dane;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;
import org.millrace.domain.value.Value;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;
import org.millrace.http.Handler;

/**
 * Handlers whose answers are marshalled ({@code contracts/dane.md 1.4}): indented JSON, narrowed by
 * the header {@code X-Fields}, which is read before anything is done.
 */
final class Marshalled {
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

  static Handler one(Work work) {
    return exchange -> {
      Optional<FieldMask> mask = mask(exchange);
      Reply reply = work.answer(exchange);
      Value shown = mask.map(fields -> fields.applyTo(reply.body())).orElse(reply.body());
      return Answer.json(
          reply.status(), PythonJson.indented(shown).getBytes(StandardCharsets.US_ASCII));
    };
  }

  /** A list of any length, written as it is read. */
  static Handler list(Listing listing) {
    return exchange -> {
      Optional<FieldMask> mask = mask(exchange);
      Iterator<Value> items = listing.items(exchange);
      return Answer.written(
          200, "application/json", out -> write(items, mask, PythonJson::items, out));
    };
  }

  /** The same on one line, which no header narrows. */
  static Handler lineList(Listing listing) {
    return exchange -> {
      Iterator<Value> items = listing.items(exchange);
      return Answer.written(
          200,
          "application/json",
          out -> write(items, Optional.empty(), PythonJson::lineItems, out));
    };
  }

  /** Writes a list as JSON. */
  @FunctionalInterface
  private interface ItemsForm {
    void write(Iterator<Value> items, Writer to) throws IOException;
  }

  private static void write(
      Iterator<Value> items, Optional<FieldMask> mask, ItemsForm form, OutputStream out)
      throws IOException {
    Iterator<Value> shown =
        mask.<Iterator<Value>>map(fields -> new Narrowed(items, fields)).orElse(items);
    var text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.US_ASCII), 1 << 14);
    form.write(shown, text);
    text.flush(); // the server closes what is below
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
