package org.millrace.engine.attempt;

import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskSpec;

/**
 * A task in this server's custody.
 *
 * @param task with its lease
 * @param report what is known of the attempt under way; empty before it begins
 */
public record Claimed(Task task, TaskSpec spec, AttemptReport report) {
  public Lease lease() {
    return task.lease().orElseThrow();
  }
}
