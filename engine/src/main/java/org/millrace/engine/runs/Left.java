package org.millrace.engine.runs;

import org.millrace.domain.value.Value;

/** What a node left for those after it. */
public sealed interface Left {

  /** These values. */
  record Values(Value values) implements Left {}

  /** None: it has not ended, or was skipped. */
  record Nothing() implements Left {}

  /** Items that left more, all together, than is read at once; each of them can be asked for. */
  record TooMuch() implements Left {}
}
