package org.millrace.domain.graph;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A plan without cycles. Nodes go by their place in the order their author gave them, from 0, and
 * edges by their place too, since a large graph has many of both. Immutable.
 */
public final class Graph {
  private final NodeIndex nodes;
  private final List<Edge> edges;
  private final Fan outgoing;
  private final Fan incoming;

  private Graph(NodeIndex nodes, List<Edge> edges, Fan outgoing, Fan incoming) {
    this.nodes = nodes;
    this.edges = edges;
    this.outgoing = outgoing;
    this.incoming = incoming;
  }

  /**
   * Joins nodes by edges.
   *
   * @throws BrokenGraph with every fault, the first hundred of them
   */
  public static Graph of(List<NodeKey> nodes, List<Edge> edges) throws BrokenGraph {
    return of(nodes, edges, new BrokenGraph.Found());
  }

  /**
   * Joins nodes by edges.
   *
   * @param found what is known to be wrong already, and is told too
   * @throws BrokenGraph with every fault, the first hundred of them
   */
  public static Graph of(List<NodeKey> nodes, List<Edge> edges, BrokenGraph.Found found)
      throws BrokenGraph {
    var check = new GraphCheck(nodes, List.copyOf(edges), found);
    check.run();
    found.raise();
    return new Graph(check.nodes(), List.copyOf(edges), check.outgoing(), check.incoming());
  }

  /** How many nodes there are. */
  public int size() {
    return nodes.size();
  }

  /** What the node at this place is called. */
  public NodeKey node(int place) {
    return nodes.key(place);
  }

  /** The place of a node; empty if there is none of that name. */
  public OptionalInt find(NodeKey node) {
    return nodes.find(node);
  }

  /** In the order given. */
  public List<Edge> edges() {
    return edges;
  }

  /** The edges that leave a node, by place, in the order given. */
  public IntStream leaving(int node) {
    return outgoing.edges(node);
  }

  /** The edges that enter a node, by place, in the order given. */
  public IntStream entering(int node) {
    return incoming.edges(node);
  }

  /** How many edges enter a node: so many must be satisfied before it is ready. */
  public int waitsFor(int node) {
    return incoming.count(node);
  }

  /** The node that an edge leaves. */
  public int from(int edge) {
    return nodes.place(edges.get(edge).from());
  }

  /** The node that an edge enters. */
  public int to(int edge) {
    return nodes.place(edges.get(edge).to());
  }

  /** The nodes that wait for nothing, in order. */
  public IntStream starts() {
    return IntStream.range(0, size()).filter(node -> waitsFor(node) == 0);
  }

  /** The nodes that nothing waits for, in order. */
  public IntStream ends() {
    return IntStream.range(0, size()).filter(node -> outgoing.count(node) == 0);
  }
}
