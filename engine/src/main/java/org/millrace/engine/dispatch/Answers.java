package org.millrace.engine.dispatch;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.TaskEvent.Answered;
import org.millrace.domain.task.TaskEvent.AnsweredLate;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.Transition;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.Attempts;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TaskTransitions;

/** Where the ends of handed-over work arrive, on whichever server. Thread-safe. */
public final class Answers {
  private static final int TRIES = 50;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration STOPPING = Duration.ofSeconds(1);

  private final ClaimStore claims;
  private final Attempts attempts;
  private final TaskTransitions transitions;
  private final Threads threads;
  private final RandomGenerator chance;
  private final ServerId server;
  private final InstantSource clock;

  public Answers(
      ClaimStore claims,
      Attempts attempts,
      TaskTransitions transitions,
      Threads threads,
      RandomGenerator chance,
      ServerId server,
      InstantSource clock) {
    this.claims = claims;
    this.attempts = attempts;
    this.transitions = transitions;
    this.threads = threads;
    this.chance = chance;
    this.server = server;
    this.clock = clock;
  }

  /**
   * Takes an answer. When it returns, what came of it is on disk: its attempt has ended, or a line
   * of history says that it was late; nothing, if the task is gone. Only then may the peer be told
   * that we have it.
   *
   * @throws Refusal {@code Unavailable}: it could not be stored now, and should be sent again
   * @throws InterruptedException if the caller no longer waits; it is not known whether it is
   *     stored
   */
  public void arrived(TaskId task, int attempt, ComputeEnd end) throws InterruptedException {
    for (int i = 0; i < TRIES && !attempts.isLeaving(); i++) {
      boolean heldHere = attempts.isHeld(task);
      if (tryToStore(task, attempt, end)) {
        return;
      }
      if (heldHere) {
        attempts.awaitLetGo(task, PAUSE);
      } else {
        threads.sleep(PAUSE); // another server is looking after it at this moment
      }
    }
    if (attempts.isLeaving()) {
      throw new Refusal(
          new Failure.Unavailable("this server is stopping; send it again", STOPPING));
    }
    throw new Refusal(
        new Failure.Unavailable(
            "task " + task + " is being worked on; its answer cannot be taken now", PAUSE));
  }

  /** False if somebody is working on it. */
  private boolean tryToStore(TaskId task, int attempt, ComputeEnd end) throws InterruptedException {
    if (end instanceof ComputeEnd.Answered(Outcome outcome, Value said)) {
      return tryToEnd(
          task, new Answered(attempt, outcome, chance.nextDouble(), clock.instant()), said);
    }
    Optional<Claimed> claimed = claims.takeUpAnswered(task, attempt, server, clock.instant());
    return claimed.isPresent() ? attempts.finish(claimed.get(), end) : isLate(task, attempt);
  }

  /** In one change: nothing is left to be done that would need custody. */
  private boolean tryToEnd(TaskId task, Answered answer, Value said) {
    return transitions
        .apply(task, answer, new AttemptNews.Said(said))
        .map(transition -> !(transition instanceof Transition.Unchanged))
        .orElse(true);
  }

  private boolean isLate(TaskId task, int attempt) {
    return transitions
        .apply(task, new AnsweredLate(attempt, clock.instant()))
        .map(Transition.Late.class::isInstance)
        .orElse(true);
  }
}
