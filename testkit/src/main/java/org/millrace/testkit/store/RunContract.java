package org.millrace.testkit.store;

import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.RunFixture.aRun;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeEvent.Begun;
import org.millrace.domain.run.NodeEvent.EntryTold;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.NodeTransition;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.runs.RunIntakeStore.NewNode;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.Over;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.runs.RunViewStore.RunEventLine;
import org.millrace.engine.runs.RunViewStore.RunQuery;
import org.millrace.testkit.RunFixture;

/** What the contracts of the ports of runs begin with: the steps that the engine takes. */
public abstract class RunContract extends StoreContract {
  static final RunId RUN = new RunId("run");

  /** A run whose first node waits for so many others. */
  static RunFixture star(int points) {
    RunFixture run = aRun("run").single("n0");
    for (int point = 1; point <= points; point++) {
      run = run.single("n" + point).edge(point, 0);
    }
    return run;
  }

  final Run run(RunId id) {
    return store.runViews().find(id).orElseThrow(() -> new AssertionError("no run " + id)).run();
  }

  final RunNode node(int place) {
    return store
        .runViews()
        .node(RUN, place)
        .orElseThrow(() -> new AssertionError("no node at " + place));
  }

  final Run apply(RunEvent event) {
    return store
        .runs()
        .apply(RUN, event, at(1))
        .orElseThrow(() -> new AssertionError("no run " + RUN));
  }

  /** All of them in one transaction, a second after noon. */
  final List<Optional<NodeTransition>> apply(NodeChange... changes) {
    return store.runs().apply(List.of(changes), at(1));
  }

  /** Whether it fitted. */
  final boolean fits(NodeChange change) {
    return apply(change).getFirst().orElseThrow().changed();
  }

  /** Of the generation that is stored. */
  final NodeChange change(int place, NodeEvent event) {
    return NodeChange.of(RUN, node(place), event);
  }

  /** It becomes a new task of that name. */
  final NodeChange begun(int place, String task) {
    return change(place, new Begun(new TaskId(task))).as(aTask(task).newTask());
  }

  final NodeChange told(int from, int to, EdgeMark mark) {
    return change(to, new EntryTold(mark, Optional.empty())).over(new Over.MarkedEdge(from, mark));
  }

  /** The edge between them gets this mark; the node that it leaves ends before, if it is ready. */
  final void mark(int from, int to, EdgeMark mark) {
    pass(from);
    apply(told(from, to, mark));
  }

  /** Nodes that are ready end. */
  final void pass(int... places) {
    for (int place : places) {
      if (node(place).state() == NodeState.READY) {
        apply(change(place, new NodeEvent.Passed()));
      }
    }
  }

  /** So many items of a spread node, as they are first stored. */
  final NodeChange items(int parent, int first, int items) {
    int next = run(RUN).nextPlace();
    List<NewNode> made =
        IntStream.range(0, items)
            .mapToObj(item ->
                new NewNode(
                    RunNode.item(next + item, itemKey(parent, first + item), parent),
                    new NodePlan.Item(new Value.Text("item " + (first + item)), first + item)))
            .toList();
    return change(parent, new NodeEvent.ItemsMade(first, items)).with(made);
  }

  private NodeKey itemKey(int parent, int index) {
    return new NodeKey(node(parent).key() + "[" + index + "]");
  }

  /** The task has become a node by {@link #begun}; it runs, and ends so, ten seconds after noon. */
  final void end(String task, Outcome outcome) {
    Task claimed =
        north.claimAll(aTask().lane(), at(2)).stream()
            .map(Claimed::task)
            .filter(ready -> ready.id().equals(new TaskId(task)))
            .findFirst()
            .orElseThrow(() -> new AssertionError("not ready: " + task));
    north.end(north.begin(claimed), outcome, at(10));
  }

  final List<StoredEdge> edges() {
    return store.runs().edges(RUN, -1, -1, 1000);
  }

  final Optional<EdgeMark> markOf(int from, int to) {
    return edges().stream()
        .filter(edge -> edge.from() == from && edge.to() == to)
        .findFirst()
        .flatMap(StoredEdge::mark);
  }

  final List<RunEventLine> lines() {
    return store.runViews().history(RUN, 0, 100_000);
  }

  /** Each line as {@code node STATE}, or {@code STATE} alone. */
  final List<String> story() {
    return lines().stream()
        .map(line -> line.node().map(node -> node + " ").orElse("") + line.state())
        .toList();
  }

  final List<RunId> listed() {
    return store
        .runViews()
        .list(new RunQuery(Optional.empty(), Optional.empty(), Optional.empty(), 1000))
        .stream()
        .map(head -> head.run().id())
        .toList();
  }
}
