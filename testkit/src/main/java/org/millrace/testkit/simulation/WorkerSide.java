package org.millrace.testkit.simulation;

import java.time.InstantSource;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerProtocol;

/**
 * Makes the runtime that simulated servers hand work of workers to: the one that is to be tried.
 */
@FunctionalInterface
public interface WorkerSide {

  /** Where work of workers is done; such lanes, and their runtime, are called so. */
  String NAME = "dane";

  TaskRuntime runtime(
      WorkerBroker broker, WorkerProtocol protocol, Threads threads, InstantSource clock);
}
