package org.millrace.engine.staging;

import org.millrace.engine.attempt.Progress;

/**
 * Tells of one file under the name the task has for it, whatever the transfer calls it, or if it
 * names none.
 */
final class LabelledProgress implements Progress {
  private final Progress told;
  private final String label;
  private final long expectedBytes;
  private boolean begun;

  LabelledProgress(Progress told, String label, long expectedBytes) {
    this.told = told;
    this.label = label;
    this.expectedBytes = expectedBytes;
  }

  @Override
  public void file(String transferLabel, long bytes) {
    begun = true;
    told.file(label, bytes < 0 ? expectedBytes : bytes);
  }

  @Override
  public void moved(long bytes) {
    if (!begun) {
      file(label, expectedBytes);
    }
    told.moved(bytes);
  }
}
