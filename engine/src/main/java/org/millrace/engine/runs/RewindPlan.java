package org.millrace.engine.runs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.Entries;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodeEvent.MadeAnew;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.RunNode;
import org.millrace.engine.runs.RunStore.StoredEdge;

/**
 * Which nodes are made anew, and what stays told to each. Pure; takes time in proportion to nodes
 * and edges.
 *
 * <p>Of a node that was spread and is only after some of its own items, these alone are made anew,
 * and it waits for them.
 */
final class RewindPlan {
  private final int rewind;
  private final Map<Integer, RunNode> nodes = new HashMap<>();
  private final List<RunNode> inOrder;
  private final List<StoredEdge> edges;
  private final Map<Integer, Entries> staying;
  private final Map<Integer, List<RunNode>> children = new HashMap<>();
  private final BitSet whole = new BitSet();
  private final BitSet items = new BitSet();
  private final BitSet spreadAgain = new BitSet();

  RewindPlan(int rewind, List<RunNode> inOrder, List<StoredEdge> edges, List<Integer> from) {
    this.rewind = rewind;
    this.inOrder = inOrder;
    this.edges = edges;
    for (RunNode node : inOrder) {
      nodes.put(node.place(), node);
      node.parent()
          .ifPresent(parent -> children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(node));
    }
    mark(from);
    this.staying = entries(edges, whole, spreadAgain);
  }

  private void mark(List<Integer> from) {
    var next = new ArrayDeque<Integer>();
    for (int place : from) {
      RunNode node = nodes.get(place);
      if (node == null) {
        continue; // an item that a spread node lost when it was made anew
      }
      if (node.parent().isPresent()) {
        items.set(place);
        spreadAgain.set(node.parent().getAsInt());
        next.add(node.parent().getAsInt());
      } else {
        whole.set(place);
        next.add(place);
      }
    }
    Map<Integer, List<Integer>> after = new HashMap<>();
    for (StoredEdge edge : edges) {
      after.computeIfAbsent(edge.from(), _ -> new ArrayList<>()).add(edge.to());
    }
    while (!next.isEmpty()) {
      for (int place : after.getOrDefault(next.remove(), List.of())) {
        if (!whole.get(place)) {
          whole.set(place);
          next.add(place);
        }
      }
    }
    spreadAgain.andNot(whole);
    children.forEach((parent, made) -> {
      if (whole.get(parent)) {
        made.forEach(item -> items.clear(item.place()));
      }
    });
  }

  /** The nodes to be made anew, in the order of their places. */
  List<RunNode> anew() {
    return inOrder.stream()
        .filter(node ->
            whole.get(node.place()) || items.get(node.place()) || spreadAgain.get(node.place()))
        .toList();
  }

  /** What happens to one of them. */
  MadeAnew event(RunNode node) {
    if (items.get(node.place())) {
      return new MadeAnew(rewind, NodeState.READY, Entries.of(0));
    }
    if (spreadAgain.get(node.place())) {
      return new MadeAnew(rewind, NodeState.SPREAD, itemsOf(node));
    }
    Entries entries = staying.getOrDefault(node.place(), Entries.of(0));
    return new MadeAnew(rewind, entries.open() == 0 ? NodeState.READY : NodeState.WAITING, entries);
  }

  /** What stays told to the nodes that are made anew as a whole: what others told than these. */
  private static Map<Integer, Entries> entries(
      List<StoredEdge> edges, BitSet whole, BitSet spreadAgain) {
    Map<Integer, Integer> count = new HashMap<>();
    Map<Integer, List<EdgeMark>> staying = new HashMap<>();
    for (StoredEdge edge : edges) {
      if (whole.get(edge.to())) {
        count.merge(edge.to(), 1, Integer::sum);
        if (!whole.get(edge.from()) && !spreadAgain.get(edge.from())) {
          edge.mark()
              .ifPresent(
                  mark -> staying.computeIfAbsent(edge.to(), _ -> new ArrayList<>()).add(mark));
        }
      }
    }
    Map<Integer, Entries> entries = new HashMap<>();
    count.forEach((place, edgesIn) -> {
      Entries told = Entries.of(edgesIn);
      for (EdgeMark mark : staying.getOrDefault(place, List.of())) {
        told = told.with(mark);
      }
      entries.put(place, told);
    });
    return entries;
  }

  /**
   * A spread node waits for those of its items that are made anew, or have not told it their end.
   */
  private Entries itemsOf(RunNode spread) {
    int told = 0;
    for (RunNode item : children.getOrDefault(spread.place(), List.of())) {
      if (!items.get(item.place())
          && item.end().equals(Optional.of(NodeEnd.COMPLETED))
          && !item.telling()) {
        told++;
      }
    }
    return new Entries(total(spread) - told, told, 0, 0);
  }

  private static int total(RunNode spread) {
    Entries of = spread.entries();
    return of.open() + of.taken() + of.barred();
  }
}
