package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeMachine;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.NodeTransition;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.runs.RunLine;
import org.millrace.engine.runs.RunViewStore.RunEventLine;

/** What is stored of runs. Touched under the lock of {@link Tables} alone. */
final class RunTables {
  private final Undo undo = new Undo();
  private final Map<RunId, RunRow> byId = new LinkedHashMap<>();
  private final Map<ExternalId, RunId> externalIds = new LinkedHashMap<>();
  private final NavigableMap<Long, Line> lines = new TreeMap<>();
  private long lastSequence;
  private long lastLine;

  /** A line of the history of one run. */
  record Line(RunId run, RunEventLine line) {}

  Undo undo() {
    return undo;
  }

  Map<ExternalId, RunId> externalIds() {
    return externalIds;
  }

  void add(Run run, RunSpec spec) {
    if (byId.containsKey(run.id())) {
      throw new IllegalArgumentException("run " + run.id() + " is stored already: take a new id");
    }
    byId.put(run.id(), new RunRow(++lastSequence, run, spec, undo));
  }

  /** One that is not about to be removed. */
  Optional<RunRow> find(RunId id) {
    return Optional.ofNullable(byId.get(id)).filter(row -> !row.isGone());
  }

  /** One that callers see. */
  Optional<RunRow> seen(RunId id) {
    return find(id).filter(RunRow::isThere);
  }

  /** In the order in which they were begun. */
  Stream<RunRow> all() {
    return byId.values().stream();
  }

  /** With all that belongs to it. */
  void remove(RunRow row) {
    RunId id = row.run().id();
    byId.remove(id);
    externalIds.values().removeIf(id::equals);
    lines.values().removeIf(line -> line.run().equals(id));
  }

  /** A run after an event of its own. */
  void save(RunRow row, Run after, Instant at) {
    Run before = row.run();
    row.save(after);
    RunLine.of(before, after).ifPresent(line -> record(before.id(), line, at));
  }

  /** A node and its run after an event of the node. */
  void save(RunRow row, RunNode before, NodeTransition after, Instant at) {
    row.save(after.node());
    RunLine.of(before, after.node()).ifPresent(line -> record(row.run().id(), line, at));
    save(row, after.run(), at);
  }

  private void record(RunId run, RunLine line, Instant at) {
    long sequence = ++lastLine; // never used twice, whatever is removed or undone
    undo.put(
        lines,
        sequence,
        new Line(
            run,
            new RunEventLine(
                sequence,
                at,
                line.place(),
                line.node(),
                line.state(),
                line.task(),
                line.detail())));
  }

  Stream<Line> linesAfter(long sequence) {
    return lines.tailMap(sequence, false).values().stream();
  }

  long newestLine() {
    return lines.isEmpty() ? 0 : lines.lastKey();
  }

  /** Ends every node that is this task, which is final now. */
  void end(Task task, Instant at) {
    end(task.id(), task.state(), at);
  }

  /** Ends every node that is this task, as of one that ended so. */
  void end(TaskId task, TaskState state, Instant at) {
    undo.allOrNothing(() -> {
      byId.values().forEach(row -> end(row, task, state, at));
      return task;
    });
  }

  private void end(RunRow row, TaskId task, TaskState state, Instant at) {
    List<RunNode> ending =
        row.ofTask(task)
            .filter(node -> node.state() == NodeState.ACTIVE || node.hasFailed())
            .toList();
    for (RunNode node : ending) {
      save(row, node, ended(row, node, task, state, at), at);
    }
  }

  /** What becomes of a node whose task is final. */
  static NodeTransition ended(RunRow row, RunNode node, TaskId task, TaskState state, Instant at) {
    return NodeMachine.apply(row.run(), node, new NodeEvent.TaskEnded(task, state), at);
  }

  /** Whether a node of any run names it. */
  boolean names(TaskId task) {
    return all().anyMatch(row -> row.ofTask(task).findAny().isPresent());
  }
}
