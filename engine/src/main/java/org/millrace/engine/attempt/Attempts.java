package org.millrace.engine.attempt;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.threads.Threads.Running;
import org.millrace.engine.transition.StopSign;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.StopSigns.Reason;
import org.millrace.engine.transition.TaskTransitions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on what this server holds: a thread for each attempt, for as long as it holds it.
 * Thread-safe.
 */
public final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  /** How a note begins that says why the compute of an attempt could not be stopped yet. */
  public static final String NOT_STOPPED = "could not be stopped yet: ";

  private static final Duration LONGEST_LEAVING = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final AttemptRunner runner;
  private final TaskTransitions transitions;
  private final StopSigns signs;
  private final StagingBoard staging;
  private final Threads threads;
  private final InstantSource clock;
  private final Bell ended;
  private volatile boolean leaving;

  public Attempts(
      AttemptRunner runner,
      TaskTransitions transitions,
      StopSigns signs,
      StagingBoard staging,
      Threads threads,
      InstantSource clock) {
    this.runner = runner;
    this.transitions = transitions;
    this.signs = signs;
    this.staging = staging;
    this.threads = threads;
    this.clock = clock;
    this.ended = threads.bell();
  }

  /** Begins or goes on with a claimed task in a thread of its own. */
  public void start(Claimed claimed) {
    StopSign sign = new StopSign(claimed.lease());
    if (put(claimed, sign)) {
      threads.start("attempt-" + claimed.task().id(), () -> work(claimed, sign, Optional.empty()));
    } else {
      letGo(claimed);
    }
  }

  /**
   * Brings a claimed task whose end is known to its end, in a thread of its own. A caller that is
   * interrupted stops waiting for that, and nothing else.
   *
   * @return whether the end of the attempt is stored; if not, it is still under way
   */
  public boolean finish(Claimed claimed, ComputeEnd answer) throws InterruptedException {
    StopSign sign = new StopSign(claimed.lease());
    if (!put(claimed, sign)) {
      letGo(claimed);
      return false;
    }
    var stored = new AtomicBoolean();
    Running worker =
        threads.start(
            "answer-" + claimed.task().id(),
            () -> stored.set(work(claimed, sign, Optional.of(answer))));
    while (!worker.join(PATIENCE)) {
      LOG.debug("task={} its end is being stored", claimed.task().id());
    }
    return stored.get();
  }

  /** Whether this server works on a task now. */
  public boolean isHeld(TaskId task) {
    return signs.has(task);
  }

  /** Returns when this server does not work on a task any more, or when the time is over. */
  public void awaitLetGo(TaskId task, Duration most) throws InterruptedException {
    Instant end = clock.instant().plus(most);
    long heard = ended.rings();
    while (signs.has(task) && clock.instant().isBefore(end)) {
      heard = ended.await(heard, most);
    }
  }

  /** Whether everything is being left to whoever comes next: nothing new is to be claimed. */
  public boolean isLeaving() {
    return leaving;
  }

  private boolean put(Claimed claimed, StopSign sign) {
    if (!signs.put(claimed.task().id(), sign)) {
      return false;
    }
    if (leaving) { // claimed just before
      sign.show(Reason.SHUTDOWN);
    }
    return true;
  }

  private boolean work(Claimed claimed, StopSign sign, Optional<ComputeEnd> answer) {
    TaskId id = claimed.task().id();
    try (var progress = staging.open(id)) {
      var attempt = new Attempt(claimed, transitions, threads, clock, progress);
      runner.run(attempt, sign, answer);
      return attempt.isOver();
    } finally {
      signs.remove(id, sign);
      ended.ring();
    }
  }

  /**
   * Its last holder here has not noticed yet that it lost it; the reaper frees the new lease soon.
   */
  private void letGo(Claimed claimed) {
    TaskId id = claimed.task().id();
    LOG.warn("task={} is still being let go of under an older lease; it waits for that", id);
    signs.showOlder(id, claimed.lease(), Reason.OVERTAKEN);
  }

  /** How many are worked on now. */
  public int held() {
    return signs.size();
  }

  /**
   * Leaves everything to whoever comes next; returns when no attempt is worked on any more, or
   * after a while: what a crash leaves behind is adopted as well.
   */
  public void leaveAll() throws InterruptedException {
    leaving = true;
    Instant end = clock.instant().plus(LONGEST_LEAVING);
    long heard = ended.rings();
    signs.showAll(Reason.SHUTDOWN);
    while (signs.size() > 0 && clock.instant().isBefore(end)) {
      heard = ended.await(heard, Duration.ofSeconds(1));
    }
    if (signs.size() > 0) {
      LOG.warn("{} attempts did not let go in time; the next server adopts them", signs.size());
    }
  }
}
