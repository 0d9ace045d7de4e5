package org.millrace.engine.retention;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets what the rules no longer keep. One turn at a time. */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /** Few, since the store does nothing else meanwhile. */
  static final int AT_ONCE = 50;

  /** Of one run: about as much as so many tasks have. */
  static final int ROWS_AT_ONCE = 1000;

  /** Of each kind in one turn, so that none makes the others wait for long. */
  static final Duration TURN = Duration.ofSeconds(20);

  private final RetentionRules rules;
  private final RetentionStore store;
  private final KeptLogs logs;
  private final Threads threads;
  private final Bell unfinished;
  private final InstantSource clock;
  private final Unremoved unremoved = new Unremoved();

  /** How far a turn came that was not long enough; the next one goes on there. */
  private final Map<TaskState, Leaving> leaving = new EnumMap<>(TaskState.class);

  /**
   * Forgets nothing yet.
   *
   * @param unfinished rung when a turn was not long enough
   */
  public Retention(
      RetentionRules rules,
      RetentionStore store,
      KeptLogs logs,
      Threads threads,
      Bell unfinished,
      InstantSource clock) {
    this.rules = rules;
    this.store = store;
    this.logs = logs;
    this.threads = threads;
    this.unfinished = unfinished;
    this.clock = clock;
  }

  /** One turn; obeys interruption. */
  public void runOnce() throws InterruptedException {
    Instant now = clock.instant();
    unremoved.begin();
    boolean done = true;
    try {
      // first what needs no room, so that a full disk does not keep it full
      done &= new LogSweep(rules, store, logs, unremoved, now).run();
      for (Map.Entry<RunState, Duration> rule : rules.runs().entrySet()) {
        done &= removeRuns(rule.getKey(), now.minus(rule.getValue())); // they keep their tasks
      }
      for (TaskState state : rules.tasks().keySet()) {
        done &= removeTasks(state, now.minus(rules.tasks().get(state)));
      }
      if (rules.deliveries().isPresent()) {
        done &= removeDeliveries(now.minus(rules.deliveries().get()));
      }
    } finally {
      unremoved.tell();
    }
    if (!done) {
      unfinished.ring();
    }
  }

  private boolean removeRuns(RunState state, Instant then) throws InterruptedException {
    return removeAll(
        "rows of runs that ended " + state,
        then,
        () -> Piece.untilNone(store.removeRuns(state, then, ROWS_AT_ONCE)));
  }

  private boolean removeTasks(TaskState state, Instant then) throws InterruptedException {
    Leaving tasks = leaving.computeIfAbsent(state, _ -> new Leaving(store, state));
    boolean done =
        removeAll(
            "tasks that ended " + state, then, () -> removeSome(tasks.next(then, AT_ONCE), tasks));
    if (done) {
      leaving.remove(state);
    }
    return done;
  }

  private Piece removeSome(List<TaskId> tasks, Leaving of) {
    tasks.forEach(this::removeLogs);
    return new Piece(tasks.isEmpty() ? 0 : store.remove(tasks), of.isOver());
  }

  /** Logs that stay do not keep the task: they are nobody's then, and tried again each turn. */
  private void removeLogs(TaskId task) {
    try {
      logs.remove(task);
    } catch (IOException kept) {
      unremoved.add(task, kept);
    }
  }

  private boolean removeDeliveries(Instant then) throws InterruptedException {
    return removeAll(
        "deliveries that were given up",
        then,
        () -> Piece.untilNone(store.removeGivenUp(then, AT_ONCE)));
  }

  /**
   * What was done at once.
   *
   * @param removed how many
   * @param isLast whether there is nothing more to do
   */
  private record Piece(int removed, boolean isLast) {
    static Piece untilNone(int removed) {
      return new Piece(removed, removed == 0);
    }
  }

  /** Removes a few at once. */
  @FunctionalInterface
  private interface Removal {
    Piece few();
  }

  /** Removes until there are none; false if the time of the turn is over before. */
  private boolean removeAll(String what, Instant then, Removal removal)
      throws InterruptedException {
    Instant end = clock.instant().plus(TURN);
    int all = 0;
    Piece few;
    do {
      Instant begin = clock.instant();
      few = removal.few();
      all += few.removed();
      letOthersWrite(Duration.between(begin, clock.instant()));
    } while (!few.isLast() && clock.instant().isBefore(end));
    if (all > 0) {
      LOG.info("removed {} {} before {}", all, what, then);
    }
    return few.isLast();
  }

  /** As long as they had to wait. */
  private void letOthersWrite(Duration waited) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (waited.isPositive()) {
      threads.sleep(waited.compareTo(TURN) < 0 ? waited : TURN); // the machine may have slept
    }
  }
}
