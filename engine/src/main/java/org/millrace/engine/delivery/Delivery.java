package org.millrace.engine.delivery;

import java.time.Instant;
import java.util.Optional;

/**
 * Something to be told to a peer.
 *
 * @param tries how often it was tried
 * @param lastError why the last try failed
 */
public record Delivery(long id, Draft draft, int tries, Instant dueAt, Optional<String> lastError) {

  /**
   * What is to be told.
   *
   * @param channel which courier carries it: {@code webhook}
   * @param key deliveries of one key arrive in the order they were written
   * @param target where to, in the channel's own words; shown and stored, so free of secrets
   */
  public record Draft(String channel, String key, String target, String body) {

    /** The same to another target. */
    public Draft to(String other) {
      return new Draft(channel, key, other, body);
    }
  }
}
