package org.millrace.domain.task;

import java.time.Instant;
import org.millrace.domain.failure.Cause;

/** What happened to a task. Time and chance are handed in. */
public sealed interface TaskEvent {

  Instant at();

  /** Reported by the server that holds the lease; under any other lease it changes nothing. */
  sealed interface FromHolder extends TaskEvent {
    Lease lease();
  }

  /** A runtime was chosen; the handle is stored before anything starts under it. */
  record AttemptBegun(Lease lease, Handle handle, Instant at) implements FromHolder {}

  /** No runtime has room or is there; the task waits again. */
  record PutBack(Lease lease, Cause cause, Instant dueAt, Instant at) implements FromHolder {}

  /** The runtime started the work, or found it started. */
  record Started(Lease lease, Instant at) implements FromHolder {}

  /**
   * It runs on without us; at {@code lookAt} somebody looks after it, if no answer came before.
   * Told of work that was not told to be {@link Started}, it tells that as well.
   */
  record HandedOver(Lease lease, Instant lookAt, Instant at) implements FromHolder {}

  /** The attempt ended. {@code chance} in [0, 1) spreads the next one. */
  record Ended(Lease lease, Outcome outcome, double chance, Instant at) implements FromHolder {}

  /** The compute of a cancelled task is gone. */
  record CancelFinished(Lease lease, Instant at) implements FromHolder {}

  /** The holder died or stops; whoever comes next goes on where it was. */
  record LeaseEnded(Lease lease, Instant at) implements FromHolder {}

  /** Somebody who may wants it stopped. */
  record CancelRequested(String by, Instant at) implements TaskEvent {}

  /**
   * What it waits for may have been done: it is to be tried now. One that pauses after it failed is
   * to be tried soon, after the first pause of its retry policy at most, and that try is not
   * counted if it would have paused for longer.
   */
  record Woken(Instant at) implements TaskEvent {}

  /**
   * Somebody who may wants it done once more, however it ended; its retry policy begins anew.
   *
   * @param how in a word, for the history and for the face's own record: {@code retry}
   * @param overtake also while an attempt is under way, which is overtaken then
   * @param later not now: it waits until it is woken, or asked for again
   */
  record AskedAgain(String by, String how, boolean overtake, boolean later, Instant at)
      implements TaskEvent {
    /** How a run asks for a task that a node of it adopts. */
    public static final String BY_RUN = "run";

    /** One for now. */
    public AskedAgain(String by, String how, boolean overtake, Instant at) {
      this(by, how, overtake, false, at);
    }
  }

  /** The time has come at which it has waited too long. */
  record WaitedTooLong(Instant at) implements TaskEvent {}

  /**
   * The peer that an attempt was handed over to tells how it ended. It counts at once if nobody
   * holds the task; while somebody does, it changes nothing and is to be told again. {@code chance}
   * as for {@link Ended}.
   */
  record Answered(int attempt, Outcome outcome, double chance, Instant at) implements TaskEvent {}

  /** An answer of an attempt that was overtaken or has ended; for the record only. */
  record AnsweredLate(int attempt, Instant at) implements TaskEvent {}

  /** Somebody says something of it that decides nothing; for the record only. */
  record Remarked(String remark, Instant at) implements TaskEvent {}
}
