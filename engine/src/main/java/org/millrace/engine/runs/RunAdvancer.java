package org.millrace.engine.runs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunState;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.transition.News;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves runs on. Woken by the bell of runs and by its poll interval; the bell is a hint, the store
 * the truth. One turn at a time.
 */
public final class RunAdvancer {
  private static final Logger LOG = LoggerFactory.getLogger(RunAdvancer.class);
  private static final int RUNS_AT_ONCE = 1000;

  /** A caller that has not brought the rest of a run by then never will. */
  private static final Duration ARRIVING_WITHIN = Duration.ofHours(1);

  private static final Duration LOOK_FOR_THEM_EVERY = Duration.ofMinutes(1);

  private final RunIntakeStore intake;
  private final RunStore store;
  private final Moving moving;
  private final Spreading spreading;
  private final Stopping stopping;
  private final Rewinding rewinding;
  private final News news;
  private final InstantSource clock;
  private Instant lookForUnfinished = Instant.MIN; // known to the turns alone

  RunAdvancer(
      RunIntakeStore intake,
      RunStore store,
      Moving moving,
      Spreading spreading,
      Stopping stopping,
      Rewinding rewinding,
      News news,
      InstantSource clock) {
    this.intake = intake;
    this.store = store;
    this.moving = moving;
    this.spreading = spreading;
    this.stopping = stopping;
    this.rewinding = rewinding;
    this.news = news;
    this.clock = clock;
  }

  /** Goes round all busy runs, a bounded piece of each at a time, until none is. */
  public void runOnce() throws InterruptedException {
    Instant now = clock.instant();
    if (!now.isBefore(lookForUnfinished)) {
      boolean all = dropUnfinished(ARRIVING_WITHIN) < RUNS_AT_ONCE;
      lookForUnfinished = all ? now.plus(LOOK_FOR_THEM_EVERY) : now;
    }
    boolean more;
    do {
      more = goRound();
    } while (more);
  }

  /** One piece of each, however many there are; whether there may be more to do at once. */
  private boolean goRound() throws InterruptedException {
    boolean more = false;
    Set<RunId> stop = new HashSet<>();
    Set<RunId> rewind = new HashSet<>();
    Optional<RunId> last = Optional.empty();
    List<RunHead> page;
    do {
      page = store.busy(last, RUNS_AT_ONCE);
      for (RunHead head : page) {
        if (Thread.interrupted()) {
          throw new InterruptedException("runs are not moved on any more");
        }
        more |= advanceUnlessDefect(head);
        last = Optional.of(head.run().id());
        if (head.run().state().stops()) {
          stop.add(head.run().id());
        } else if (head.run().state() == RunState.REWINDING) {
          rewind.add(head.run().id());
        }
      }
    } while (page.size() == RUNS_AT_ONCE);
    if (more) {
      news.history().ring();
    }
    stopping.forgetOthers(stop);
    rewinding.forgetOthers(rewind);
    return more;
  }

  /** What is wrong with one run keeps no other from going on. */
  private boolean advanceUnlessDefect(RunHead head) {
    try {
      return advance(head);
    } catch (Refusal refusal) {
      throw refusal; // the store is away, for all of them
    } catch (RuntimeException defect) {
      LOG.error(
          "run={} cannot be moved on, by a defect; tried again at the next turn",
          head.run().id(),
          defect);
      return false;
    }
  }

  /** One piece of a run; whether there may be more to do at once. */
  private boolean advance(RunHead head) {
    return switch (head.run().state()) {
      case RUNNING -> moving.move(head) || spreading.spread(head);
      case PAUSED -> moving.move(head);
      case STOPPING, CANCELING -> stopping.stop(head);
      case REWINDING -> rewinding.rewind(head);
      case ARRIVING, COMPLETE, FAILED, CANCELED -> false;
    };
  }

  /**
   * Removes what arrived in part, and so long ago that the rest will not come; a thousand at most.
   *
   * @return how many
   */
  public int dropUnfinished(Duration within) {
    List<RunId> late = intake.arrivingSince(clock.instant().minus(within), RUNS_AT_ONCE);
    for (RunId run : late) {
      LOG.warn("run={} arrived in part and was never acknowledged; removed", run);
      intake.drop(run);
    }
    return late.size();
  }
}
