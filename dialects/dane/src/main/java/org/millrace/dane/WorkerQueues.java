package org.millrace.dane;

import java.util.List;
import java.util.Optional;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;

/** The queues of workers, as {@link org.millrace.engine.workers.WorkerBroker#queues} tells them. */
@FunctionalInterface
public interface WorkerQueues {

  /** A server without workers, or with a broker that cannot be asked. */
  WorkerQueues NONE = Optional::empty;

  /** Those that are bound now; empty: nobody can be asked. */
  Optional<List<WorkerQueue>> now() throws InterruptedException;
}
