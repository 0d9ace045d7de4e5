package org.millrace.engine.runs;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.millrace.domain.run.Entries;
import org.millrace.domain.run.NodeEvent.MadeAnew;
import org.millrace.domain.run.NodeState;
import org.millrace.engine.runs.RunStore.EdgeAt;

/**
 * Which nodes are made anew, and what stays told to each. Pure; takes time and room in proportion
 * to nodes and edges.
 *
 * <p>Of a node that was spread and is only after some of its own items, these alone are made anew,
 * and it waits for them.
 */
final class RewindPlan {
  private final int rewind;
  private final RewindRows rows;
  private final BitSet whole = new BitSet();
  private final BitSet items = new BitSet();
  private final BitSet spreadAgain = new BitSet();

  /** Edges that enter nodes made anew as a whole: those of a node from its first one on. */
  private final int[] firstEntering;

  private final int[] entering;

  /** Of a node that is spread again, how many of its items need not tell their end once more. */
  private final int[] toldItems;

  /** A node to be made anew. */
  record Anew(int place, int generation, MadeAnew event) {}

  RewindPlan(int rewind, RewindRows rows, List<Integer> from) {
    this.rewind = rewind;
    this.rows = rows;
    mark(from);
    firstEntering = new int[rows.nodes() + 1];
    entering = new int[countEntering()];
    sortEntering();
    toldItems = new int[rows.nodes()];
    countToldItems();
  }

  private void mark(List<Integer> from) {
    var next = new ArrayDeque<Integer>();
    for (int place : from) {
      int node = rows.nodeAt(place);
      if (node < 0) {
        continue; // an item that a spread node lost when it was made anew
      }
      if (rows.parent(node).isPresent()) {
        int spread = rows.parent(node).getAsInt();
        items.set(node);
        spreadAgain.set(spread);
        next.add(spread);
      } else {
        whole.set(node);
        next.add(node);
      }
    }
    while (!next.isEmpty()) {
      markAfter(next.remove(), next);
    }
    spreadAgain.andNot(whole);
    for (int item = items.nextSetBit(0); item >= 0; item = items.nextSetBit(item + 1)) {
      if (isDropped(item)) {
        items.clear(item);
      }
    }
  }

  private void markAfter(int node, Deque<Integer> next) {
    int place = rows.place(node);
    for (int edge = rows.firstLeaving(place);
        edge < rows.edges() && rows.from(edge) == place;
        edge++) {
      int after = rows.nodeAt(rows.to(edge));
      if (!whole.get(after)) {
        whole.set(after);
        next.add(after);
      }
    }
  }

  /** Whether the node that it is an item of is made anew as a whole, with other items. */
  private boolean isDropped(int node) {
    return rows.parent(node).isPresent() && whole.get(rows.parent(node).getAsInt());
  }

  private boolean isAnew(int node) {
    return whole.get(node) || items.get(node) || spreadAgain.get(node);
  }

  private int countEntering() {
    for (int edge = 0; edge < rows.edges(); edge++) {
      int to = rows.nodeAt(rows.to(edge));
      if (whole.get(to)) {
        firstEntering[to + 1]++;
      }
    }
    for (int node = 0; node < rows.nodes(); node++) {
      firstEntering[node + 1] += firstEntering[node];
    }
    return firstEntering[rows.nodes()];
  }

  private void sortEntering() {
    int[] next = firstEntering.clone();
    for (int edge = 0; edge < rows.edges(); edge++) {
      int to = rows.nodeAt(rows.to(edge));
      if (whole.get(to)) {
        entering[next[to]++] = edge;
      }
    }
  }

  private void countToldItems() {
    for (int node = 0; node < rows.nodes(); node++) {
      if (rows.hasTold(node) && !items.get(node) && rows.parent(node).isPresent()) {
        toldItems[rows.parent(node).getAsInt()]++;
      }
    }
  }

  /** Edges that lose their marks before anything is made anew. */
  Iterator<EdgeAt> unmarked() {
    return IntStream.range(0, rows.edges())
        .filter(edge -> rows.isMarked(edge) && isAnew(rows.nodeAt(rows.from(edge))))
        .mapToObj(edge -> new EdgeAt(rows.from(edge), rows.to(edge)))
        .iterator();
  }

  /** Places of items that go before anything is made anew. */
  Iterator<Integer> dropped() {
    return IntStream.range(0, rows.nodes()).filter(this::isDropped).map(rows::place).iterator();
  }

  /** The nodes to be made anew, in the order of their places. */
  Iterator<Anew> anew() {
    return IntStream.range(0, rows.nodes())
        .filter(this::isAnew)
        .mapToObj(node -> new Anew(rows.place(node), rows.generation(node), event(node)))
        .iterator();
  }

  private MadeAnew event(int node) {
    if (items.get(node)) {
      return new MadeAnew(rewind, NodeState.READY, Entries.of(0));
    }
    if (spreadAgain.get(node)) {
      return new MadeAnew(rewind, NodeState.SPREAD, itemsOf(node));
    }
    Entries entries = staying(node);
    return new MadeAnew(rewind, entries.open() == 0 ? NodeState.READY : NodeState.WAITING, entries);
  }

  /** What stays told to a node that is made anew as a whole: what others told than such. */
  private Entries staying(int node) {
    Entries told = Entries.of(firstEntering[node + 1] - firstEntering[node]);
    for (int i = firstEntering[node]; i < firstEntering[node + 1]; i++) {
      int edge = entering[i];
      if (rows.isMarked(edge) && !isAnew(rows.nodeAt(rows.from(edge)))) {
        told = told.with(rows.mark(edge));
      }
    }
    return told;
  }

  /**
   * A spread node waits for those of its items that are made anew, or have not told it their end.
   */
  private Entries itemsOf(int spread) {
    int told = toldItems[spread];
    return new Entries(rows.items(spread) - told, told, 0, 0);
  }
}
