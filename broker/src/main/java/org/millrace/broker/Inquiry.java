package org.millrace.broker;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a broker one question, again and again. What cannot be told now is not told, whatever the
 * fault: nobody's work may end by it. Each fault is logged once, until it is another or mended.
 * Thread-safe.
 */
final class Inquiry {
  private static final Logger LOG = LoggerFactory.getLogger(Inquiry.class);
  private final String where;
  private final String what;
  private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();

  /**
   * @param where the broker is
   * @param what is asked for: "its queues"
   */
  Inquiry(String where, String what) {
    this.where = where;
    this.what = what;
  }

  /** What is asked. */
  interface Question<T> {
    T ask() throws IOException;
  }

  <T> Optional<T> ask(Question<T> question) throws InterruptedException {
    try {
      T told = question.ask();
      trouble.set(null);
      return Optional.of(told);
    } catch (IOException | RuntimeException fault) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      tell(fault);
      return Optional.empty();
    }
  }

  private void tell(Exception fault) {
    String why = fault.toString();
    if (why.equals(trouble.getAndSet(why))) {
      LOG.debug("broker {}: {} still cannot be asked for: {}", where, what, why);
    } else if (fault instanceof IOException) {
      LOG.warn("broker {}: {} cannot be asked for: {}", where, what, fault.getMessage());
    } else {
      LOG.error("broker {}: {} cannot be asked for, by a defect", where, what, fault);
    }
  }
}
