package org.millrace.engine.submission;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.delivery.Delivery;

/**
 * Takes new tasks. When a method returns, what it reports is on disk. Thread-safe; interruption is
 * left pending.
 */
public interface IntakeStore {

  /**
   * Stores task, spec, first event and deliveries in one transaction. The event is {@code
   * SUBMITTED}, at the task's creation; the deliveries are due then.
   *
   * @throws RuntimeException if a task of that id is stored already, which no source of ids lets
   *     happen
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, when nothing can be stored now
   */
  Taken insert(NewTask task);

  /**
   * A task to store.
   *
   * @param externalId resolved first: a known one stores nothing
   * @param refuseAt with so many unfinished tasks in the lane already, refuse; empty: the lane lets
   *     them wait
   */
  record NewTask(
      Task task,
      TaskSpec spec,
      Optional<ExternalId> externalId,
      OptionalInt refuseAt,
      List<Delivery.Draft> deliveries) {}

  /** What became of it. */
  sealed interface Taken {

    /** Stored. */
    record Stored() implements Taken {}

    /** That external id names this task already. */
    record Known(TaskId task) implements Taken {}

    /** The lane is full, with at least so many unfinished tasks: no more are counted. */
    record Full(int unfinished) implements Taken {}
  }
}
