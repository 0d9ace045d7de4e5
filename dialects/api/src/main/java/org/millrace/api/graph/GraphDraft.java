package org.millrace.api.graph;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.graph.BrokenGraph;
import org.millrace.domain.graph.Edge;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.run.RunPlan.PlannedEdge;
import org.millrace.domain.run.RunPlan.PlannedNode;
import org.millrace.domain.run.RunSpec;

/** A graph, as far as it was read. Not thread-safe. */
final class GraphDraft {
  /** More do not fit into one run. */
  static final int MOST_NODES = 1_000_000;

  private static final Fields<GraphDraft> FIELDS =
      new Fields<GraphDraft>()
          .with("$schema", (in, graph) -> in.text())
          .with("name", (in, graph) -> graph.name = in.text(NodeDraft.LONGEST_NAME))
          .with("description", (in, graph) -> graph.description = in.text())
          .with("tags", (in, graph) -> graph.tags = NodeDraft.tags(in))
          .with(
              "on_failure",
              (in, graph) ->
                  graph.policy = Choice.of(in, FailurePolicy.class).orElse(FailurePolicy.STOP))
          .with("nodes", (in, graph) -> graph.readNodes(in))
          .needing("nodes");

  private final Owner owner;
  private final List<PlannedNode> nodes = new ArrayList<>();
  private final List<PlannedEdge> edges = new ArrayList<>();
  private final NodeSpots spots = new NodeSpots();
  private Optional<String> name = Optional.empty();
  private Optional<String> description = Optional.empty();
  private Map<String, String> tags = Map.of();
  private FailurePolicy policy = FailurePolicy.STOP;

  GraphDraft(Owner owner) {
    this.owner = owner;
  }

  void read(Cursor in) throws IOException {
    FIELDS.read(in, this);
  }

  /** Nodes by name, or a list of nodes that have a key. */
  private void readNodes(Cursor in) throws IOException {
    spots.ofAll(in.spot());
    if (in.isAt(JsonToken.START_OBJECT)) {
      in.eachName((text, spot) -> {
        Optional<NodeKey> key = in.checked(text).flatMap(name -> ConditionDraft.key(in, name));
        if (key.isPresent()) {
          NodeDraft.named(in, key.get(), owner).ifPresent(node -> add(in, spot, node));
        } else {
          in.skip();
        }
      });
    } else if (in.isAt(JsonToken.START_ARRAY)) {
      in.eachItem(_ -> {
        Spot spot = in.spot();
        NodeDraft.listed(in, owner).ifPresent(node -> add(in, spot, node));
      });
    } else {
      in.wants("a map of nodes by name, or a list of nodes,");
    }
  }

  private void add(Cursor in, Spot spot, NodeDraft.Read node) {
    if (nodes.size() == MOST_NODES) {
      in.fault(spot, "at most " + MOST_NODES + " nodes are allowed");
      throw new Faults.Enough();
    }
    nodes.add(new PlannedNode(node.key(), node.plan()));
    spots.add(spot);
    node.after()
        .forEach((from, asked) ->
            edges.add(
                new PlannedEdge(
                    new Edge(from, node.key()), asked.map(condition -> condition.of(from)))));
  }

  /**
   * The plan, if the nodes fit together.
   *
   * @throws BrokenGraph if they do not
   */
  ReadGraph plan() throws BrokenGraph {
    var spec = new RunSpec(owner, NodeDraft.DIALECT, name, description, tags, policy);
    return new ReadGraph(RunPlan.of(spec, nodes, edges), spots);
  }

  /** Tells what keeps nodes from fitting together, at the nodes where it is. */
  void tell(BrokenGraph broken, Faults faults) {
    spots.tell(broken, nodes, faults);
  }
}
