package org.millrace.runtimes.inprocess;

import org.millrace.domain.value.Value;

/**
 * Does work under a name. Thread-safe.
 *
 * <h2>Contract</h2>
 *
 * <ul>
 *   <li>It ends at once when interrupted, with {@link InterruptedException}.
 *   <li>What it gives back is stored and handed on: it is small, and no secret.
 *   <li>A server that ends in the middle tells nobody: if the work is repeatable, another one does
 *       it again under the same attempt; if not, the attempt is lost.
 * </ul>
 */
public interface Handler {

  /** By which work names it. */
  String name();

  /** Whether doing it again, all or part of it, does no harm. */
  boolean isRepeatable();

  /**
   * Does it.
   *
   * @return what it leaves for those after it; a map gives them its fields, anything else {@code
   *     result}
   */
  Value run(Value arguments) throws HandlerFailed, InterruptedException;
}
