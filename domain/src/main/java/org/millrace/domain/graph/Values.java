package org.millrace.domain.graph;

import org.millrace.domain.value.Value;

/** What references stand for. */
@FunctionalInterface
public interface Values {
  /**
   * What this one stands for.
   *
   * @throws MissingValue if nothing is there
   */
  Value of(Reference reference) throws MissingValue;
}
