package org.millrace.engine.threads;

/** A background part. Starting twice and closing early or twice are harmless. */
public interface Service extends AutoCloseable {
  void start();

  /** Returns when nothing of it runs any more. */
  @Override
  void close();
}
