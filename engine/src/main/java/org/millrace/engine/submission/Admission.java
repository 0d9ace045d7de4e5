package org.millrace.engine.submission;

import org.millrace.domain.task.TaskSpec;

/**
 * Checks what a caller wants against what this server can and may do, before anything is stored.
 * Pure and quick.
 */
@FunctionalInterface
public interface Admission {

  /**
   * The spec as it is to be stored: secrets sealed.
   *
   * @throws org.millrace.domain.failure.Refusal naming the field and the reason
   */
  TaskSpec admit(TaskSpec spec);

  /**
   * A plan as it is to be stored until its references are filled: what can be said of it now is
   * checked, and secrets are sealed that are known. One that seals nothing leaves it as it is.
   *
   * @throws org.millrace.domain.failure.Refusal naming the field and the reason
   */
  default TaskSpec admitPlan(TaskSpec plan) {
    return plan;
  }

  /**
   * A plan as it was before {@link #admitPlan}, to be filled and admitted. Open it before it is
   * filled: what a value says is never taken for something sealed then.
   *
   * @throws org.millrace.domain.failure.Refusal if it was sealed under another key
   */
  default TaskSpec opened(TaskSpec plan) {
    return plan;
  }
}
