package org.millrace.dane;

import java.util.List;
import org.millrace.domain.document.DeadLetter;
import org.millrace.engine.StorePorts;
import org.millrace.engine.documents.DeadLetterStore.Kept;

/** Answers of workers that could not be used. */
final class PutAway {
  private PutAway() {}

  /** The newest first. */
  static List<DeadLetter> in(StorePorts store) {
    return store.documents().deadLetters().newest(Long.MAX_VALUE, 100).stream()
        .map(Kept::letter)
        .toList();
  }
}
