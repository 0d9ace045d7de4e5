package org.millrace.domain.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.millrace.domain.graph.BrokenGraph.Cycle;
import org.millrace.domain.graph.BrokenGraph.Dangling;
import org.millrace.domain.graph.BrokenGraph.Duplicate;
import org.millrace.domain.graph.BrokenGraph.Empty;
import org.millrace.domain.graph.BrokenGraph.Repeated;

/** Looks for faults, in time proportional to nodes and edges. */
final class GraphCheck {
  private static final int MOST_SHOWN = 10;

  private final NodeIndex nodes;
  private final List<NodeKey> keys;
  private final List<Edge> edges;
  private final BrokenGraph.Found faults;

  GraphCheck(List<NodeKey> keys, List<Edge> edges, BrokenGraph.Found faults) {
    this.faults = faults;
    this.keys = keys;
    this.nodes = new NodeIndex(keys);
    this.edges = edges;
  }

  NodeIndex nodes() {
    return nodes;
  }

  Fan outgoing() {
    return new Fan(
        nodes.size(), edges.stream().mapToInt(edge -> nodes.place(edge.from())).toArray());
  }

  Fan incoming() {
    return new Fan(nodes.size(), edges.stream().mapToInt(edge -> nodes.place(edge.to())).toArray());
  }

  /** Looks; nothing can be said of cycles before every name means one node. */
  void run() {
    if (keys.isEmpty()) {
      faults.add(new Empty());
    }
    checkNames();
    checkEdges();
    if (faults.isEmpty()) {
      checkCycles();
    }
  }

  private void checkNames() {
    Set<NodeKey> seen = HashSet.newHashSet(keys.size());
    Set<NodeKey> told = new HashSet<>();
    for (NodeKey key : keys) {
      if (!seen.add(key) && told.add(key)) {
        faults.add(new Duplicate(key));
      }
    }
  }

  private void checkEdges() {
    Set<Edge> seen = HashSet.newHashSet(edges.size());
    Set<Edge> told = new HashSet<>();
    for (Edge edge : edges) {
      if (nodes.find(edge.from()).isEmpty()) {
        faults.add(new Dangling(edge, edge.from()));
      } else if (nodes.find(edge.to()).isEmpty()) {
        faults.add(new Dangling(edge, edge.to()));
      } else if (!seen.add(edge) && told.add(edge)) {
        faults.add(new Repeated(edge));
      }
    }
  }

  /**
   * Takes away what waits for nothing that is left, again and again; what stays is in a cycle, or
   * after one.
   */
  private void checkCycles() {
    Fan leaving = outgoing();
    Fan entering = incoming();
    int[] waiting = new int[nodes.size()];
    var free = new ArrayDeque<Integer>();
    for (int node = 0; node < nodes.size(); node++) {
      waiting[node] = entering.count(node);
      if (waiting[node] == 0) {
        free.add(node);
      }
    }
    int left = nodes.size();
    while (!free.isEmpty()) {
      left--;
      leaving
          .edges(free.remove())
          .map(this::to)
          .forEach(next -> {
            waiting[next]--;
            if (waiting[next] == 0) {
              free.add(next);
            }
          });
    }
    if (left > 0) {
      faults.add(cycleAmong(waiting, entering));
    }
  }

  private int to(int edge) {
    return nodes.place(edges.get(edge).to());
  }

  private int from(int edge) {
    return nodes.place(edges.get(edge).from());
  }

  /** Who goes back from a node that still waits meets some node a second time: there it closes. */
  private Cycle cycleAmong(int[] waiting, Fan entering) {
    int at = 0;
    while (waiting[at] == 0) {
      at++;
    }
    boolean[] met = new boolean[waiting.length];
    while (!met[at]) {
      met[at] = true;
      at = before(at, waiting, entering);
    }
    return cycleThrough(at, waiting, entering);
  }

  private Cycle cycleThrough(int start, int[] waiting, Fan entering) {
    List<NodeKey> backwards = new ArrayList<>();
    int at = start;
    do {
      backwards.add(nodes.key(at));
      at = before(at, waiting, entering);
    } while (at != start);
    List<NodeKey> forwards = backwards.reversed();
    return new Cycle(forwards.size(), forwards.subList(0, Math.min(MOST_SHOWN, forwards.size())));
  }

  private int before(int node, int[] waiting, Fan entering) {
    return entering
        .edges(node)
        .map(this::from)
        .filter(from -> waiting[from] > 0)
        .findFirst()
        .orElseThrow();
  }
}
