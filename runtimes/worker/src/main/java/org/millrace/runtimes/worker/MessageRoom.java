package org.millrace.runtimes.worker;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerProtocol;

/**
 * What messages take of the memory from when they are made until they are published, however many
 * attempts begin at once: {@value #MOST} KiB, beside those that are being made and wait for room.
 * Thread-safe; those who wait come in their order, and obey interruption.
 */
final class MessageRoom {

  /** KiB of messages that may wait for the broker: some of the largest, or very many usual ones. */
  static final int MOST = 64 << 10;

  private final Map<String, Semaphore> makers;
  private final Semaphore kib = new Semaphore(MOST, true);

  MessageRoom(List<WorkerProtocol> protocols) {
    this.makers =
        protocols.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    WorkerProtocol::name, protocol -> new Semaphore(protocol.madeAtOnce(), true)));
  }

  /**
   * Makes a message when its turn has come. Whoever waits for room keeps its place among those who
   * make messages: otherwise all of them could wait with a message each. Nobody who has room waits
   * for such a place, so all come through.
   *
   * @return one that is given to {@link #leave} in the end
   */
  Message make(WorkerProtocol protocol, AttemptOrder order, WorkerWork work)
      throws AttemptFailed, InterruptedException {
    Semaphore places = Objects.requireNonNull(makers.get(protocol.name()));
    places.acquire();
    try {
      Message message = protocol.encode(order, work);
      refuseTooLarge(message);
      kib.acquire(size(message));
      return message;
    } finally {
      places.release();
    }
  }

  /** A broker that does not take a message ends the whole connection. */
  private static void refuseTooLarge(Message message) throws AttemptFailed {
    if (message.body().length > WorkerBroker.LONGEST_MESSAGE) {
      throw WorkerProtocol.messageTooLarge();
    }
  }

  /** Gives back what a message took. */
  void leave(Message message) {
    kib.release(size(message));
  }

  private static int size(Message message) {
    return Math.ceilDiv(message.body().length, 1 << 10);
  }
}
