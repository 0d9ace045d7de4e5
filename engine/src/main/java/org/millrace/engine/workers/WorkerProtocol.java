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
   * @throws AttemptFailed when what it is about is gone, so that nothing can be said; or {@link
   *     #messageTooLarge} as soon as that is plain, for what one message takes of the memory must
   *     not follow what is stored. One that is only a little too long may be returned.
   */
  Message encode(AttemptOrder order, WorkerWork work) throws AttemptFailed;

  /**
   * How many of its messages may be made at the same time, at least 1: few, if one of them may need
   * many times the memory of usual ones.
   */
  default int madeAtOnce() {
    return Integer.MAX_VALUE;
  }

  /** Ends an attempt for good whose message no broker would take, for each takes so much alone. */
  static AttemptFailed messageTooLarge() {
    return new AttemptFailed(
        new Outcome.WorkRefused(
            Cause.ofCaller(
                "message-too-large",
                "its message to a worker would have more than "
                    + WorkerBroker.LONGEST_MESSAGE
                    + " bytes, which is the most that is sent",
                "put what is large where workers can fetch it, and name that place")));
  }

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
