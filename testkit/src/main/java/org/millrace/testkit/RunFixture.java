package org.millrace.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.value.Value;
import org.millrace.engine.StorePorts;
import org.millrace.engine.runs.RunIntakeStore.NewEdge;
import org.millrace.engine.runs.RunIntakeStore.NewNode;

/**
 * A run to store: {@code aRun("r").single("a").single("b").edge(0, 1)}. Nodes are at the places in
 * which they are named.
 */
public record RunFixture(
    RunId id, RunSpec spec, Instant createdAt, List<Planned> planned, List<NewEdge> edges) {

  /** A node, and what it is to do. */
  public record Planned(NodeKey key, NodePlan plan) {}

  /** A run of {@code anonymous} without nodes, created at noon, that stops when a node fails. */
  public static RunFixture aRun(String id) {
    var spec =
        new RunSpec(
            Owner.ANONYMOUS,
            "api",
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            FailurePolicy.STOP);
    return new RunFixture(new RunId(id), spec, Fixtures.NOON, List.of(), List.of());
  }

  public RunFixture of(String owner) {
    return with(
        new RunSpec(
            new Owner(owner),
            spec.dialect(),
            spec.name(),
            spec.description(),
            spec.tags(),
            spec.policy()));
  }

  public RunFixture when(FailurePolicy policy) {
    return with(
        new RunSpec(
            spec.owner(), spec.dialect(), spec.name(), spec.description(), spec.tags(), policy));
  }

  public RunFixture with(RunSpec other) {
    return new RunFixture(id, other, createdAt, planned, edges);
  }

  public RunFixture createdAt(Instant at) {
    return new RunFixture(id, spec, at, planned, edges);
  }

  /** Nodes of one task each. */
  public RunFixture single(String... keys) {
    RunFixture more = this;
    for (String key : keys) {
      more = more.node(key, new NodePlan.Single(Fixtures.aSpec(), true));
    }
    return more;
  }

  /** A node that is to be spread over a list without items: tests say how many there are. */
  public RunFixture spread(String key) {
    return node(key, new NodePlan.Each(new Value.Items(List.of()), Fixtures.aSpec(), 1000));
  }

  public RunFixture adopting(String key, TaskId task) {
    return node(key, new NodePlan.Adopted(task));
  }

  public RunFixture node(String key, NodePlan plan) {
    List<Planned> more = new ArrayList<>(planned);
    more.add(new Planned(new NodeKey(key), plan));
    return new RunFixture(id, spec, createdAt, List.copyOf(more), edges);
  }

  /** An edge that leads, without a condition. */
  public RunFixture edge(int from, int to) {
    return edge(new NewEdge(from, to, Optional.empty(), true));
  }

  public RunFixture edge(int from, int to, Condition condition) {
    return edge(new NewEdge(from, to, Optional.of(condition), true));
  }

  public RunFixture edge(NewEdge edge) {
    List<NewEdge> more = new ArrayList<>(edges);
    more.add(edge);
    return new RunFixture(id, spec, createdAt, planned, List.copyOf(more));
  }

  /** The run before its nodes are there. */
  public Run run() {
    return Run.arriving(id, spec, planned.size(), createdAt);
  }

  /** Its nodes as they are first stored. */
  public List<NewNode> nodes() {
    var entering = new int[planned.size()];
    var leading = new int[planned.size()];
    for (NewEdge edge : edges) {
      entering[edge.to()]++;
      leading[edge.to()] += edge.leads() ? 1 : 0;
    }
    List<NewNode> nodes = new ArrayList<>();
    for (int place = 0; place < planned.size(); place++) {
      Planned one = planned.get(place);
      nodes.add(
          new NewNode(
              RunNode.planned(place, one.key(), entering[place], leading[place]), one.plan()));
    }
    return nodes;
  }

  /** Stores all of it, and leaves it ARRIVING. */
  public void bring(StorePorts store) {
    store.runIntake().begin(run(), spec, Optional.empty());
    store.runIntake().add(id, nodes(), edges);
  }

  /** Stores all of it; it is RUNNING from its creation on. */
  public void submit(StorePorts store) {
    bring(store);
    store.runs().apply(id, new RunEvent.Arrived(), createdAt);
  }
}
