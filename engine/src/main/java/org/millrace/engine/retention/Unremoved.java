package org.millrace.engine.retention;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.millrace.domain.task.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that could not be read or removed: one line tells of all those of a turn, and only when they
 * are others than before. Known to one thread.
 */
final class Unremoved {
  private static final Logger LOG = LoggerFactory.getLogger(Unremoved.class);

  /** More are counted, and not told apart. */
  private static final int MOST_KNOWN = 10_000;

  private final Map<TaskId, IOException> ofThisTurn = new LinkedHashMap<>();
  private Set<TaskId> told = Set.of();

  void begin() {
    ofThisTurn.clear();
  }

  void add(TaskId task, IOException why) {
    if (ofThisTurn.size() < MOST_KNOWN) {
      ofThisTurn.putIfAbsent(task, why);
    }
  }

  void tell() {
    if (!ofThisTurn.isEmpty() && !ofThisTurn.keySet().equals(told)) {
      var first = ofThisTurn.entrySet().iterator().next();
      LOG.warn(
          "the logs of {} tasks could not be read or removed, first those of task={}: {}; each turn"
              + " tries again",
          ofThisTurn.size(),
          first.getKey(),
          first.getValue().toString());
    }
    told = Set.copyOf(ofThisTurn.keySet());
  }
}
