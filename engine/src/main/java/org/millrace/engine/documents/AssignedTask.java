package org.millrace.engine.documents;

import java.util.Map;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;

/**
 * A task of a document with what lists show of it.
 *
 * @param sequence its place among all, in the order of assignment; grows by one store
 * @param spec what was assigned
 * @param state of the core task
 * @param attempt number of the attempt begun last
 */
public record AssignedTask(
    long sequence, TaskEntry entry, TaskSpec spec, TaskState state, int attempt) {
  private static final Value.Fields NONE = new Value.Fields(Map.of());

  /** What its worker is told besides. */
  public Value.Fields arguments() {
    return spec.work() instanceof WorkerWork work ? work.arguments() : NONE;
  }
}
