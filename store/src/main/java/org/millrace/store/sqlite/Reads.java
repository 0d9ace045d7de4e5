package org.millrace.store.sqlite;

import org.jspecify.annotations.Nullable;

/**
 * A way to read. Sees everything that was acknowledged before. Thread-safe; interruption is left
 * pending.
 */
interface Reads extends AutoCloseable {

  /**
   * Runs a unit on a session of its own.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, when the store cannot read now
   */
  <T extends @Nullable Object> T read(Session.Unit<T> unit);

  /** What is being read ends first; afterwards reading is refused. */
  @Override
  void close();
}
