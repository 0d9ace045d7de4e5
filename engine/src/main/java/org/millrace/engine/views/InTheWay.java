package org.millrace.engine.views;

import java.util.List;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.TaskId;

/** Knows what keeps a task waiting that is not of the task itself. Thread-safe. */
@FunctionalInterface
public interface InTheWay {

  /** Where tasks wait for nothing else. */
  InTheWay NOTHING = _ -> List.of();

  /** What a task that was put off waits for, what failed first; of many the first ones. */
  List<Cause> of(TaskId task);
}
