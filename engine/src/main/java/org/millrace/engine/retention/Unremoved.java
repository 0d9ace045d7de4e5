package org.millrace.engine.retention;

import java.io.IOException;
import java.util.Optional;
import org.millrace.domain.task.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs that could not be read or removed in one turn: one line tells of all. */
final class Unremoved {
  private static final Logger LOG = LoggerFactory.getLogger(Unremoved.class);

  private record First(TaskId task, IOException why) {}

  private Optional<First> first = Optional.empty();
  private int count;

  void add(TaskId task, IOException why) {
    count++;
    first = first.or(() -> Optional.of(new First(task, why)));
  }

  void tell() {
    first.ifPresent(one ->
        LOG.warn(
            "the logs of {} tasks could not be read or removed, first those of task={}: {};"
                + " the next turn tries again",
            count,
            one.task,
            one.why.toString()));
  }
}
