package org.millrace.domain.graph;

/** The later node waits for the earlier one. */
public record Edge(NodeKey from, NodeKey to) {
  @Override
  public String toString() {
    return from + " -> " + to;
  }
}
