package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.recovery.DueStore;

/** Whose time has come. */
final class InMemoryDueStore implements DueStore {
  private final Tables tables;

  InMemoryDueStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public List<TaskId> waitedTooLong(Instant now, int most) {
    return tables.locked(() ->
        tables
            .unfinished()
            .filter(row -> row.task().waitsUntil().filter(end -> !end.isAfter(now)).isPresent())
            .sorted(Comparator.comparing(row -> row.task().waitsUntil().orElseThrow()))
            .limit(most)
            .map(row -> row.task().id())
            .toList());
  }
}
