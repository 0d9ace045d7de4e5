package org.millrace.dane;

import java.util.List;
import java.util.Optional;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;

/** The queues of workers, as {@link org.millrace.engine.workers.WorkerBroker#queues} tells them. */
@FunctionalInterface
public interface WorkerQueues {

  /** All there are, bound or not; empty: nobody can be asked, or not now. */
  Optional<List<WorkerQueue>> now() throws InterruptedException;

  /** Whether there is anybody to ask, as the server is set up. */
  default boolean canBeAsked() {
    return true;
  }
}
