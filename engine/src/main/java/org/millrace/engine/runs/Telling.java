package org.millrace.engine.runs;

import java.util.List;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.NodeEvent.EntryTold;
import org.millrace.domain.run.NodeEvent.ToldAll;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.engine.runs.RunStore.Leaving;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.Over;

/** Tells the ends of nodes to those after them, by marks on edges. */
final class Telling {
  private final RunStore store;
  private final RunViewStore runs;

  Telling(RunStore store, RunViewStore runs) {
    this.store = store;
    this.runs = runs;
  }

  /** Tells one end, or as much of it as there is room for. */
  void tell(RunTurn turn, RunNode stored, LeftValues values) {
    RunNode node = turn.node(stored);
    if (!node.telling()) {
      return;
    }
    if (node.parent().isPresent()) {
      tellParent(turn, node);
    } else {
      tellAlongEdges(turn, node, values);
    }
  }

  private void tellParent(RunTurn turn, RunNode item) {
    EdgeMark mark = mark(turn, item);
    runs.node(turn.id(), item.parent().getAsInt())
        .map(turn::node)
        .ifPresent(parent ->
            turn.add(
                parent,
                NodeChange.of(turn.id(), parent, new EntryTold(mark, whyBarred(item)))
                    .over(new Over.ItemEnded(item.place()))));
  }

  private void tellAlongEdges(RunTurn turn, RunNode node, LeftValues values) {
    int most = turn.room();
    List<Leaving> edges = store.leaving(turn.id(), node.place(), most);
    EdgeMark mark = mark(turn, node);
    for (Leaving edge : edges) {
      RunNode to = turn.node(edge.to());
      EntryTold told = told(turn.id(), node, mark, edge, values);
      turn.add(
          to,
          NodeChange.of(turn.id(), to, told).over(new Over.MarkedEdge(node.place(), told.mark())));
    }
    if (edges.size() < most) {
      turn.add(node, NodeChange.of(turn.id(), node, new ToldAll(turn.run().rewinds())));
    }
  }

  private static EdgeMark mark(RunTurn turn, RunNode node) {
    return EdgeMark.after(node.end().orElseThrow(), turn.run().policy()).orElseThrow();
  }

  private static EntryTold told(
      RunId run, RunNode node, EdgeMark mark, Leaving edge, LeftValues values) {
    if (mark == EdgeMark.TAKEN && edge.condition().isPresent()) {
      return asked(run, edge.condition().get(), values);
    }
    if (node.leftInSpite() && edge.condition().filter(one -> isMet(one, values)).isPresent()) {
      return new EntryTold(EdgeMark.TAKEN, Optional.empty());
    }
    return new EntryTold(edge.leads() ? mark : mark.ofValuesAlone(), whyBarred(node));
  }

  /** Whether somebody waits for just this failure: all others are barred by it. */
  private static boolean isMet(Condition condition, LeftValues values) {
    try {
      return condition.holds(values);
    } catch (MissingValue _) {
      return false;
    }
  }

  private static EntryTold asked(RunId run, Condition condition, LeftValues values) {
    try {
      EdgeMark mark = condition.holds(values) ? EdgeMark.TAKEN : EdgeMark.NOT_TAKEN;
      return new EntryTold(mark, Optional.empty());
    } catch (MissingValue missing) {
      return new EntryTold(EdgeMark.UNDECIDED, Optional.of(Beginning.missing(run, missing)));
    }
  }

  private static Optional<Cause> whyBarred(RunNode node) {
    return switch (node.end().orElseThrow()) {
      case COMPLETED, SKIPPED -> Optional.empty();
      case BARRED -> node.cause();
      case FAILED ->
          Optional.of(
              new Cause(
                  "dependency-failed",
                  "node '" + node.key() + "' failed",
                  "mend that one, and run again from it"));
    };
  }
}
