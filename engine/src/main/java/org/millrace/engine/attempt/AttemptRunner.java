package org.millrace.engine.attempt;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.Placement;
import org.millrace.domain.placement.Placement.Choice;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.TaskEvent.AttemptBegun;
import org.millrace.domain.task.TaskEvent.CancelFinished;
import org.millrace.domain.task.TaskEvent.Ended;
import org.millrace.domain.task.TaskEvent.HandedOver;
import org.millrace.domain.task.TaskEvent.PutBack;
import org.millrace.domain.task.TaskEvent.Started;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits.Limit;
import org.millrace.engine.attempt.Attempt.Canceling;
import org.millrace.engine.attempt.Attempt.Overtaken;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.transition.StopSign;
import org.millrace.engine.transition.StopSigns.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one attempt through its five steps, from wherever it was found. No step asks which
 * runtime it has; the only fork is between work that is held to its end and work that is handed
 * over.
 */
public final class AttemptRunner {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptRunner.class);

  /**
   * So long after it was told that it has custody an earlier holder may still start the work. Then
   * it has been started, or has to ask again, and is told that it was overtaken.
   */
  private static final Duration LAST_START = Duration.ofSeconds(2);

  private final Runtimes runtimes;
  private final Threads threads;
  private final RandomGenerator chance;
  private final AttemptTimes times;

  public AttemptRunner(
      Runtimes runtimes, Threads threads, RandomGenerator chance, AttemptTimes times) {
    this.runtimes = runtimes;
    this.threads = threads;
    this.chance = chance;
    this.times = times;
  }

  /** The whole attempt, or what is left of it; {@code answer} if its end is known already. */
  void run(Attempt attempt, StopSign sign, Optional<ComputeEnd> answer) {
    sign.watch();
    try {
      if (attempt.now().handle().isEmpty()) {
        begin(attempt, sign);
      } else {
        goOn(attempt, sign, answer);
      }
    } catch (Overtaken _) {
      LOG.info("task={} was taken over or has ended; this server lets go of it", attempt.task());
    } catch (InterruptedException _) {
      leave(attempt, sign);
    } catch (RuntimeException | Error defect) {
      LOG.error("task={} attempt={} failed by a defect", attempt.task(), attempt.attempt(), defect);
      endByDefect(attempt, sign, defect);
    } finally {
      sign.ignore();
    }
  }

  /** A runtime is chosen; the handle is named and stored before anything happens under it. */
  private void begin(Attempt attempt, StopSign sign) throws Overtaken, InterruptedException {
    Instant now = attempt.instant();
    switch (Placement.choose(
        attempt.spec().work(), attempt.spec().resources(), runtimes.offers())) {
      case Choice.NotNow(Cause cause) ->
          attempt.tell(new PutBack(attempt.lease(), cause, now.plus(times.putBack()), now));
      case Choice.Never(Cause cause) ->
          attempt.tell(ended(attempt, new Outcome.Unplaceable(cause)));
      case Choice.Chosen(RuntimeOffer offer) -> {
        Handle handle =
            Handle.of(offer.name(), offer.site(), attempt.task(), attempt.attempt() + 1);
        attempt.tell(new AttemptBegun(attempt.lease(), handle, now));
        goOn(attempt, sign, Optional.empty());
      }
    }
  }

  private void goOn(Attempt attempt, StopSign sign, Optional<ComputeEnd> answer)
      throws Overtaken, InterruptedException {
    Optional<TaskRuntime> runtime = runtimes.find(attempt.handle().runtime());
    if (runtime.isEmpty()) {
      attempt.tell(ended(attempt, new Outcome.Lost(runtimeGone(attempt.handle()), true)));
      return;
    }
    try {
      untilStopped(attempt, runtime.get(), sign, answer);
    } catch (Canceling _) {
      sign.heard(Reason.CANCEL);
      cancel(attempt, runtime.get(), sign);
    }
  }

  /** Works until it ends, or until the sign tells to stop; what the sign means is decided here. */
  private void untilStopped(
      Attempt attempt, TaskRuntime runtime, StopSign sign, Optional<ComputeEnd> answer)
      throws Overtaken, Canceling, InterruptedException {
    attempt.goOnUnlessCanceling();
    try (var _ = new DeadlineWatch(attempt, sign, threads)) {
      work(attempt, runtime, sign, answer);
    } catch (AttemptFailed failed) {
      endBefore(attempt, runtime, sign, failed.outcome());
    } catch (InterruptedException interruption) {
      switch (sign.take().orElse(Reason.SHUTDOWN)) {
        case CANCEL -> throw new Canceling();
        case LIMIT -> atLimit(attempt, runtime, sign);
        case SHUTDOWN -> attempt.letGo();
        case OVERTAKEN -> throw new Overtaken();
      }
    }
  }

  /** The main path: prepare, start, await, collect, clean. Each step is harmless when repeated. */
  private void work(
      Attempt attempt, TaskRuntime runtime, StopSign sign, Optional<ComputeEnd> answer)
      throws AttemptFailed, Overtaken, Canceling, InterruptedException {
    if (answer.isPresent()) {
      finish(attempt, runtime, sign, answer.get());
    } else if (runtime.offer().custody() == Custody.HELD) {
      if (startUnlessRunning(attempt, runtime)) {
        attempt.tellAndGoOn(new Started(attempt.lease(), attempt.instant()));
      }
      finish(attempt, runtime, sign, runtime.await(attempt));
    } else if (startUnlessRunning(attempt, runtime)) {
      handOver(attempt, runtime);
    } else {
      Optional<ComputeEnd> end = runtime.look(attempt);
      if (end.isPresent()) {
        finish(attempt, runtime, sign, end.get());
      } else {
        handOver(attempt, runtime);
      }
    }
  }

  /** True if this started it, which is not told yet; false if it was found running. */
  private boolean startUnlessRunning(Attempt attempt, TaskRuntime runtime)
      throws AttemptFailed, Overtaken, InterruptedException {
    if (attempt.now().state() == TaskState.RUNNING) {
      return false;
    }
    if (attempt.wasTakenOver()) {
      threads.sleep(LAST_START);
    }
    runtime.prepare(attempt);
    attempt.step("prepared");
    attempt.confirmCustody();
    runtime.start(attempt);
    attempt.step(AttemptReport.STARTED);
    return true;
  }

  /** Tells with it that it has started, if that was not told before. */
  private void handOver(Attempt attempt, TaskRuntime runtime)
      throws Overtaken, InterruptedException {
    Instant now = attempt.instant();
    Duration age = Duration.between(attempt.startedAt().orElse(now), now);
    Instant look = now.plus(runtime.lookEvery(times.lookEvery(), age));
    Instant next = attempt.deadline(now).filter(limit -> limit.isBefore(look)).orElse(look);
    attempt.tell(new HandedOver(attempt.lease(), next, now));
  }

  private void finish(Attempt attempt, TaskRuntime runtime, StopSign sign, ComputeEnd end)
      throws Overtaken, InterruptedException {
    attempt.computeEnded();
    Collected collected = runtime.collect(attempt, end);
    attempt.step("collected");
    attempt.collected(collected);
    end(attempt, runtime, sign, Outcomes.of(attempt.spec().work(), end, collected));
  }

  /**
   * It failed before it ran: what was made ready is removed, and nothing can start from it any
   * more.
   */
  private void endBefore(Attempt attempt, TaskRuntime runtime, StopSign sign, Outcome outcome)
      throws Overtaken, InterruptedException {
    attempt.confirmCustody();
    stopCompute(attempt, runtime);
    end(attempt, runtime, sign, outcome);
  }

  /**
   * What ended by itself is no time-out, however late that is found out: this server may have been
   * away when it did. The time for the whole task counts to its very end.
   */
  private void atLimit(Attempt attempt, TaskRuntime runtime, StopSign sign)
      throws Overtaken, Canceling, InterruptedException {
    attempt.confirmCustody();
    boolean mayHaveEnded =
        attempt.now().state() == TaskState.RUNNING && !attempt.isPastTotalLimit();
    Optional<ComputeEnd> end = mayHaveEnded ? runtime.look(attempt) : Optional.empty();
    if (end.isPresent()) {
      attempt.computeEnded();
      untilStopped(attempt, runtime, sign, end);
    } else {
      stopAtLimit(attempt, runtime, sign);
    }
  }

  private void stopAtLimit(Attempt attempt, TaskRuntime runtime, StopSign sign)
      throws Overtaken, InterruptedException {
    boolean started = attempt.now().state() == TaskState.RUNNING;
    boolean storing =
        attempt.hasComputeEnded(); // then storing took too long, and is not begun anew
    stopCompute(attempt, runtime);
    attempt.collected(runtime.collect(attempt, new ComputeEnd.Stopped(!storing)));
    end(attempt, runtime, sign, timedOut(attempt, started));
  }

  private void cancel(Attempt attempt, TaskRuntime runtime, StopSign sign)
      throws Overtaken, InterruptedException {
    Handle handle = attempt.handle();
    stopCompute(attempt, runtime);
    attempt.collected(runtime.collect(attempt, new ComputeEnd.Stopped(false)));
    attempt.tell(new CancelFinished(attempt.lease(), attempt.instant()));
    clean(runtime, handle, sign);
  }

  /** Returns once the compute is gone; what cannot be stopped now is tried again. */
  private void stopCompute(Attempt attempt, TaskRuntime runtime) throws InterruptedException {
    while (true) {
      try {
        runtime.cancel(attempt.handle());
        return;
      } catch (AttemptFailed failed) {
        attempt.noteWhyNotStopped(String.valueOf(failed.getMessage()));
        threads.sleep(times.cancelAgain());
      }
    }
  }

  private void end(Attempt attempt, TaskRuntime runtime, StopSign sign, Outcome outcome)
      throws Overtaken, InterruptedException {
    Handle handle = attempt.handle();
    attempt.tell(ended(attempt, outcome));
    clean(runtime, handle, sign);
  }

  /** The attempt is over; only the end of this server keeps it from cleaning up, for the sweep. */
  private static void clean(TaskRuntime runtime, Handle handle, StopSign sign) {
    try {
      runtime.clean(handle);
    } catch (InterruptedException _) {
      switch (sign.take().orElse(Reason.SHUTDOWN)) {
        case LIMIT, CANCEL -> clean(runtime, handle, sign);
        case SHUTDOWN, OVERTAKEN -> LOG.info("{} is left to be swept", handle.name());
      }
    }
  }

  private Ended ended(Attempt attempt, Outcome outcome) {
    return new Ended(attempt.lease(), outcome, chance.nextDouble(), attempt.instant());
  }

  private static Outcome timedOut(Attempt attempt, boolean started) {
    var limits = attempt.now().limits();
    return attempt.isPastTotalLimit()
        ? new Outcome.TimedOut(Limit.TOTAL, limits.total().orElseThrow(), started)
        : new Outcome.TimedOut(Limit.RUN, limits.run().orElseThrow(), started);
  }

  private static Cause runtimeGone(Handle handle) {
    return new Cause(
        "runtime-gone",
        "the attempt runs in runtime " + handle.runtime() + ", which this server no longer has",
        "configure that runtime again to have its tasks adopted");
  }

  /** Interrupted while it was stopping or cleaning: whoever comes next goes on there. */
  private static void leave(Attempt attempt, StopSign sign) {
    Reason reason = sign.take().orElse(Reason.SHUTDOWN);
    if (reason != Reason.OVERTAKEN && !attempt.isOver()) {
      attempt.letGo();
    }
  }

  /** Nothing of it may go on running, since its task may be tried again. */
  private void endByDefect(Attempt attempt, StopSign sign, Throwable defect) {
    Optional<Handle> handle = attempt.now().handle();
    Optional<TaskRuntime> runtime = handle.map(Handle::runtime).flatMap(runtimes::find);
    Cause cause =
        new Cause(
            "defect",
            "a defect of the server ended the attempt: " + defect.getClass().getSimpleName(),
            "the server's log has the details");
    try {
      leaveIfTold(sign);
      if (runtime.isPresent()) {
        attempt.confirmCustody();
        stopAfterDefect(attempt, runtime.get());
      }
      attempt.tell(ended(attempt, new Outcome.RuntimeFailed(cause, handle.isPresent())));
      if (runtime.isPresent()) {
        clean(runtime.get(), handle.get(), sign);
      }
    } catch (Overtaken _) {
      LOG.info("task={} was taken over or has ended; this server lets go of it", attempt.task());
    } catch (InterruptedException _) {
      leave(attempt, sign);
    } catch (RuntimeException | Error again) {
      LOG.error("task={} could not be ended; another try follows", attempt.task(), again);
      leave(attempt, sign);
    }
  }

  /** What was told before the defect counts; a limit or a cancellation ends the attempt as well. */
  private static void leaveIfTold(StopSign sign) throws Overtaken, InterruptedException {
    Optional<Reason> told = sign.take();
    if (told.equals(Optional.of(Reason.OVERTAKEN))) {
      throw new Overtaken();
    }
    if (told.equals(Optional.of(Reason.SHUTDOWN))) {
      throw new InterruptedException();
    }
  }

  private void stopAfterDefect(Attempt attempt, TaskRuntime runtime) throws InterruptedException {
    try {
      stopCompute(attempt, runtime);
    } catch (RuntimeException again) {
      LOG.error("task={} what runs of it is left to be swept", attempt.task(), again);
    }
  }
}
