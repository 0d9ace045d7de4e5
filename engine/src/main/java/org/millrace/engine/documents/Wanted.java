package org.millrace.engine.documents;

import org.millrace.domain.value.Value;

/**
 * What is to be done with a document.
 *
 * @param key as its face writes it (DANE: upper case)
 * @param priority 0 (last) to 10 (first)
 */
public record Wanted(String key, int priority, Value.Fields arguments) {
  public Wanted {
    if (key.isBlank()) {
      throw new IllegalArgumentException("key: not empty");
    }
    if (priority < 0 || priority > 10) {
      throw new IllegalArgumentException("priority: 0 to 10");
    }
  }
}
