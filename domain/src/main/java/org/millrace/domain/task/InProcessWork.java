package org.millrace.domain.task;

import org.millrace.domain.value.Value;

/**
 * Something this program does itself.
 *
 * @param handler the name of what does it
 * @param arguments what it is given
 */
public record InProcessWork(String handler, Value arguments) implements Work {
  public InProcessWork {
    if (handler.isBlank()) {
      throw new IllegalArgumentException("handler: a name");
    }
  }
}
