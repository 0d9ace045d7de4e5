package org.millrace.engine.delivery;

import java.time.Instant;
import java.util.List;

/** The outbox. Thread-safe; interruption is left pending. */
public interface DeliveryStore {

  /** Due deliveries, oldest first, only the first undelivered one of each key, at most so many. */
  List<Delivery> due(Instant now, int most);

  /** It arrived: forget it. */
  void delivered(Delivery delivery);

  /** It did not arrive; to be tried again then. The key waits. */
  void postponed(Delivery delivery, Instant dueAt, String error);

  /** It will never arrive: kept as evidence, out of the way of its key. */
  void givenUp(Delivery delivery, String error);
}
