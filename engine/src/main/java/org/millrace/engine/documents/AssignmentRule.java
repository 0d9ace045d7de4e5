package org.millrace.engine.documents;

import org.millrace.domain.document.Document;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.TaskSpec;

/** How a face makes tasks of documents. Pure. */
public interface AssignmentRule {

  /** Of a server without documents: nobody is told of anything. */
  AssignmentRule NONE =
      new AssignmentRule() {
        @Override
        public TaskSpec spec(Document document, Wanted wanted) {
          throw Refusal.invalid("key", "no face of this server has tasks of documents");
        }

        @Override
        public FaceState face() {
          throw new IllegalStateException("no task was assigned");
        }
      };

  /**
   * What is to be done: work for a worker, its priority, the policy by which it is tried again.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Invalid}, if no worker could be told of it
   */
  TaskSpec spec(Document document, Wanted wanted);

  /** What is told of a task that was assigned just now. */
  FaceState face();
}
