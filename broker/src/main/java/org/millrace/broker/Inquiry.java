package org.millrace.broker;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a broker of its queues. What cannot be told now is not told, whatever the fault: nobody's
 * work may end by it. Each fault is logged once, until it is another or mended. Thread-safe.
 */
final class Inquiry {
  private static final Logger LOG = LoggerFactory.getLogger(Inquiry.class);
  private final String where;
  private volatile @Nullable String trouble;

  Inquiry(String where) {
    this.where = where;
  }

  /** What is asked. */
  interface Question<T> {
    T ask() throws IOException;
  }

  <T> Optional<T> ask(Question<T> question) throws InterruptedException {
    try {
      T told = question.ask();
      trouble = null;
      return Optional.of(told);
    } catch (IOException | RuntimeException fault) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      tell(fault instanceof IOException ? String.valueOf(fault.getMessage()) : fault.toString());
      return Optional.empty();
    }
  }

  private void tell(String why) {
    if (!why.equals(trouble)) {
      LOG.warn("broker {}: its queues cannot be asked for: {}", where, why);
      trouble = why;
    }
  }
}
