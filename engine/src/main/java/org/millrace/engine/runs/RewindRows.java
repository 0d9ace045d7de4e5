package org.millrace.engine.runs;

import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.Entries;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.RunNode;
import org.millrace.engine.runs.RunStore.StoredEdge;

/**
 * What of a run decides how nodes of it are made anew, as numbers: there may be a million nodes and
 * as many edges. Both come in their order, and are named by their number in it.
 */
final class RewindRows {
  private static final EdgeMark[] MARKS = EdgeMark.values();
  private static final int NONE = -1;

  private final Ints places = new Ints();
  private final Ints generations = new Ints();
  private final Ints parents = new Ints();
  private final Ints items = new Ints();
  private final BitSet told = new BitSet();
  private final Ints from = new Ints();
  private final Ints to = new Ints();
  private final Ints marks = new Ints();

  /** The next node, in the order of places. */
  void add(RunNode node) {
    if (node.end().equals(Optional.of(NodeEnd.COMPLETED)) && !node.telling()) {
      told.set(places.size());
    }
    places.add(node.place());
    generations.add(node.generation());
    parents.add(node.parent().orElse(NONE));
    Entries entries = node.entries();
    items.add(entries.open() + entries.taken() + entries.barred());
  }

  /** The next edge, in the order of where they begin and lead. */
  void add(StoredEdge edge) {
    from.add(edge.from());
    to.add(edge.to());
    marks.add(edge.mark().map(EdgeMark::ordinal).orElse(NONE));
  }

  int nodes() {
    return places.size();
  }

  int place(int node) {
    return places.at(node);
  }

  int generation(int node) {
    return generations.at(node);
  }

  /** The node at this place; negative if there is none. */
  int nodeAt(int place) {
    return places.indexOf(place);
  }

  /** Of an item, the node that was spread. */
  OptionalInt parent(int node) {
    return parents.at(node) == NONE
        ? OptionalInt.empty()
        : OptionalInt.of(nodeAt(parents.at(node)));
  }

  /** How many items a spread node has. */
  int items(int spread) {
    return items.at(spread);
  }

  /** Whether it is complete and has told its end. */
  boolean hasTold(int node) {
    return told.get(node);
  }

  int edges() {
    return from.size();
  }

  int from(int edge) {
    return from.at(edge);
  }

  int to(int edge) {
    return to.at(edge);
  }

  boolean isMarked(int edge) {
    return marks.at(edge) != NONE;
  }

  /** Of one that is marked. */
  EdgeMark mark(int edge) {
    return MARKS[marks.at(edge)];
  }

  /** The first of the edges that leave this place, or come after them. */
  int firstLeaving(int place) {
    return from.firstFrom(place);
  }
}
