package org.millrace.api.graph;

import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.RunPlan;

/** A graph that can be carried out, and where in its file each node is. Immutable. */
public final class ReadGraph {
  private static final String NODES = "nodes.";

  private final RunPlan plan;
  private final NodeSpots spots;

  ReadGraph(RunPlan plan, NodeSpots spots) {
    this.plan = plan;
    this.spots = spots;
  }

  public RunPlan plan() {
    return plan;
  }

  /**
   * A refusal of one of the nodes, as a fault at its place in the file; empty if it is not of a
   * node.
   */
  public Optional<GraphFault> at(Failure.Invalid refused) {
    String field = refused.field();
    if (!field.startsWith(NODES)) {
      return Optional.empty();
    }
    for (int end = field.indexOf('.', NODES.length()); end > 0; end = field.indexOf('.', end + 1)) {
      OptionalInt place = place(field.substring(NODES.length(), end));
      if (place.isPresent()) {
        Spot spot = spots.of(place.getAsInt());
        return Optional.of(new GraphFault(spot.line(), spot.column(), field, refused.reason()));
      }
    }
    return Optional.empty();
  }

  private OptionalInt place(String name) {
    return name.isEmpty() || name.length() > 200
        ? OptionalInt.empty()
        : plan.graph().find(new NodeKey(name));
  }
}
