package org.millrace.engine.retention;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.stream.Stream;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.retention.KeptLogs.LogsOfTask;
import org.millrace.engine.retention.RetentionStore.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One walk through all logs that are kept: removes what is over, then what is too much. */
final class LogSweep implements KeptLogs.Visitor {
  private static final Logger LOG = LoggerFactory.getLogger(LogSweep.class);

  /** Logs without a task may belong to one that is being removed at this moment. */
  static final Duration NOBODYS = Duration.ofDays(1);

  /** What may go for the sake of the total, kept in mind at once. */
  static final int MOST_CANDIDATES = 10_000;

  private final RetentionRules rules;
  private final RetentionStore store;
  private final KeptLogs logs;
  private final Unremoved unremoved;
  private final Instant now;
  private final Queue<Candidate> endedFirst =
      new PriorityQueue<>(Comparator.comparing(Candidate::endedAt).reversed());
  private long bytes;

  LogSweep(
      RetentionRules rules, RetentionStore store, KeptLogs logs, Unremoved unremoved, Instant now) {
    this.rules = rules;
    this.store = store;
    this.logs = logs;
    this.unremoved = unremoved;
    this.now = now;
  }

  /** What may go: its task has ended. */
  private record Candidate(LogsOfTask logs, Instant endedAt) {}

  /** Removes; false if there is more to remove than one walk can keep in mind. */
  boolean run() throws InterruptedException {
    try {
      logs.visit(this);
    } catch (IOException unknown) {
      LOG.warn("the logs that are kept cannot be listed: {}", unknown.toString());
      return true;
    }
    return rules.mostLogBytes().isEmpty() || removeAbove(rules.mostLogBytes().getAsLong());
  }

  @Override
  public void logs(LogsOfTask found) {
    Optional<Standing> task = store.standing(found.task());
    if (isOver(found, task) && remove(found.task())) {
      return;
    }
    bytes += found.bytes();
    task.flatMap(Standing::endedAt).ifPresent(end -> keepInMind(new Candidate(found, end)));
  }

  @Override
  public void unreadable(TaskId task, IOException why) {
    unremoved.add(task, why);
  }

  private boolean isOver(LogsOfTask found, Optional<Standing> task) {
    if (task.isEmpty()) {
      return isPast(found.lastWritten(), NOBODYS);
    }
    Duration age = rules.logs().get(task.get().state());
    return age != null && task.get().endedAt().filter(end -> isPast(end, age)).isPresent();
  }

  private boolean isPast(Instant since, Duration age) {
    return !since.plus(age).isAfter(now);
  }

  private void keepInMind(Candidate candidate) {
    endedFirst.add(candidate);
    if (endedFirst.size() > MOST_CANDIDATES) {
      endedFirst.remove(); // the one that ended last
    }
  }

  private boolean removeAbove(long most) throws InterruptedException {
    boolean seenAll = endedFirst.size() < MOST_CANDIDATES;
    int removed = 0;
    Stream<Candidate> inOrder =
        endedFirst.stream().sorted(Comparator.comparing(Candidate::endedAt));
    for (Candidate each : (Iterable<Candidate>) inOrder::iterator) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (bytes > most && remove(each.logs().task())) {
        bytes -= each.logs().bytes();
        removed++;
      }
    }
    if (removed > 0) {
      LOG.info("removed the logs of {} tasks to keep below {} bytes", removed, most);
    }
    return seenAll || bytes <= most || removed == 0;
  }

  private boolean remove(TaskId task) {
    try {
      logs.remove(task);
      return true;
    } catch (IOException kept) {
      unremoved.add(task, kept);
      return false;
    }
  }
}
