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
  private static final Comparator<Ended> IN_ORDER =
      Comparator.comparing(Ended::endedAt).thenComparingLong(Ended::sequence);

  private final Tables tables;

  InMemoryRetentionStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public List<Ended> endedBefore(TaskState state, Instant then, Optional<Ended> after, int most) {
    return tables.locked(
        () ->
            tables
                .all()
                .filter(row -> row.task().state() == state && !row.task().assigned())
                .map(this::ended)
                .filter(ended -> !ended.endedAt().isAfter(then))
                .filter(ended -> after.isEmpty() || IN_ORDER.compare(after.get(), ended) < 0)
                .sorted(IN_ORDER)
                .limit(most)
                .toList());
  }

  private Ended ended(TaskRow row) {
    TaskId task = row.task().id();
    return new Ended(
        task, row.task().endedAt().orElseThrow(), row.sequence(), tables.runs().names(task));
  }

  @Override
  public int remove(List<TaskId> tasks) {
    return tables.locked(
        () -> {
          List<TaskRow> ended =
              tasks.stream()
                  .distinct()
                  .map(tables::find)
                  .flatMap(Optional::stream)
                  .filter(row -> row.task().state().isFinal() && !row.task().assigned())
                  .filter(row -> !tables.runs().names(row.task().id()))
                  .toList();
          ended.forEach(tables::remove);
          return ended.size();
        });
  }

  @Override
  public int removeRuns(RunState state, Instant then, int most) {
    return tables.locked(
        () -> {
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
    return tables.locked(
        () -> {
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
