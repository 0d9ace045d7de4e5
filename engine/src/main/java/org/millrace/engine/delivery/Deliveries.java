package org.millrace.engine.delivery;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.delivery.Courier.NotDelivered;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the outbox: in order per key, at least once, with back-off, and with an end. Each
 * delivery has a thread of its own while it is carried, a few at once to each target, so that one
 * that is dead, slow or cursed holds up no other.
 */
public final class Deliveries implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

  /** Most on their way at once. */
  private static final int AT_ONCE = 64;

  /** Most on their way to one target. */
  static final int TO_ONE_TARGET = 4;

  private static final Duration STORED_AGAIN = Duration.ofSeconds(1);

  /**
   * How stubborn it is.
   *
   * @param tries most tries of one delivery
   * @param first wait after the first try; each further wait is twice as long, at most {@code most}
   */
  public record Patience(int tries, Duration first, Duration most) {
    public static final Patience DEFAULT =
        new Patience(20, Duration.ofSeconds(1), Duration.ofHours(1));

    public Patience {
      if (tries < 1) {
        throw new IllegalArgumentException("deliveries.tries: at least 1");
      }
      if (!first.isPositive() || most.compareTo(first) < 0) {
        throw new IllegalArgumentException(
            "deliveries.longest-retry: at least deliveries.first-retry, which is above 0");
      }
    }
  }

  private final DeliveryStore store;
  private final Map<String, Courier> couriers;
  private final Patience patience;
  private final Threads threads;
  private final Bell arrivals;
  private final InstantSource clock;
  private final RandomGenerator chance;
  private final Map<Long, Carriage> onTheirWay = new HashMap<>(); // known to the turns alone

  /**
   * Carries nothing yet.
   *
   * @param arrivals rung when one is no longer on its way, and there may be room for the next
   * @param chance asked from many threads
   */
  public Deliveries(
      DeliveryStore store,
      List<Courier> couriers,
      Patience patience,
      Threads threads,
      Bell arrivals,
      InstantSource clock,
      RandomGenerator chance) {
    this.store = store;
    this.couriers =
        couriers.stream()
            .collect(Collectors.toUnmodifiableMap(Courier::channel, Function.identity()));
    this.patience = patience;
    this.threads = threads;
    this.arrivals = arrivals;
    this.clock = clock;
    this.chance = chance;
  }

  /**
   * Sends out what is due, as far as there is room; waits for none of it. One turn at a time.
   *
   * @return false if nothing is on its way
   */
  public boolean runOnce() {
    // First: what is over by now is stored as such before the outbox is asked.
    onTheirWay.values().removeIf(Carriage::isOver);
    for (Delivery delivery : store.due(clock.instant(), TO_ONE_TARGET, AT_ONCE)) {
      if (hasRoomFor(delivery)) {
        send(delivery);
      }
    }
    return !onTheirWay.isEmpty();
  }

  private boolean hasRoomFor(Delivery delivery) {
    return !onTheirWay.containsKey(delivery.id())
        && onTheirWay.size() < AT_ONCE
        && onTheirWay.values().stream().filter(other -> other.goesTo(delivery.draft())).count()
            < TO_ONE_TARGET;
  }

  private void send(Delivery delivery) {
    var carriage = new Carriage(delivery);
    carriage.running = threads.start("delivery-" + delivery.id(), () -> carry(delivery, carriage));
    onTheirWay.put(delivery.id(), carriage);
  }

  private void carry(Delivery delivery, Carriage carriage) {
    try {
      untilStored(delivery, carried(delivery));
    } catch (InterruptedException _) {
      LOG.debug("delivery {} is left to the next start", delivery.id());
    } catch (RuntimeException | Error defect) { // edge: it is still due, and carried again
      LOG.error("delivery {} could not be marked as carried", delivery.id(), defect);
    } finally {
      carriage.over = true;
      arrivals.ring();
    }
  }

  /** Carries it; what that has come to is to be stored. */
  private Runnable carried(Delivery delivery) throws InterruptedException {
    Courier courier = couriers.get(delivery.draft().channel());
    if (courier == null) {
      return () ->
          giveUp(delivery, "this server has no channel '" + delivery.draft().channel() + "'");
    }
    try {
      courier.carry(delivery.draft());
      return () -> store.delivered(delivery);
    } catch (NotDelivered failure) {
      return () -> notDelivered(delivery, failure.error(), failure.isForGood());
    } catch (RuntimeException | Error defect) { // edge: the next one may fare better
      LOG.error("delivery {} failed by a defect", delivery.id(), defect);
      String error = "a defect of the server: " + defect.getClass().getSimpleName();
      return () -> notDelivered(delivery, error, false);
    }
  }

  private void notDelivered(Delivery delivery, String error, boolean forGood) {
    if (forGood || delivery.tries() + 1 >= patience.tries()) {
      giveUp(delivery, error);
    } else {
      store.postponed(delivery, clock.instant().plus(pauseAfter(delivery.tries())), error);
    }
  }

  private void giveUp(Delivery delivery, String error) {
    store.givenUp(delivery, error);
    LOG.warn(
        "delivery {} over {} to {} is given up: {}",
        delivery.id(),
        delivery.draft().channel(),
        delivery.draft().target(),
        error);
  }

  /** It stays on its way meanwhile: the peer must not hear it again each second. */
  private void untilStored(Delivery delivery, Runnable outcome) throws InterruptedException {
    while (true) {
      try {
        outcome.run();
        return;
      } catch (Refusal refusal) {
        if (!(refusal.failure() instanceof Failure.Unavailable)) {
          throw refusal;
        }
        LOG.warn("delivery {}: not stored yet: {}", delivery.id(), refusal.getMessage());
        threads.sleep(STORED_AGAIN);
      }
    }
  }

  private Duration pauseAfter(int tries) {
    long step =
        Math.min(patience.most().toMillis(), patience.first().toMillis() << Math.min(tries, 30));
    return Duration.ofMillis(step / 2 + (long) (chance.nextDouble() * (step - step / 2)));
  }

  /**
   * Lets go of what is on its way, which is carried again after the next start. No turn follows.
   */
  @Override
  public void close() {
    onTheirWay.values().forEach(Carriage::stop);
    try {
      for (Carriage carriage : onTheirWay.values()) {
        carriage.awaitEnd();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** A delivery on its way. */
  private static final class Carriage {
    private final Delivery delivery;
    private Threads.@Nullable Running running;
    private volatile boolean over;

    Carriage(Delivery delivery) {
      this.delivery = delivery;
    }

    boolean isOver() {
      return over;
    }

    boolean goesTo(Delivery.Draft other) {
      return delivery.draft().channel().equals(other.channel())
          && delivery.draft().target().equals(other.target());
    }

    void stop() {
      if (running != null) {
        running.interrupt();
      }
    }

    void awaitEnd() throws InterruptedException {
      while (running != null && !running.join(Duration.ofSeconds(10))) {
        LOG.warn("delivery {} is still on its way", delivery.id());
      }
    }
  }
}
