package org.millrace.engine.views;

import java.util.List;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskSpec;

/**
 * A task with all that is known of it.
 *
 * @param attempts from the first to the latest
 */
public record TaskView(Task task, TaskSpec spec, List<AttemptView> attempts) {
  public TaskView {
    attempts = List.copyOf(attempts);
  }
}
