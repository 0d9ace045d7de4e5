package org.millrace.api;

import java.time.Instant;
import java.util.Optional;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.TaskView;

/** A task as one line of a list. */
record WireTaskLine(
    String id,
    Optional<String> name,
    TaskState state,
    String dialect,
    String owner,
    String lane,
    int priority,
    Instant created,
    Optional<Instant> started,
    Optional<Instant> ended,
    int attempt) {

  static WireTaskLine of(TaskView view) {
    Task task = view.task();
    TaskSpec spec = view.spec();
    return new WireTaskLine(
        task.id().text(),
        spec.name(),
        task.state(),
        spec.dialect(),
        task.owner().name(),
        task.lane().name(),
        spec.priority(),
        task.createdAt(),
        task.startedAt(),
        task.endedAt(),
        task.attempt());
  }
}
