package org.millrace.engine.attempt;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskEvent.LeaseEnded;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TaskTransitions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt in this server's custody: what is known of it, and how that is told to the store.
 * What happened is told again until it is stored, or until the server ends; then the next holder
 * finds it out anew.
 */
final class Attempt implements AttemptOrder {
  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  /** An answer about the lease that took longer may be out of date when it is heard. */
  private static final Duration STALE = Duration.ofSeconds(1);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Somebody else has the task now, or it has ended: touch nothing. */
  static final class Overtaken extends Exception {
    private static final long serialVersionUID = 1L;

    Overtaken() {
      super("overtaken", null, false, false);
    }
  }

  /** The task is being cancelled: stop the compute. */
  static final class Canceling extends Exception {
    private static final long serialVersionUID = 1L;

    Canceling() {
      super("canceling", null, false, false);
    }
  }

  private final TaskTransitions transitions;
  private final Threads threads;
  private final InstantSource clock;
  private final Progress progress;
  private final TaskSpec spec;
  private final Lease lease;
  private volatile Task task; // its deadline is watched from another thread
  private volatile boolean computeEnded;
  private final boolean takenOver;
  private boolean over;
  private Instant asked = Instant.MIN; // when the store was last asked to write
  private Instant inForce = Instant.MIN; // when it was last asked and found the lease in force
  private AttemptReport report;

  Attempt(
      Claimed claimed,
      TaskTransitions transitions,
      Threads threads,
      InstantSource clock,
      Progress progress) {
    this.transitions = transitions;
    this.threads = threads;
    this.clock = clock;
    this.progress = progress;
    this.spec = claimed.spec();
    this.lease = claimed.lease();
    this.task = claimed.task();
    this.takenOver = task.handle().isPresent();
    this.report = claimed.report();
  }

  Task now() {
    return task;
  }

  Lease lease() {
    return lease;
  }

  /** Whether another holder may have begun it: the attempt was there before this custody. */
  boolean wasTakenOver() {
    return takenOver;
  }

  void step(String name) {
    report = report.withStep(name, clock.instant());
  }

  void collected(Collected collected) {
    report =
        report.withCollected(
            collected.executors(),
            collected.outputs(),
            collected.image(),
            collected.value(),
            collected.notes());
  }

  /** Whether what was told last ended the attempt, and is stored. */
  boolean isOver() {
    return over;
  }

  /** Stores what happened. Returns unless the task is no longer this server's to work on. */
  void tell(TaskEvent event) throws Overtaken, InterruptedException {
    Transition transition = stored(event);
    if (transition instanceof Transition.Late) {
      throw new Overtaken();
    }
    inForce = asked;
    task = transition.task();
    over = task.handle().isEmpty();
  }

  /** Gives the lease back, once: if the store cannot take that now, the reaper finds out. */
  void letGo() {
    try {
      transitions.apply(task.id(), new LeaseEnded(lease, clock.instant()), known());
    } catch (Refusal refusal) {
      LOG.warn(
          "task={} was let go of, which is not stored: {}; its lease ends with this server",
          task.id(),
          refusal.getMessage());
    } catch (RuntimeException | Error defect) {
      LOG.error("task={} was let go of, which a defect kept from the store", task.id(), defect);
    }
  }

  /** As {@link #tell}; returns only if there is a point in going on. */
  void tellAndGoOn(TaskEvent event) throws Overtaken, Canceling, InterruptedException {
    tell(event);
    goOnUnlessCanceling();
  }

  void goOnUnlessCanceling() throws Canceling {
    if (task.state() == TaskState.CANCELING) {
      throw new Canceling();
    }
  }

  /** The compute has ended: its run limit no longer counts. */
  void computeEnded() {
    step("awaited");
    computeEnded = true;
  }

  /** Whether its compute is known to have ended. */
  boolean hasComputeEnded() {
    return computeEnded;
  }

  /** Whether the time for the whole task is over. */
  boolean isPastTotalLimit() {
    return task.limits()
        .total()
        .filter(limit -> !task.createdAt().plus(limit).isAfter(clock.instant()))
        .isPresent();
  }

  /** When it must be stopped, if it starts at this time unless another one is stored. */
  Optional<Instant> deadline(Instant start) {
    return task.runsUntil(start);
  }

  /** When it must be stopped. */
  Optional<Instant> deadline() {
    return computeEnded ? task.limits().total().map(task.createdAt()::plus) : task.runsUntil();
  }

  /**
   * Returns only if the lease is in force at this moment. A server that was asleep, or cut off from
   * the store, must not start or stop under a handle that another one has long taken over. What was
   * stored under the lease a moment ago says so as well as asking does.
   */
  void confirmCustody() throws Overtaken, InterruptedException {
    while (Duration.between(inForce, clock.instant()).abs().compareTo(STALE) > 0) {
      if (!untilStored("custody", () -> transitions.note(task.id(), lease, report))) {
        throw new Overtaken();
      }
      inForce = asked;
    }
  }

  private Transition stored(TaskEvent event) throws Overtaken, InterruptedException {
    return untilStored(
            event.getClass().getSimpleName(), () -> transitions.apply(task.id(), event, known()))
        .orElseThrow(Overtaken::new);
  }

  private AttemptNews known() {
    return new AttemptNews.Known(report);
  }

  private <T> T untilStored(String what, Supplier<T> write) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        asked = clock.instant();
        return write.get();
      } catch (Refusal refusal) {
        if (!(refusal.failure() instanceof Failure.Unavailable)) {
          throw refusal;
        }
        LOG.warn("task={} {} not stored yet: {}", task.id(), what, refusal.getMessage());
        threads.sleep(pause);
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      }
    }
  }

  Instant instant() {
    return clock.instant();
  }

  @Override
  public TaskId task() {
    return task.id();
  }

  @Override
  public int attempt() {
    return task.attempt();
  }

  @Override
  public Instant dueAt() {
    return task.dueAt();
  }

  @Override
  public Optional<Instant> startedAt() {
    return task.startedAt();
  }

  @Override
  public Handle handle() {
    return task.handle().orElseThrow();
  }

  @Override
  public TaskSpec spec() {
    return spec;
  }

  @Override
  public Optional<String> checkpoint(String key) {
    return Optional.ofNullable(report.checkpoints().get(key));
  }

  @Override
  public void checkpoint(String key, String value) throws AttemptFailed, InterruptedException {
    report = report.withCheckpoint(key, value);
    if (!untilStored("checkpoint", () -> transitions.note(task.id(), lease, report))) {
      throw new AttemptFailed(
          new Outcome.RuntimeFailed(
              new Cause("lease-lost", "checkpoint " + key + " came under a lost lease", ""),
              false));
    }
  }

  @Override
  public void inputsStaged(List<StoredFile> files) {
    report = report.withInputs(files);
  }

  @Override
  public void note(String line) {
    report = report.withNotes(List.of(line));
  }

  /** What stands in the way of stopping it; stored when it changes, for whoever asks meanwhile. */
  void noteWhyNotStopped(String why) {
    AttemptReport before = report;
    report = report.withLatest(Attempts.NOT_STOPPED, why);
    if (!report.equals(before)) {
      try {
        transitions.note(task.id(), lease, report);
      } catch (Refusal refusal) {
        LOG.warn(
            "task={} {}{}; not stored: {}",
            task.id(),
            Attempts.NOT_STOPPED,
            why,
            refusal.getMessage());
      }
    }
  }

  @Override
  public Progress progress() {
    return progress;
  }
}
