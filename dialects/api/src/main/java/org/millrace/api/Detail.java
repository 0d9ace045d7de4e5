package org.millrace.api;

/** How much of a task is shown. */
enum Detail {
  /** Id and state. */
  MINIMAL,
  /** All but what can be large: the text of inputs, the tails of logs. */
  BASIC,
  /** Everything. */
  FULL
}
