package org.millrace.engine.documents;

/**
 * Counts for faces whose ids are numbers. When a method returns, what it reports is on disk.
 * Thread-safe; interruption is left pending.
 */
@FunctionalInterface
public interface NumberStore {

  /** The greatest number of a sequence. */
  long GREATEST = (1L << 32) - 1; // an unsigned integer of 32 bits (contracts/dane.md 1.3)

  /**
   * Takes the next numbers of a sequence. None is ever given twice, whatever is removed; those that
   * are taken and not used stay gaps.
   *
   * @param sequence its name; one that nobody took from begins at 1
   * @param howMany at least 1
   * @return the first of them
   * @throws org.millrace.domain.failure.Refusal {@code Conflict}, when the sequence has not so many
   *     left; {@code Unavailable}, when it is not known to be stored
   */
  long take(String sequence, int howMany);
}
