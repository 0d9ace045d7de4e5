package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.millrace.domain.document.DeadLetter;
import org.millrace.engine.documents.DeadLetterStore;

/** Answers that came to nothing. */
final class InMemoryDeadLetterStore implements DeadLetterStore {
  private final Tables tables;

  InMemoryDeadLetterStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public void put(DeadLetter letter, int keep) {
    tables.locked(() -> {
      long sequence = tables.documents().add(letter);
      tables.documents().letters().headMap(sequence - keep, true).clear();
      return sequence;
    });
  }

  @Override
  public List<Kept> newest(long before, int most) {
    return tables.locked(() ->
        tables.documents().letters().headMap(before, false).descendingMap().entrySet().stream()
            .limit(most)
            .map(row -> new Kept(row.getKey(), row.getValue()))
            .toList());
  }

  @Override
  public int count() {
    return tables.locked(() -> tables.documents().letters().size());
  }

  @Override
  public int forget(Instant then, int most) {
    return tables.locked(() -> {
      List<Long> old =
          tables.documents().letters().entrySet().stream()
              .filter(row -> !row.getValue().at().isAfter(then))
              .limit(most)
              .map(Map.Entry::getKey)
              .toList();
      old.forEach(tables.documents().letters()::remove);
      return old.size();
    });
  }
}
