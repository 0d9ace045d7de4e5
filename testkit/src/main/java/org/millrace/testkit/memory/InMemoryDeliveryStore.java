package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.delivery.DeliveryStore;
import org.millrace.testkit.memory.Tables.DeliveryRow;

/** The outbox. */
final class InMemoryDeliveryStore implements DeliveryStore {
  private final Tables tables;

  InMemoryDeliveryStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public List<Delivery> due(Instant now, int perTarget, int most) {
    return tables.locked(() -> {
      var keysSeen = new HashSet<String>(); // asked, never walked through
      Map<String, List<Delivery>> byTarget =
          tables.deliveries().values().stream()
              .filter(row -> !row.givenUp())
              .map(DeliveryRow::delivery)
              .filter(delivery -> keysSeen.add(delivery.draft().key()))
              .filter(delivery -> !delivery.dueAt().isAfter(now))
              .sorted(Comparator.comparing(Delivery::dueAt).thenComparingLong(Delivery::id))
              .collect(
                  Collectors.groupingBy(
                      delivery -> delivery.draft().target(), TreeMap::new, Collectors.toList()));
      return byTarget.values().stream()
          .flatMap(toOne -> toOne.stream().limit(perTarget))
          .limit(most)
          .toList();
    });
  }

  @Override
  public int countGivenUp(int most) {
    return tables.locked(() ->
        (int)
            tables.deliveries().values().stream().filter(DeliveryRow::givenUp).limit(most).count());
  }

  @Override
  public void delivered(Delivery delivery) {
    tables.locked(() ->
        tables
            .deliveries()
            .computeIfPresent(delivery.id(), (_, row) -> row.givenUp() ? row : null));
  }

  @Override
  public void postponed(Delivery delivery, Instant dueAt, String error) {
    edit(delivery, row -> new DeliveryRow(failed(row, dueAt, error), false));
  }

  @Override
  public void givenUp(Delivery delivery, String error) {
    edit(delivery, row -> new DeliveryRow(failed(row, row.delivery().dueAt(), error), true));
  }

  private static Delivery failed(DeliveryRow row, Instant dueAt, String error) {
    Delivery stored = row.delivery();
    return new Delivery(stored.id(), stored.draft(), stored.tries() + 1, dueAt, Optional.of(error));
  }

  private void edit(Delivery delivery, UnaryOperator<DeliveryRow> change) {
    tables.locked(() ->
        tables
            .deliveries()
            .computeIfPresent(delivery.id(), (_, row) -> row.givenUp() ? row : change.apply(row)));
  }
}
