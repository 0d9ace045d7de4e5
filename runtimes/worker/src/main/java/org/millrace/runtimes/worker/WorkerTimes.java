package org.millrace.runtimes.worker;

import java.time.Duration;

/**
 * How long the runtime of workers waits.
 *
 * @param lookEvery work from which nothing was heard, before it is looked at
 * @param answerWithin before a message is presumed lost where queues cannot be asked
 * @param bindWithin workers after a restart of the broker, before they are back and have bound
 *     their queues again
 * @param publishAgain the first pause after a message could not be published; the next ones are
 *     longer
 * @param inTransit an answer, once its message has left the queue
 */
public record WorkerTimes(
    Duration lookEvery,
    Duration answerWithin,
    Duration bindWithin,
    Duration publishAgain,
    Duration inTransit) {

  public static final WorkerTimes DEFAULT =
      new WorkerTimes(
          Duration.ofMinutes(1),
          Duration.ofDays(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30));

  /** The same with another patience for answers. */
  public WorkerTimes withAnswerWithin(Duration limit) {
    return new WorkerTimes(lookEvery, limit, bindWithin, publishAgain, inTransit);
  }
}
