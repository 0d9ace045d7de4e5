package org.millrace.engine.attempt;

import org.millrace.domain.failure.Cause;

/** Hears how far staging is. Thread-safe and quick. */
public interface Progress {

  /** Nobody listens. */
  Progress NONE =
      new Progress() {
        @Override
        public void file(String label, long expectedBytes) {}

        @Override
        public void moved(long bytes) {}
      };

  /** A file begins. {@code label} is free of secrets; {@code expectedBytes} is -1 if not known. */
  void file(String label, long expectedBytes);

  /**
   * The current file goes on under another label, or more is known of its size; what was moved of
   * it stays.
   */
  default void known(String label, long expectedBytes) {
    // who does not listen to labels need not
  }

  /** Nothing is moved, and the attempt goes no further until this has passed. */
  default void held(Cause cause) {
    // who does not listen to causes need not
  }

  /** What held it has passed. */
  default void free() {
    // who does not listen to causes need not
  }

  /** So many bytes more of the current file. */
  void moved(long bytes);
}
