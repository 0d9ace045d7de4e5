package org.millrace.engine.recovery;

import java.time.Instant;
import java.util.List;
import org.millrace.domain.task.TaskId;

/** Finds tasks whose time has come. Thread-safe; interruption is left pending. */
public interface DueStore {

  /**
   * Tasks that have waited longer than their limits allow, at most so many: {@link
   * org.millrace.domain.task.Task#waitsUntil} is not after now. The one over its limit longest
   * comes first.
   */
  List<TaskId> waitedTooLong(Instant now, int most);
}
