package org.millrace.sdk;

import java.io.IOException;

/** A channel to the broker, as long as it holds. */
interface Line {
  /**
   * Publishes an answer and returns when the broker has confirmed it; whether there was a queue for
   * it. Without one the answer is nowhere.
   */
  boolean answer(Message message, String body) throws IOException;

  /** Tells the broker that the message is done with. */
  void acknowledge(long tag) throws IOException;

  /** Gives the message back. */
  void requeue(long tag) throws IOException;
}
