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
 *   <li>A server that ends in the middle tells nobody: another one does the work again under the
 *       same attempt, unless it is to be done once: then the attempt is lost.
 * </ul>
 */
public interface Handler {

  /** By which work names it. */
  String name();

  /** What it does to the world. */
  Effect effect();

  /** What work does to the world. */
  enum Effect {
    /** None: it computes, for microseconds, and waits for nothing. */
    NONE,
    /** Doing it again, all or part of it, does no harm. */
    REPEATABLE,
    /** It is to be done once. */
    ONCE
  }

  /**
   * Does it.
   *
   * @return what it leaves for those after it; a map gives them its fields, anything else {@code
   *     result}
   */
  Value run(Value arguments) throws HandlerFailed, InterruptedException;
}
