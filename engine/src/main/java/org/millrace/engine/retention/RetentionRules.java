package org.millrace.engine.retention;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.TaskState;

/**
 * How long what is kept, counted from the end of a task. What has no rule is kept for ever.
 *
 * @param tasks by final state: the record, and with it the logs; runs go by the same ({@link
 *     #runs})
 * @param logs by final state: the full streams of executors; their tails stay in the record
 * @param mostLogBytes of all full streams together; above it those of tasks that ended first go
 *     first
 * @param deliveries that were given up, counted from the last try
 */
public record RetentionRules(
    Map<TaskState, Duration> tasks,
    Map<TaskState, Duration> logs,
    OptionalLong mostLogBytes,
    Optional<Duration> deliveries) {

  public static final RetentionRules KEEP_ALL =
      new RetentionRules(Map.of(), Map.of(), OptionalLong.empty(), Optional.empty());

  public RetentionRules {
    tasks = checked("tasks", tasks);
    logs = checked("logs", logs);
    if (mostLogBytes.isPresent() && mostLogBytes.getAsLong() < 0) {
      throw new IllegalArgumentException("retention.logs-total: not below zero");
    }
    if (deliveries.filter(Duration::isNegative).isPresent()) {
      throw new IllegalArgumentException("retention.deliveries: an age");
    }
  }

  private static Map<TaskState, Duration> checked(String what, Map<TaskState, Duration> rules) {
    var sorted = new EnumMap<TaskState, Duration>(TaskState.class);
    rules.forEach((state, age) -> {
      if (!state.isFinal() || age.isNegative()) {
        throw new IllegalArgumentException(
            "retention." + what + "." + state + ": an age, for a state in which tasks end");
      }
      sorted.put(state, age);
    });
    return Map.copyOf(sorted);
  }

  /**
   * How long runs are kept, from their end on: as tasks that ended like them. One that FAILED is
   * kept as long as a task of either error; for ever, if those of one of them are.
   */
  public Map<RunState, Duration> runs() {
    var runs = new EnumMap<RunState, Duration>(RunState.class);
    keep(runs, RunState.COMPLETE, tasks.get(TaskState.COMPLETE));
    keep(runs, RunState.CANCELED, tasks.get(TaskState.CANCELED));
    Duration executor = tasks.get(TaskState.EXECUTOR_ERROR);
    Duration system = tasks.get(TaskState.SYSTEM_ERROR);
    if (executor != null && system != null) {
      runs.put(RunState.FAILED, executor.compareTo(system) > 0 ? executor : system);
    }
    return runs;
  }

  private static void keep(Map<RunState, Duration> runs, RunState state, @Nullable Duration age) {
    if (age != null) {
      runs.put(state, age);
    }
  }

  /** Whether there is nothing to do. */
  public boolean keepAll() {
    return tasks.isEmpty() && logs.isEmpty() && mostLogBytes.isEmpty() && deliveries.isEmpty();
  }
}
