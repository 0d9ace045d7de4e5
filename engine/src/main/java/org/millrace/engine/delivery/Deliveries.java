package org.millrace.engine.delivery;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.millrace.engine.delivery.Courier.NotDelivered;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Empties the outbox: in order per key, at least once, with back-off, and with an end. */
public final class Deliveries {
  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
  private static final int AT_ONCE = 100;

  /**
   * How stubborn it is.
   *
   * @param tries most tries of one delivery
   * @param first wait after the first try; each further wait is twice as long, at most {@code most}
   */
  public record Patience(int tries, Duration first, Duration most) {
    public static final Patience DEFAULT =
        new Patience(20, Duration.ofSeconds(1), Duration.ofHours(1));
  }

  private final DeliveryStore store;
  private final Map<String, Courier> couriers;
  private final Patience patience;
  private final InstantSource clock;
  private final RandomGenerator chance;

  public Deliveries(
      DeliveryStore store,
      List<Courier> couriers,
      Patience patience,
      InstantSource clock,
      RandomGenerator chance) {
    this.store = store;
    this.couriers =
        couriers.stream()
            .collect(Collectors.toUnmodifiableMap(Courier::channel, Function.identity()));
    this.patience = patience;
    this.clock = clock;
    this.chance = chance;
  }

  public void runOnce() throws InterruptedException {
    for (Delivery delivery : store.due(clock.instant(), AT_ONCE)) {
      carry(delivery);
    }
  }

  private void carry(Delivery delivery) throws InterruptedException {
    Courier courier = couriers.get(delivery.draft().channel());
    if (courier == null) {
      giveUp(delivery, "this server has no channel '" + delivery.draft().channel() + "'");
      return;
    }
    try {
      courier.carry(delivery.draft());
      store.delivered(delivery);
    } catch (NotDelivered failure) {
      if (failure.isForGood() || delivery.tries() + 1 >= patience.tries()) {
        giveUp(delivery, failure.error());
      } else {
        store.postponed(
            delivery, clock.instant().plus(pauseAfter(delivery.tries())), failure.error());
      }
    }
  }

  private void giveUp(Delivery delivery, String error) {
    LOG.error(
        "delivery {} over {} is given up: {}", delivery.id(), delivery.draft().channel(), error);
    store.givenUp(delivery, error);
  }

  private Duration pauseAfter(int tries) {
    long step =
        Math.min(patience.most().toMillis(), patience.first().toMillis() << Math.min(tries, 30));
    return Duration.ofMillis(step / 2 + (long) (chance.nextDouble() * (step - step / 2)));
  }
}
