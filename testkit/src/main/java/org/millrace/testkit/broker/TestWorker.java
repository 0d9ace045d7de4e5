package org.millrace.testkit.broker;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A worker as the contract plays one: it declares, takes and answers as Python workers do. */
public interface TestWorker extends AutoCloseable {

  /** Declares a durable queue with {@code x-max-priority} 10 and binds it. */
  void bind(String queue, String exchange, String... keys);

  /** Removes a queue with all that is in it. */
  void delete(String queue);

  /** The next message of a queue, waited for at most this long. It stays unacknowledged. */
  Optional<Taken> take(String queue, Duration most);

  /** Publishes to the answer queue. */
  void answer(Optional<String> correlationId, byte[] body);

  /** How many messages are in a queue and with nobody. */
  long waiting(String queue);

  @Override
  void close();

  /** A message as it arrived. */
  interface Taken {
    String routingKey();

    String body();

    /** All properties that are set, by their names in the protocol. */
    Map<String, String> properties();

    void acknowledge();

    /** Refuses it: the broker is to give it again. */
    void giveBack();
  }
}
