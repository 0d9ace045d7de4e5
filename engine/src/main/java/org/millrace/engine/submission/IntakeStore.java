package org.millrace.engine.submission;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.Transition;
import org.millrace.engine.delivery.Delivery;

/**
 * Takes new tasks. When a method returns, what it reports is on disk. Thread-safe; interruption is
 * left pending.
 */
public interface IntakeStore {

  /**
   * Stores task, spec, first event and deliveries in one transaction. The event is {@code
   * SUBMITTED}, at the task's creation; the deliveries are due then. Of a task that is done already
   * its attempt is stored as well, and how it ended.
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
   * @param done how it was done, if it was before anybody could take it up
   */
  record NewTask(
      Task task,
      TaskSpec spec,
      Optional<ExternalId> externalId,
      OptionalInt refuseAt,
      List<Delivery.Draft> deliveries,
      Optional<Done> done) {

    /** A task and nothing else. */
    public static NewTask of(Task task, TaskSpec spec) {
      return new NewTask(
          task, spec, Optional.empty(), OptionalInt.empty(), List.of(), Optional.empty());
    }

    /** The same of a task in another state. */
    public NewTask with(Task other) {
      return new NewTask(other, spec, externalId, refuseAt, deliveries, done);
    }

    /** The same, done; what peers are told of that is due with it. */
    public NewTask done(Done how, List<Delivery.Draft> told) {
      return new NewTask(task, spec, externalId, refuseAt, told, Optional.of(how));
    }
  }

  /**
   * The one attempt of a task that was done at once.
   *
   * @param ended what {@code TaskMachine.doneAtOnce} made of it
   */
  record Done(Transition.Changed ended, Handle handle, AttemptReport report) {}

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
