package org.millrace.tes;

/** How much of a task is shown ({@code contracts/tes.md 5}). */
enum View {
  /** Id and state alone. */
  MINIMAL,
  /** All but streams of executors, inline contents and system logs. */
  BASIC,
  /** All. */
  FULL
}
