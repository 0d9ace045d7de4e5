package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.task.ExternalId;
import org.millrace.engine.runs.RunIntakeStore;

/** Takes new runs. */
final class InMemoryRunIntakeStore implements RunIntakeStore {
  private final Tables tables;

  InMemoryRunIntakeStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public Optional<RunId> arrived(ExternalId externalId) {
    return tables.locked(() ->
        Optional.ofNullable(tables.runs().externalIds().get(externalId))
            .flatMap(tables.runs()::find)
            .filter(RunRow::isThere)
            .map(row -> row.run().id()));
  }

  @Override
  public Optional<RunId> begin(Run run, RunSpec spec, Optional<ExternalId> externalId) {
    return tables.locked(() -> {
      RunTables runs = tables.runs();
      Optional<RunRow> named = externalId.map(runs.externalIds()::get).flatMap(runs::find);
      if (named.filter(RunRow::isThere).isPresent()) {
        return named.map(row -> row.run().id());
      }
      runs.add(run, spec);
      named.ifPresent(RunRow::leave);
      externalId.ifPresent(name -> runs.externalIds().put(name, run.id()));
      return Optional.empty();
    });
  }

  @Override
  public void add(RunId run, List<NewNode> nodes, List<NewEdge> edges) {
    tables.locked(() -> {
      RunRow row =
          tables.runs().find(run).filter(RunRow::isArriving).orElseThrow(() -> notArriving(run));
      return tables
          .runs()
          .undo()
          .allOrNothing(() -> {
            nodes.forEach(row::add);
            edges.forEach(row::add);
            return row;
          });
    });
  }

  private static Refusal notArriving(RunId run) {
    return new Refusal(
        new Failure.Conflict(
            "run " + run + " does not arrive any more: it is complete, or was submitted again"));
  }

  @Override
  public void drop(RunId run) {
    tables.locked(() -> {
      Optional<RunRow> arriving =
          tables
              .runs()
              .all()
              .filter(row -> row.run().id().equals(run) && row.isArriving())
              .findFirst();
      arriving.ifPresent(tables.runs()::remove);
      return arriving;
    });
  }

  @Override
  public List<RunId> arrivingSince(Instant before, int most) {
    return tables.locked(() ->
        tables
            .runs()
            .all()
            .filter(RunRow::isArriving)
            .filter(row -> row.isGone() || row.run().createdAt().isBefore(before))
            .limit(most)
            .map(row -> row.run().id())
            .toList());
  }
}
