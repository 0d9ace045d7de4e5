package org.millrace.engine.delivery;

import java.time.Instant;
import java.util.List;

/**
 * The outbox. Telling it of a delivery that has arrived or was given up changes nothing: two
 * servers may have carried the same one. Thread-safe; interruption is left pending.
 */
public interface DeliveryStore {

  /**
   * Due deliveries, only the first undelivered one of each key; a first one that is not due makes
   * its key wait. By target; to each, the one due earliest first, then in the order they were
   * written. Costs by target, however many deliveries wait.
   *
   * @param perTarget at most so many to one target
   * @param most at most so many in all
   */
  List<Delivery> due(Instant now, int perTarget, int most);

  /** How many were given up, counted up to {@code most}. */
  int countGivenUp(int most);

  /** It arrived: forget it. */
  void delivered(Delivery delivery);

  /** It was tried once more and did not arrive; to be tried again then. The key waits. */
  void postponed(Delivery delivery, Instant dueAt, String error);

  /** It was tried once more and will never arrive: kept as evidence, out of the way of its key. */
  void givenUp(Delivery delivery, String error);
}
