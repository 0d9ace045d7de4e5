package org.millrace.engine.threads;

import org.millrace.domain.task.TaskId;

/**
 * Where new ids come from. Thread-safe; each is greater than the one before from the same source.
 */
public interface Ids {
  TaskId next();
}
