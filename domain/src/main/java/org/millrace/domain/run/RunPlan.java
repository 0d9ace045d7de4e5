package org.millrace.domain.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.millrace.domain.graph.BadReference;
import org.millrace.domain.graph.BrokenGraph;
import org.millrace.domain.graph.Edge;
import org.millrace.domain.graph.Graph;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.task.TaskId;

/**
 * A run as it is submitted: checked, and with an edge for every reference to a value. Immutable.
 *
 * <p>A node that refers to another one waits for it, whether its author said so or not. Where the
 * author said what it waits for, only those edges tell whether it is come to at all; the others are
 * there for their values.
 */
public final class RunPlan {
  /** Its items are called by its name and their number. */
  private static final Pattern ITEM = Pattern.compile("(.*)\\[[0-9]+\\]", Pattern.DOTALL);

  private static final int LONGEST_SPREAD = 190;

  private final RunSpec spec;
  private final Graph graph;
  private final List<NodePlan> plans;
  private final List<EdgePlan> edges;

  /** A node as its author wrote it. */
  public record PlannedNode(NodeKey key, NodePlan plan) {}

  /** An edge as its author wrote it. */
  public record PlannedEdge(Edge edge, Optional<Condition> condition) {}

  /**
   * What an edge is for.
   *
   * @param leads whether it tells if the node that it enters is come to at all
   */
  public record EdgePlan(Optional<Condition> condition, boolean leads) {
    static final EdgePlan OF_VALUES = new EdgePlan(Optional.empty(), false);
    static final EdgePlan OF_REFERENCE = new EdgePlan(Optional.empty(), true);
  }

  private RunPlan(RunSpec spec, Graph graph, List<NodePlan> plans, List<EdgePlan> edges) {
    this.spec = spec;
    this.graph = graph;
    this.plans = plans;
    this.edges = edges;
  }

  /**
   * Checks it, in time proportional to its length.
   *
   * @throws BrokenGraph with what is wrong: cycles, edges and references into nothing, names twice
   */
  public static RunPlan of(RunSpec spec, List<PlannedNode> nodes, List<PlannedEdge> planned)
      throws BrokenGraph {
    List<Edge> edges = new ArrayList<>();
    List<EdgePlan> plans = new ArrayList<>();
    Set<Edge> known = HashSet.newHashSet(planned.size());
    Set<NodeKey> led = new HashSet<>();
    var faults = new BrokenGraph.Found();
    for (PlannedEdge one : planned) {
      one.condition()
          .map(Condition::of)
          .filter(reference -> !reference.node().equals(one.edge().from()))
          .ifPresent(reference -> faults.add(new BrokenGraph.Misplaced(one.edge(), reference)));
      edges.add(one.edge());
      plans.add(new EdgePlan(one.condition(), true));
      known.add(one.edge());
      led.add(one.edge().to());
    }
    Set<NodeKey> keys = nodes.stream().map(PlannedNode::key).collect(Collectors.toSet());
    findDoubles(nodes, faults);
    for (PlannedNode node : nodes) {
      for (Reference.OfNode reference : references(node, faults)) {
        if (!keys.contains(reference.node())) {
          faults.add(new BrokenGraph.Unknown(node.key(), reference));
          continue;
        }
        var edge = new Edge(reference.node(), node.key());
        if (known.add(edge)) {
          edges.add(edge);
          plans.add(led.contains(node.key()) ? EdgePlan.OF_VALUES : EdgePlan.OF_REFERENCE);
        }
      }
    }
    Graph graph = Graph.of(nodes.stream().map(PlannedNode::key).toList(), edges, faults);
    return new RunPlan(
        spec, graph, nodes.stream().map(PlannedNode::plan).toList(), List.copyOf(plans));
  }

  /** Two nodes for one task, and names that items will have. */
  private static void findDoubles(List<PlannedNode> nodes, BrokenGraph.Found faults) {
    Map<TaskId, NodeKey> adopted = new HashMap<>();
    Set<String> spread = new HashSet<>();
    for (PlannedNode node : nodes) {
      if (node.plan() instanceof NodePlan.Adopted(TaskId task)) {
        NodeKey other = adopted.putIfAbsent(task, node.key());
        if (other != null) {
          faults.add(
              new BrokenGraph.Unreadable(
                  node.key(),
                  "node '" + other + "' adopts task " + task + " too: wait for that node"));
        }
      } else if (node.plan() instanceof NodePlan.Each) {
        spread.add(node.key().text());
      }
    }
    for (PlannedNode node : nodes) {
      Matcher item = ITEM.matcher(node.key().text());
      if (item.matches() && spread.contains(item.group(1))) {
        faults.add(
            new BrokenGraph.Unreadable(
                node.key(), "an item of node '" + item.group(1) + "' has this name"));
      }
    }
  }

  private static Set<Reference.OfNode> references(PlannedNode node, BrokenGraph.Found faults) {
    if (node.plan() instanceof NodePlan.Each && node.key().text().length() > LONGEST_SPREAD) {
      faults.add(
          new BrokenGraph.Unreadable(
              node.key(),
              "the name of a node with for_each has at most " + LONGEST_SPREAD + " characters"));
    }
    try {
      return node.plan().references();
    } catch (BadReference bad) {
      faults.add(new BrokenGraph.Unreadable(node.key(), String.valueOf(bad.getMessage())));
      return Set.of();
    }
  }

  public RunSpec spec() {
    return spec;
  }

  public Graph graph() {
    return graph;
  }

  /** What the node at this place does. */
  public NodePlan plan(int place) {
    return plans.get(place);
  }

  /** What the edge at this place of {@link Graph#edges} is for. */
  public EdgePlan edge(int place) {
    return edges.get(place);
  }

  /** The node at this place as it is first stored. */
  public RunNode node(int place) {
    int leading = (int) graph.entering(place).filter(edge -> edges.get(edge).leads()).count();
    return RunNode.planned(place, graph.node(place), graph.waitsFor(place), leading);
  }
}
