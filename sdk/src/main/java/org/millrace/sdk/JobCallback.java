package org.millrace.sdk;

import org.jspecify.annotations.Nullable;

/** What a worker of the job era does with a job. */
@FunctionalInterface
public interface JobCallback {
  /**
   * Works on the task of a job that its queue stands for. Further fields of the answer are kept in
   * the job, under the key of the task.
   *
   * @throws RefuseTask to put the task back into the queue
   * @throws Exception anything else is answered as 500, {@code Unhandled worker error: ...}
   */
  @Nullable Answer work(Job job) throws Exception;
}
