package org.millrace.engine.views;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.delivery.Delivery;

/**
 * Reads. Sees everything that was acknowledged before. Thread-safe; interruption is left pending.
 */
public interface ViewStore {

  /** Id, owner and states alone; one row by key. */
  Optional<TaskGlance> glance(TaskId id);

  /** The task that an external id names. */
  Optional<TaskId> named(ExternalId name);

  /** Task, spec and attempts. */
  Optional<TaskView> find(TaskId id);

  /**
   * A page of tasks, oldest first; with a name prefix, perhaps by name. Costs the same however much
   * is stored.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Invalid} of {@code page_token}, if the token
   *     is not ours
   */
  Page list(TaskQuery query);

  /**
   * Lines of history after a cursor, in order. What is stored later comes later, so that a follower
   * misses nothing.
   */
  List<HistoryEvent> history(HistoryQuery query);

  /** Cursor of the newest line; 0 before the first. */
  long newestEvent();

  /**
   * How many tasks of a lane wait (QUEUED and held by nobody, due or not) and how many are in
   * flight (held or handed over, by any server), counted up to {@code most} each.
   */
  LaneLoad load(Lane lane, int most);

  /** Unfinished tasks per state, for metrics. States without any may be left out. */
  Map<TaskState, Long> unfinished();

  /**
   * How many waiting tasks of its lane and owner go before this one by rank, due or not, counted up
   * to {@code most}; 0 if it does not wait itself.
   */
  int ahead(TaskId id, int most);

  /** Deliveries that were given up, the one written last first. */
  List<Delivery> undelivered(int most);

  /**
   * Which history to read.
   *
   * @param after exclusive
   */
  record HistoryQuery(long after, Optional<TaskId> task, Optional<Owner> owner, int most) {}

  /** How busy a lane is. */
  record LaneLoad(int ready, int inFlight) {}
}
