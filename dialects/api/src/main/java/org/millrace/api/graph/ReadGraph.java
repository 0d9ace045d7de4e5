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
  public Optional<GraphFault> at(Failure refused) {
    return switch (refused) {
      case Failure.Invalid(String field, String reason) -> at(field, reason);
      case Failure.Denied(Optional<String> field, String reason) ->
          field.flatMap(where -> at(where, reason));
      case Failure.Unauthenticated _,
          Failure.NotFound _,
          Failure.Conflict _,
          Failure.TooLarge _,
          Failure.TooMany _,
          Failure.Unavailable _ ->
          Optional.empty();
    };
  }

  private Optional<GraphFault> at(String field, String reason) {
    return spot(field).map(spot -> new GraphFault(spot.line(), spot.column(), field, reason));
  }

  /**
   * Names of nodes may have points in them: the longest that is one, for b.c may stand beside b.
   */
  private Optional<Spot> spot(String field) {
    if (!field.startsWith(NODES)) {
      return Optional.empty();
    }
    for (int end = field.length(); end > NODES.length(); end = field.lastIndexOf('.', end - 1)) {
      OptionalInt place = place(field.substring(NODES.length(), end));
      if (place.isPresent()) {
        return Optional.of(spots.of(place.getAsInt()));
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
