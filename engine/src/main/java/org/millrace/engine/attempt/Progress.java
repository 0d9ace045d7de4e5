package org.millrace.engine.attempt;

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

  /** So many bytes more of the current file. */
  void moved(long bytes);
}
