package org.millrace.testkit.memory;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.runs.RunViewStore;
import org.millrace.testkit.memory.RunRow.Between;

/** Reads of runs. */
final class InMemoryRunViewStore implements RunViewStore {
  private static final Between BEFORE_ALL = new Between(-1, -1);
  private final Tables tables;

  InMemoryRunViewStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public Optional<RunHead> find(RunId run) {
    return one(run, row -> Optional.of(row.head()));
  }

  @Override
  public List<RunHead> list(RunQuery query) {
    return tables.locked(() -> {
      Optional<Long> after =
          query.after().isEmpty()
              ? Optional.of(0L)
              : tables.runs().find(query.after().get()).map(RunRow::sequence);
      return after
          .map(sequence ->
              tables
                  .runs()
                  .all()
                  .filter(row -> row.isThere() && row.sequence() > sequence)
                  .filter(row -> query.owner().map(row.run().owner()::equals).orElse(true))
                  .filter(row -> query.state().map(row.run().state()::equals).orElse(true))
                  .limit(query.most())
                  .map(RunRow::head)
                  .toList())
          .orElse(List.of());
    });
  }

  @Override
  public Optional<RunNode> node(RunId run, NodeKey key) {
    return one(run, row -> row.node(key));
  }

  @Override
  public Optional<RunNode> node(RunId run, int place) {
    return one(run, row -> row.node(place));
  }

  @Override
  public Optional<NodePlan> plan(RunId run, int place) {
    return one(run, row -> row.plan(place));
  }

  @Override
  public List<RunNode> nodes(RunId run, int from, int most) {
    return some(run, most, row -> row.nodes(from));
  }

  @Override
  public List<RunNode> items(RunId run, int parent, int from, int most) {
    return some(run, most, row -> row.itemsOf(parent).filter(item -> item.place() >= from));
  }

  @Override
  public List<StoredEdge> entering(RunId run, int first, int last, int most) {
    return some(
        run,
        most,
        row ->
            row.edgesAfter(BEFORE_ALL)
                .filter(edge -> first <= edge.to() && edge.to() <= last)
                .sorted(
                    Comparator.comparingInt(StoredEdge::to)
                        .thenComparing(edge -> edge.mark().isPresent())));
  }

  @Override
  public Optional<NodeOf> nodeOf(TaskId task) {
    return tables.locked(() ->
        tables
            .runs()
            .all()
            .filter(RunRow::isThere)
            .flatMap(row -> row.ofTask(task).map(node -> new NodeOf(row.run().id(), node)))
            .reduce((_, last) -> last));
  }

  @Override
  public List<RunEventLine> history(RunId run, long after, int most) {
    return some(
        run,
        most,
        _ ->
            tables
                .runs()
                .linesAfter(after)
                .filter(line -> line.run().equals(run))
                .map(RunTables.Line::line));
  }

  @Override
  public Optional<RunEventLine> lastLine(RunId run, int place) {
    return history(run, 0, Integer.MAX_VALUE).stream()
        .filter(line -> line.place().equals(OptionalInt.of(place)))
        .reduce((_, last) -> last);
  }

  @Override
  public long newestLine() {
    return tables.locked(tables.runs()::newestLine);
  }

  private <T> Optional<T> one(RunId run, Function<RunRow, Optional<T>> ask) {
    return tables.locked(() -> tables.runs().seen(run).flatMap(ask));
  }

  private <T> List<T> some(RunId run, int most, Function<RunRow, Stream<T>> ask) {
    return tables
        .locked(() -> tables.runs().seen(run).map(row -> ask.apply(row).limit(most).toList()))
        .orElse(List.of());
  }
}
