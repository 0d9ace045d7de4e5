package org.millrace.sdk;

import org.jspecify.annotations.Nullable;

/** What a worker does with a task. */
@FunctionalInterface
public interface Callback {
  /**
   * Works on one task. Called for one task at a time, on a thread of its own that is interrupted
   * when the worker is stopped.
   *
   * @param worker the worker that calls: its handler, folders, configuration
   * @return the answer; null is answered as an error
   * @throws RefuseTask to put the task back into the queue
   * @throws Exception anything else is answered as 500, {@code Unhandled worker error: ...}
   */
  @Nullable Answer work(Task task, Document document, Worker worker) throws Exception;
}
