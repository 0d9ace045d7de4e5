package org.millrace.engine.runs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.millrace.engine.runs.RunStore.StoredEdge;

/** Gathers the edges that enter some nodes by few reads, however many enter one of them. Pure. */
final class EnteringEdges {
  private EnteringEdges() {}

  /**
   * The edges by the place that they enter.
   *
   * @param mostEach of one place; at most {@code atOnce}
   * @param read the next {@code atOnce} edges from a place on, in the order of the places they
   *     enter
   */
  static Map<Integer, List<StoredEdge>> of(
      int first, int last, int mostEach, int atOnce, IntFunction<List<StoredEdge>> read) {
    if (mostEach > atOnce) {
      throw new IllegalArgumentException(mostEach + " edges of a node, but reads of " + atOnce);
    }
    Map<Integer, List<StoredEdge>> edges = new HashMap<>();
    int from = first;
    while (from <= last) {
      List<StoredEdge> some = read.apply(from);
      some.forEach(edge -> edges.computeIfAbsent(edge.to(), _ -> new ArrayList<>()).add(edge));
      from = some.size() < atOnce ? last + 1 : next(edges, some.getLast().to(), mostEach);
    }
    edges.replaceAll((_, all) -> List.copyOf(all.subList(0, Math.min(mostEach, all.size()))));
    return edges;
  }

  /** The place at which a read was cut off is passed if it has enough, and else read again. */
  private static int next(Map<Integer, List<StoredEdge>> edges, int cut, int mostEach) {
    if (edges.getOrDefault(cut, List.of()).size() >= mostEach) {
      return cut + 1;
    }
    edges.remove(cut);
    return cut;
  }
}
