package org.millrace.transfer;

import java.util.concurrent.atomic.AtomicLong;
import org.millrace.engine.attempt.Progress;

/** Counts bytes as they move, for whoever listens and for whoever watches the pace. Thread-safe. */
final class Meter {
  private final Progress progress;
  private final AtomicLong moved = new AtomicLong();

  Meter(Progress progress) {
    this.progress = progress;
  }

  void file(String label, long expectedBytes) {
    progress.file(label, expectedBytes);
  }

  void moved(long bytes) {
    moved.addAndGet(bytes);
    progress.moved(bytes);
  }

  /** All bytes so far, over all tries. */
  long total() {
    return moved.get();
  }
}
