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
}
