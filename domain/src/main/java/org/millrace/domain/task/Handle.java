package org.millrace.domain.task;

import java.util.Optional;

/**
 * By what an attempt can be found again where it runs. Stored before anything starts under it, so
 * that no crash can lose or double the work.
 *
 * @param site where that name means something: a host for work held on it, empty where any server
 *     can reach it
 * @param name follows from task and attempt alone
 */
public record Handle(RuntimeName runtime, String site, String name) {

  public static Handle of(RuntimeName runtime, String site, TaskId task, int attempt) {
    return new Handle(runtime, site, task.text() + "-" + attempt);
  }

  /** The task whose attempt this is; empty for a name that we did not make. */
  public Optional<TaskId> task() {
    int dash = name.lastIndexOf('-');
    return dash > 0 && TaskId.isValid(name.substring(0, dash))
        ? Optional.of(new TaskId(name.substring(0, dash)))
        : Optional.empty();
  }
}
