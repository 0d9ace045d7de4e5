package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.retention.RetentionStore;
import org.millrace.testkit.memory.Tables.DeliveryRow;

/** What can be forgotten. */
final class InMemoryRetentionStore implements RetentionStore {
  private final Tables tables;

  InMemoryRetentionStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public List<TaskId> endedBefore(TaskState state, Instant then, int most) {
    return tables.locked(() ->
        tables
            .all()
            .filter(row -> row.task().state() == state)
            .filter(row -> !tables.runs().names(row.task().id()))
            .filter(row -> row.task().endedAt().filter(end -> !end.isAfter(then)).isPresent())
            .sorted(Comparator.comparing(row -> row.task().endedAt().orElseThrow()))
            .limit(most)
            .map(row -> row.task().id())
            .toList());
  }

  @Override
  public int remove(List<TaskId> tasks) {
    return tables.locked(() -> {
      List<TaskRow> ended =
          tasks.stream()
              .distinct()
              .map(tables::find)
              .flatMap(Optional::stream)
              .filter(row -> row.task().state().isFinal())
              .filter(row -> !tables.runs().names(row.task().id()))
              .toList();
      ended.forEach(tables::remove);
      return ended.size();
    });
  }

  @Override
  public int removeRuns(RunState state, Instant then, int most) {
    return tables.locked(() -> {
      Optional<RunRow> first =
          tables
              .runs()
              .all()
              .filter(row -> row.run().state() == state)
              .filter(row -> row.run().endedAt().filter(end -> !end.isAfter(then)).isPresent())
              .min(Comparator.comparing(row -> row.run().endedAt().orElseThrow()));
      first.ifPresent(tables.runs()::remove);
      return first.isPresent() ? 1 : 0;
    });
  }

  @Override
  public int removeGivenUp(Instant then, int most) {
    return tables.locked(() -> {
      List<Delivery> old =
          tables.deliveries().values().stream()
              .filter(DeliveryRow::givenUp)
              .map(DeliveryRow::delivery)
              .filter(delivery -> !delivery.dueAt().isAfter(then))
              .sorted(Comparator.comparing(Delivery::dueAt).thenComparingLong(Delivery::id))
              .limit(most)
              .toList();
      old.forEach(delivery -> tables.deliveries().remove(delivery.id()));
      return old.size();
    });
  }

  @Override
  public Optional<Standing> standing(TaskId task) {
    return tables.locked(
        () -> tables.find(task).map(row -> new Standing(row.task().state(), row.task().endedAt())));
  }
}
