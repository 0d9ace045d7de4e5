package org.millrace.engine.attempt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Work;
import org.millrace.domain.value.Value;

/**
 * Where work runs, behind the five steps of an attempt. Every method may block, may be repeated,
 * may follow a crash of the server in the middle of itself, and obeys interruption. Thread-safe.
 */
public interface TaskRuntime {

  /** What it takes now. Cheap: asked for every placement. */
  RuntimeOffer offer();

  /**
   * What work leaves that waits for nothing and touches nothing: it is done here and now, and needs
   * no attempt that somebody follows. Empty for all other work, and for such work where it fails.
   */
  default Optional<Value> doAtOnce(Work work) {
    return Optional.empty();
  }

  /**
   * Makes the place ready and brings inputs in. Where that handle has started already, changes
   * nothing.
   */
  void prepare(AttemptOrder order) throws AttemptFailed, InterruptedException;

  /**
   * Starts the work. Where that handle has started or ended already, or was cancelled, changes
   * nothing.
   */
  void start(AttemptOrder order) throws AttemptFailed, InterruptedException;

  /**
   * Held custody: returns when the work has ended, or nothing of that handle can be found any more.
   */
  ComputeEnd await(AttemptOrder order) throws InterruptedException;

  /**
   * How it ended; empty while it goes on. Work that was handed over to a peer that cannot be asked
   * goes on until its answer arrives; but what was cancelled here is known to be stopped.
   */
  Optional<ComputeEnd> look(AttemptOrder order) throws InterruptedException;

  /**
   * How long handed-over work is left alone before it is looked at.
   *
   * @param usual what other runtimes wait
   * @param age how long ago it started
   */
  default Duration lookEvery(Duration usual, Duration age) {
    return usual;
  }

  /**
   * What is known over there that keeps such work from being done, the nearest first; said to
   * people who wonder. Empty where nothing is known, or nobody can be asked now.
   *
   * @param report what is stored of the attempt
   */
  default List<Cause> whyItTakesLong(Work work, AttemptReport report) {
    return List.of();
  }

  /**
   * Brings outputs out and gathers logs and results, of work that ended or was stopped in the
   * middle.
   */
  Collected collect(AttemptOrder order, ComputeEnd end) throws InterruptedException;

  /**
   * Stops the compute; returns once it is gone or cannot be found. What was not started never
   * starts afterwards.
   *
   * @throws AttemptFailed when it cannot be stopped now; it will be asked again
   */
  void cancel(Handle handle) throws AttemptFailed, InterruptedException;

  /** Removes what the attempt left behind, logs excepted. */
  void clean(Handle handle) throws InterruptedException;

  /** What exists over there: for the sweep of what nobody owns any more. */
  Stream<Handle> survivors();
}
