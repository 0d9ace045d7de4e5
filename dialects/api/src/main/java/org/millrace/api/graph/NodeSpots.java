package org.millrace.api.graph;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.graph.BrokenGraph;
import org.millrace.domain.graph.BrokenGraph.Fault;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.RunPlan.PlannedNode;

/** Where in the file each node begins: two numbers a node, whatever it holds. */
final class NodeSpots {
  private static final int FIRST_ROOM = 16;

  private Spot all = new Spot(1, 1);
  private int[] lines = new int[FIRST_ROOM];
  private int[] columns = new int[FIRST_ROOM];
  private int size;

  void ofAll(Spot nodes) {
    all = nodes;
  }

  void add(Spot spot) {
    if (size == lines.length) {
      lines = Arrays.copyOf(lines, 2 * size);
      columns = Arrays.copyOf(columns, 2 * size);
    }
    lines[size] = spot.line();
    columns[size] = spot.column();
    size++;
  }

  /** Where the node at this place of the plan begins. */
  Spot of(int place) {
    return new Spot(lines[place], columns[place]);
  }

  /** Tells of what is wrong among nodes. */
  void tell(BrokenGraph broken, List<PlannedNode> nodes, Faults faults) {
    Map<NodeKey, Integer> places = places(broken, nodes);
    for (Fault fault : broken.faults()) {
      Optional<NodeKey> node = node(fault);
      Spot spot = node.map(places::get).map(this::of).orElse(all);
      faults.add(spot, where(node), fault.sentence());
    }
  }

  private static String where(Optional<NodeKey> node) {
    return node.map(key -> "nodes." + Shown.shortened(key.text())).orElse("nodes");
  }

  /** The last of each: of two nodes with one name, the one that is too many. */
  private static Map<NodeKey, Integer> places(BrokenGraph broken, List<PlannedNode> nodes) {
    Map<NodeKey, Integer> places = new HashMap<>();
    broken.faults().stream()
        .flatMap(fault -> node(fault).stream())
        .forEach(node -> places.put(node, 0));
    for (int place = 0; place < nodes.size(); place++) {
      int here = place;
      places.computeIfPresent(nodes.get(place).key(), (_, _) -> here);
    }
    return places;
  }

  /** Where an author will look for it. */
  private static Optional<NodeKey> node(Fault fault) {
    return switch (fault) {
      case BrokenGraph.Empty() -> Optional.empty();
      case BrokenGraph.Duplicate(NodeKey node) -> Optional.of(node);
      case BrokenGraph.Dangling(var edge, var _) -> Optional.of(edge.to());
      case BrokenGraph.Repeated(var edge) -> Optional.of(edge.to());
      case BrokenGraph.Cycle(int _, List<NodeKey> shown) -> Optional.of(shown.getFirst());
      case BrokenGraph.Unreadable(NodeKey node, String _) -> Optional.of(node);
      case BrokenGraph.Unknown(NodeKey node, var _) -> Optional.of(node);
      case BrokenGraph.Misplaced(var edge, var _) -> Optional.of(edge.to());
    };
  }
}
