package org.millrace.testkit.memory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.run.RunState;
import org.millrace.domain.run.RunTally;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.runs.RunIntakeStore.NewEdge;
import org.millrace.engine.runs.RunIntakeStore.NewNode;
import org.millrace.engine.runs.RunStore.Leaving;
import org.millrace.engine.runs.RunStore.Over;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.runs.RunStore.StoredEdge;

/** A run with its nodes and edges. Touched under the lock of {@link Tables} alone. */
final class RunRow {
  private final long sequence;
  private final RunSpec spec;
  private final Undo undo;
  private final NavigableMap<Integer, RunNode> nodes = new TreeMap<>();
  private final Map<Integer, NodePlan> plans = new TreeMap<>();
  private final Map<NodeKey, Integer> places = new LinkedHashMap<>();
  private final NavigableMap<Between, EdgeRow> edges = new TreeMap<>();
  private Run run;
  private boolean gone;

  /** An edge, by the places of its nodes. */
  record Between(int from, int to) implements Comparable<Between> {
    @Override
    public int compareTo(Between other) {
      return from == other.from ? Integer.compare(to, other.to) : Integer.compare(from, other.from);
    }
  }

  private record EdgeRow(Optional<Condition> condition, boolean leads, Optional<EdgeMark> mark) {
    EdgeRow marked(Optional<EdgeMark> value) {
      return new EdgeRow(condition, leads, value);
    }
  }

  RunRow(long sequence, Run run, RunSpec spec, Undo undo) {
    this.sequence = sequence;
    this.run = run;
    this.spec = spec;
    this.undo = undo;
  }

  long sequence() {
    return sequence;
  }

  Run run() {
    return run;
  }

  RunHead head() {
    return new RunHead(run, spec);
  }

  boolean isArriving() {
    return run.state() == RunState.ARRIVING;
  }

  /** Whether callers see it. */
  boolean isThere() {
    return !gone && !isArriving();
  }

  /** Whether it is about to be removed. */
  boolean isGone() {
    return gone;
  }

  void leave() {
    gone = true;
  }

  void save(Run changed) {
    Run old = run;
    run = changed;
    undo.note(() -> run = old);
  }

  void add(NewNode fresh) {
    RunNode node = fresh.node();
    if (nodes.containsKey(node.place()) || places.containsKey(node.key())) {
      throw new IllegalArgumentException(
          "run " + run.id() + " has a node at " + node.place() + ", or named " + node.key());
    }
    undo.put(nodes, node.place(), node);
    undo.put(plans, node.place(), fresh.plan());
    undo.put(places, node.key(), node.place());
  }

  void add(NewEdge fresh) {
    var between = new Between(fresh.from(), fresh.to());
    if (edges.containsKey(between)) {
      throw new IllegalArgumentException("run " + run.id() + " has an edge " + between);
    }
    undo.put(edges, between, new EdgeRow(fresh.condition(), fresh.leads(), Optional.empty()));
  }

  void save(RunNode node) {
    undo.put(nodes, node.place(), node);
  }

  boolean isUnmarked(Between between) {
    return Optional.ofNullable(edges.get(between))
        .filter(edge -> edge.mark().isEmpty())
        .isPresent();
  }

  void mark(int to, Over.MarkedEdge marked) {
    setMark(new Between(marked.from(), to), Optional.of(marked.mark()));
  }

  void unmark(Between between) {
    setMark(between, Optional.empty());
  }

  private void setMark(Between between, Optional<EdgeMark> mark) {
    Optional.ofNullable(edges.get(between))
        .ifPresent(edge -> undo.put(edges, between, edge.marked(mark)));
  }

  void removeItem(int place) {
    node(place)
        .filter(item -> item.parent().isPresent())
        .ifPresent(item -> {
          undo.remove(nodes, place);
          undo.remove(plans, place);
          undo.remove(places, item.key());
        });
  }

  Optional<RunNode> node(int place) {
    return Optional.ofNullable(nodes.get(place));
  }

  Optional<RunNode> node(NodeKey key) {
    return Optional.ofNullable(places.get(key)).map(nodes::get);
  }

  Optional<NodePlan> plan(int place) {
    return Optional.ofNullable(plans.get(place));
  }

  /** In the order of their places, from one on. */
  Stream<RunNode> nodes(int from) {
    return nodes.tailMap(from).values().stream();
  }

  Stream<RunNode> itemsOf(int parent) {
    return nodes(0).filter(node -> node.parent().isPresent() && node.parent().getAsInt() == parent);
  }

  /** In the order of their places, from one on. */
  List<RunNode> such(int from, int most, Predicate<RunNode> such) {
    return nodes(from).filter(such).limit(most).toList();
  }

  Stream<RunNode> ofTask(TaskId task) {
    return nodes(0).filter(node -> node.task().equals(Optional.of(task)));
  }

  private NavigableMap<Between, EdgeRow> leavingEdges(int place) {
    return edges.subMap(
        new Between(place, Integer.MIN_VALUE), true, new Between(place, Integer.MAX_VALUE), true);
  }

  List<Leaving> leaving(int place, int most) {
    return leavingEdges(place).entrySet().stream()
        .filter(edge -> edge.getValue().mark().isEmpty())
        .limit(most)
        .map(edge ->
            new Leaving(
                node(edge.getKey().to()).orElseThrow(),
                edge.getValue().condition(),
                edge.getValue().leads()))
        .toList();
  }

  /** After this one. */
  Stream<StoredEdge> edgesAfter(Between between) {
    return edges.tailMap(between, false).entrySet().stream()
        .map(edge ->
            new StoredEdge(
                edge.getKey().from(),
                edge.getKey().to(),
                edge.getValue().leads(),
                edge.getValue().mark()));
  }

  RunTally count() {
    int open = 0;
    int active = 0;
    int failed = 0;
    for (RunNode node : nodes.values()) {
      open += node.isOpen(run.policy()) ? 1 : 0;
      active += node.state() == NodeState.ACTIVE ? 1 : 0;
      failed += node.hasFailed() ? 1 : 0;
    }
    return new RunTally(open, active, failed);
  }
}
