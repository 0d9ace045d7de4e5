package org.millrace.domain.graph;

import java.util.stream.IntStream;

/** For each node the edges at one of its sides: two arrays, however many there are. */
final class Fan {
  private final int[] firsts; // of each node, and one past the last
  private final int[] edges; // by node, in order

  /**
   * Sorts edges by node.
   *
   * @param nodeOfEdge the node of each edge
   */
  Fan(int nodes, int[] nodeOfEdge) {
    firsts = new int[nodes + 1];
    for (int node : nodeOfEdge) {
      firsts[node + 1]++;
    }
    for (int node = 0; node < nodes; node++) {
      firsts[node + 1] += firsts[node];
    }
    edges = new int[nodeOfEdge.length];
    int[] next = firsts.clone();
    for (int edge = 0; edge < nodeOfEdge.length; edge++) {
      edges[next[nodeOfEdge[edge]]++] = edge;
    }
  }

  int count(int node) {
    return firsts[node + 1] - firsts[node];
  }

  IntStream edges(int node) {
    return IntStream.range(firsts[node], firsts[node + 1]).map(at -> edges[at]);
  }
}
