package org.millrace.engine.views;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list.
 *
 * @param glances one per task; {@code tasks} the same in full, if that was asked for
 * @param next present only if more tasks may match; names a place in the order, so that a page
 *     neither repeats nor skips a task when new ones arrive
 */
public record Page(List<TaskGlance> glances, List<TaskView> tasks, Optional<String> next) {
  public Page {
    glances = List.copyOf(glances);
    tasks = List.copyOf(tasks);
  }
}
