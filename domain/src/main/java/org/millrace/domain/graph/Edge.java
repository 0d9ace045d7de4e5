package org.millrace.domain.graph;

import java.util.Comparator;

/** The later node waits for the earlier one. */
public record Edge(NodeKey from, NodeKey to) implements Comparable<Edge> {
  private static final Comparator<Edge> ORDER =
      Comparator.comparing(Edge::from).thenComparing(Edge::to);

  /** Has an order so that a set of edges stays quick whatever names somebody chose for nodes. */
  @Override
  public int compareTo(Edge other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return from + " -> " + to;
  }
}
