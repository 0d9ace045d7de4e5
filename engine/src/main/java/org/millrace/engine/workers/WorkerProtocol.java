package org.millrace.engine.workers;

import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.workers.WorkerBroker.Message;

/** What is said to workers and by them, in the words of one dialect. Thread-safe. */
public interface WorkerProtocol {

  /** As in {@link WorkerWork#protocol}. */
  String name();

  /** The exchange that its messages go to. */
  String exchange();

  /**
   * The message of an attempt; the same one however often it is asked for.
   *
   * @throws AttemptFailed when what it is about is gone, so that nothing can be said
   */
  Message encode(AttemptOrder order, WorkerWork work) throws AttemptFailed;

  /** Whom a correlation id means; empty if it is none of this protocol's. */
  Optional<Addressee> addressee(String correlationId);

  /**
   * What an answer says. An answer that does not say how it ended ends its attempt all the same,
   * for whoever gave it has no more to say.
   */
  Decoded decode(byte[] body);

  /**
   * Whose answer it is.
   *
   * @param task by the name that its face gave it
   * @param attempt empty: of the one under way
   */
  record Addressee(ExternalId task, OptionalInt attempt) {}

  /**
   * An answer, understood as far as it goes.
   *
   * @param said the answer itself, as its face wants it stored
   * @param unreadable why it is to be kept as it came besides
   */
  record Decoded(Outcome outcome, Value said, Optional<Cause> unreadable) {}
}
