package org.millrace.engine.documents;

import java.time.Instant;
import java.util.List;
import org.millrace.domain.document.DeadLetter;

/**
 * Keeps the last answers that came to nothing. When a method returns, what it reports is on disk.
 * Thread-safe; interruption is left pending.
 */
public interface DeadLetterStore {

  /**
   * Adds a letter, and forgets the oldest ones if there are more than so many then.
   *
   * @param keep at least 1
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, when it is not known to be
   *     stored; put again, it may be there twice
   */
  void put(DeadLetter letter, int keep);

  /**
   * The newest first.
   *
   * @param before sequence of the last one seen; {@link Long#MAX_VALUE}: from the newest
   */
  List<Kept> newest(long before, int most);

  /**
   * A letter in its place.
   *
   * @param sequence grows by one store
   */
  record Kept(long sequence, DeadLetter letter) {}

  /** How many are kept. */
  int count();

  /**
   * Forgets the oldest of those that came not after then.
   *
   * @param most at most so many
   * @return how many
   */
  int forget(Instant then, int most);
}
