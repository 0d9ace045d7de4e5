package org.millrace.engine.transition;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.TaskId;

/**
 * The attempts this server works on, each with the sign by which it is told to stop. Thread-safe.
 */
public final class StopSigns {

  /** Why an attempt is to stop what it does; a later one overrules an earlier one. */
  public enum Reason {
    /** A time limit has passed: stop the compute. */
    LIMIT,
    /** The task was cancelled: stop the compute. */
    CANCEL,
    /** The server ends: leave the compute to whoever comes next. */
    SHUTDOWN,
    /** The lease is gone: touch nothing. */
    OVERTAKEN
  }

  private final Map<TaskId, StopSign> signs = new ConcurrentHashMap<>();

  /**
   * A sign for this lease; false if the task is being worked on under another one that has not let
   * go yet.
   */
  public boolean put(TaskId task, StopSign sign) {
    return signs.putIfAbsent(task, sign) == null;
  }

  public void remove(TaskId task, StopSign sign) {
    signs.remove(task, sign);
  }

  /** Whether this server works on the task, under whatever lease. */
  public boolean has(TaskId task) {
    return signs.containsKey(task);
  }

  /** Whether this server works on the task under this lease. */
  public boolean has(TaskId task, Lease lease) {
    StopSign sign = signs.get(task);
    return sign != null && sign.lease().equals(lease);
  }

  /** Shows the sign, if the task is worked on here under that lease. */
  public void show(TaskId task, Lease lease, Reason reason) {
    StopSign sign = signs.get(task);
    if (sign != null && sign.lease().equals(lease)) {
      sign.show(reason);
    }
  }

  /** Shows the sign, if the task is worked on here under an older lease than that. */
  public void showOlder(TaskId task, Lease lease, Reason reason) {
    StopSign sign = signs.get(task);
    if (sign != null && sign.lease().number() < lease.number()) {
      sign.show(reason);
    }
  }

  /** Shows every sign. */
  public void showAll(Reason reason) {
    signs.values().forEach(sign -> sign.show(reason));
  }

  public int size() {
    return signs.size();
  }
}
