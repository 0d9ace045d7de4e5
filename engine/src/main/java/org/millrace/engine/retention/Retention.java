package org.millrace.engine.retention;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.retention.KeptLogs.LogsOfTask;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.ViewStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets what the rules no longer keep. One turn at a time. */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /** Few, since the store does nothing else meanwhile. */
  private static final int AT_ONCE = 50;

  /** In one turn; the next one goes on. */
  private static final int MOST_ROUNDS = 400;

  /** Logs without a task may belong to one that is being submitted or removed at this moment. */
  private static final Duration NOBODYS = Duration.ofHours(1);

  private final RetentionRules rules;
  private final RetentionStore store;
  private final ViewStore views;
  private final KeptLogs logs;
  private final InstantSource clock;

  public Retention(
      RetentionRules rules,
      RetentionStore store,
      ViewStore views,
      KeptLogs logs,
      InstantSource clock) {
    this.rules = rules;
    this.store = store;
    this.views = views;
    this.logs = logs;
    this.clock = clock;
  }

  public void runOnce() throws InterruptedException {
    Instant now = clock.instant();
    try {
      for (TaskState state : rules.tasks().keySet()) {
        removeTasks(state, now.minus(rules.tasks().get(state)));
      }
      removeLogs(now);
    } catch (IOException failed) {
      LOG.warn("logs could not be removed: {}; the next turn tries again", failed.toString());
    }
  }

  private void removeTasks(TaskState state, Instant then) throws IOException, InterruptedException {
    int removed = 0;
    List<TaskId> ended = store.endedBefore(state, then, AT_ONCE);
    for (int round = 0; round < MOST_ROUNDS && !ended.isEmpty(); round++) {
      throwIfInterrupted();
      for (TaskId task : ended) {
        logs.remove(task);
      }
      removed += store.remove(ended);
      ended = store.endedBefore(state, then, AT_ONCE);
    }
    if (removed > 0) {
      LOG.info("removed {} tasks that ended {} before {}", removed, state, then);
    }
  }

  private void removeLogs(Instant now) throws IOException, InterruptedException {
    if (rules.logs().isEmpty() && rules.mostLogBytes().isEmpty()) {
      return;
    }
    List<LogsOfTask> kept = new ArrayList<>();
    for (LogsOfTask each : logs.all()) {
      throwIfInterrupted();
      if (isOver(each, now)) {
        logs.remove(each.task());
      } else {
        kept.add(each);
      }
    }
    if (rules.mostLogBytes().isPresent()) {
      removeAbove(rules.mostLogBytes().getAsLong(), kept);
    }
  }

  private boolean isOver(LogsOfTask each, Instant now) {
    Optional<TaskState> state = views.glance(each.task()).map(TaskGlance::state);
    Optional<Duration> age =
        state.isEmpty()
            ? Optional.of(NOBODYS)
            : state.filter(TaskState::isFinal).map(rules.logs()::get);
    return age.filter(most -> each.lastWritten().plus(most).isBefore(now)).isPresent();
  }

  private void removeAbove(long most, List<LogsOfTask> kept)
      throws IOException, InterruptedException {
    long bytes = kept.stream().mapToLong(LogsOfTask::bytes).sum();
    kept.sort(Comparator.comparing(LogsOfTask::lastWritten));
    int removed = 0;
    for (LogsOfTask each : kept) {
      throwIfInterrupted();
      if (bytes > most && hasEnded(each.task())) {
        logs.remove(each.task());
        bytes -= each.bytes();
        removed++;
      }
    }
    if (removed > 0) {
      LOG.info("removed the logs of {} tasks to keep below {} bytes", removed, most);
    }
  }

  private boolean hasEnded(TaskId task) {
    return views.glance(task).map(TaskGlance::state).filter(TaskState::isFinal).isPresent();
  }

  private static void throwIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
