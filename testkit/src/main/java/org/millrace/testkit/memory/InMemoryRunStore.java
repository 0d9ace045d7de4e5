package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.Entries;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeMachine;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.NodeTransition;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunMachine;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunTally;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.runs.RunStore;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.testkit.memory.RunRow.Between;

/** Changes runs, and finds what is next to be done in them. */
final class InMemoryRunStore implements RunStore {
  private final Tables tables;

  InMemoryRunStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public Optional<Run> apply(RunId id, RunEvent event, Instant at) {
    return tables.locked(() ->
        tables
            .runs()
            .find(id)
            .map(row -> {
              Run after = RunMachine.apply(row.run(), event, at);
              tables.runs().save(row, after, at);
              return after;
            }));
  }

  @Override
  public List<Optional<NodeTransition>> apply(List<NodeChange> changes, Instant at) {
    return tables.locked(() -> {
      List<NewTask> fresh = new ArrayList<>();
      List<Optional<NodeTransition>> done =
          tables
              .runs()
              .undo()
              .allOrNothing(() -> {
                List<Optional<NodeTransition>> each = new ArrayList<>();
                changes.forEach(change -> each.add(apply(change, at, fresh)));
                refuseKnown(fresh);
                return each;
              });
      fresh.forEach(tables::insert);
      return done;
    });
  }

  private void refuseKnown(List<NewTask> fresh) {
    List<TaskId> ids = fresh.stream().map(one -> one.task().id()).toList();
    if (ids.stream().distinct().count() < ids.size()
        || ids.stream().anyMatch(id -> tables.find(id).isPresent())) {
      throw new IllegalArgumentException("a task is stored already: take a new id, " + ids);
    }
  }

  private Optional<NodeTransition> apply(NodeChange change, Instant at, List<NewTask> fresh) {
    return tables
        .runs()
        .find(change.run())
        .flatMap(row -> row.node(change.place()).map(node -> apply(row, node, change, at, fresh)));
  }

  private NodeTransition apply(
      RunRow row, RunNode node, NodeChange change, Instant at, List<NewTask> fresh) {
    if (!fits(row, node, change, fresh)) {
      return new NodeTransition(row.run(), node, false);
    }
    NodeTransition after = NodeMachine.apply(row.run(), node, change.event(), at);
    if (!after.changed()) {
      return after;
    }
    change.over().ifPresent(over -> tell(row, node, over, at));
    tables.runs().save(row, node, after, at);
    change.task().ifPresent(fresh::add);
    change.items().forEach(row::add);
    return change
        .done()
        .or(() -> adopted(change, fresh))
        .filter(task -> task.state().isFinal())
        .map(task -> endAtOnce(row, after.node(), task, at))
        .orElse(after);
  }

  private boolean fits(RunRow row, RunNode node, NodeChange change, List<NewTask> fresh) {
    boolean isUntold = change.over().map(over -> isUntold(row, node, over)).orElse(true);
    boolean taskIsThere =
        !(change.event() instanceof NodeEvent.Begun)
            || change.task().isPresent()
            || adopted(change, fresh).isPresent();
    return node.generation() == change.generation() && isUntold && taskIsThere;
  }

  private static boolean isUntold(RunRow row, RunNode node, Over over) {
    return switch (over) {
      case Over.MarkedEdge(int from, EdgeMark _) ->
          isTelling(row, from) && row.isUnmarked(new Between(from, node.place()));
      case Over.ItemEnded(int place) -> isTelling(row, place);
    };
  }

  private static boolean isTelling(RunRow row, int place) {
    return row.node(place).filter(RunNode::telling).isPresent();
  }

  private void tell(RunRow row, RunNode node, Over over, Instant at) {
    switch (over) {
      case Over.MarkedEdge edge -> row.mark(node.place(), edge);
      case Over.ItemEnded(int place) -> {
        RunNode item = row.node(place).orElseThrow();
        tables
            .runs()
            .save(
                row,
                item,
                NodeMachine.apply(row.run(), item, new NodeEvent.ToldAll(row.run().rewinds()), at),
                at);
      }
    }
  }

  /** The task that was there before, if only by a moment, if the node becomes such a one. */
  private Optional<Task> adopted(NodeChange change, List<NewTask> fresh) {
    return change.event() instanceof NodeEvent.Begun(TaskId id) && change.task().isEmpty()
        ? Stream.concat(
                tables.find(id).map(TaskRow::task).stream(),
                fresh.stream().map(NewTask::task).filter(task -> task.id().equals(id)))
            .findFirst()
        : Optional.empty();
  }

  private NodeTransition endAtOnce(RunRow row, RunNode node, Task task, Instant at) {
    NodeTransition after = RunTables.ended(row, node, task.id(), task.state(), at);
    tables.runs().save(row, node, after, at);
    return after;
  }

  @Override
  public void forget(RunId run, int rewind, List<EdgeAt> edges, List<Integer> items) {
    tables.locked(() ->
        tables
            .runs()
            .find(run)
            .filter(row -> row.run().isRewound(rewind))
            .map(row -> {
              edges.forEach(edge -> row.unmark(new Between(edge.from(), edge.to())));
              items.forEach(row::removeItem);
              return row;
            }));
  }

  @Override
  public List<RunHead> busy(Optional<RunId> after, int most) {
    return tables.locked(() -> {
      long last = after.map(this::sequenceOf).orElse(0L);
      return tables
          .runs()
          .all()
          .filter(row -> row.sequence() > last)
          .filter(InMemoryRunStore::isBusy)
          .limit(most)
          .map(RunRow::head)
          .toList();
    });
  }

  /** Nothing comes after one that is not there. */
  private long sequenceOf(RunId run) {
    return tables.runs().find(run).map(RunRow::sequence).orElse(Long.MAX_VALUE);
  }

  private static boolean isBusy(RunRow row) {
    return switch (row.run().state()) {
      case ARRIVING, COMPLETE, FAILED, CANCELED -> false;
      case STOPPING, CANCELING, REWINDING -> true;
      case PAUSED -> row.nodes(0).anyMatch(RunNode::telling);
      case RUNNING ->
          row.nodes(0)
              .anyMatch(
                  node -> node.telling() || node.state() == NodeState.READY || isBeingSpread(node));
    };
  }

  @Override
  public List<RunNode> toTell(RunId run, int most) {
    return of(run, row -> row.nodes(0).filter(RunNode::telling).limit(most).toList());
  }

  @Override
  public List<Leaving> leaving(RunId run, int place, int most) {
    return of(run, row -> row.leaving(place, most));
  }

  @Override
  public List<RunNode> ready(RunId run, int most) {
    return such(run, 0, most, node -> node.state() == NodeState.READY);
  }

  @Override
  public List<RunNode> spreading(RunId run, int most) {
    return such(run, 0, most, InMemoryRunStore::isBeingSpread);
  }

  private static boolean isBeingSpread(RunNode node) {
    Entries entries = node.entries();
    return node.state() == NodeState.SPREAD
        && node.made() < entries.open() + entries.taken() + entries.barred();
  }

  @Override
  public List<RunNode> active(RunId run, int from, int most) {
    return such(run, from, most, node -> node.state() == NodeState.ACTIVE);
  }

  private List<RunNode> such(RunId run, int from, int most, Predicate<RunNode> such) {
    return of(run, row -> row.such(from, most, such));
  }

  @Override
  public List<StoredEdge> edges(RunId run, int afterFrom, int afterTo, int most) {
    return of(run, row -> row.edgesAfter(new Between(afterFrom, afterTo)).limit(most).toList());
  }

  @Override
  public RunTally count(RunId run) {
    return tables.locked(
        () -> tables.runs().seen(run).map(RunRow::count).orElse(new RunTally(0, 0, 0)));
  }

  private <T> List<T> of(RunId run, Function<RunRow, List<T>> ask) {
    return tables.locked(() -> tables.runs().seen(run).map(ask).orElse(List.of()));
  }
}
