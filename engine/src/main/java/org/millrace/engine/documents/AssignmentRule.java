package org.millrace.engine.documents;

import org.millrace.domain.document.Document;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.task.TaskSpec;

/** How a face makes tasks of documents. Pure. */
public interface AssignmentRule {

  /**
   * What is to be done: work for a worker, its priority, the policy by which it is tried again.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Invalid}, if no worker could be told of it
   */
  TaskSpec spec(Document document, Wanted wanted);

  /** What is told of a task that was assigned just now. */
  FaceState face();
}
