package org.millrace.engine.runs;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.NodeEvent.EntryTold;
import org.millrace.domain.run.NodeEvent.Told;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunNode;
import org.millrace.engine.runs.RunStore.Leaving;
import org.millrace.engine.runs.RunStore.MarkedEdge;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.views.ViewStore;

/** Tells the ends of nodes to those after them: marks edges, a bounded number at a time. */
final class Telling {
  private static final int EDGES_AT_ONCE = 1000;

  private final RunStore store;
  private final RunViewStore runs;
  private final ViewStore tasks;
  private final InstantSource clock;

  Telling(RunStore store, RunViewStore runs, ViewStore tasks, InstantSource clock) {
    this.store = store;
    this.runs = runs;
    this.tasks = tasks;
    this.clock = clock;
  }

  /** One piece; whether there was anything to tell. */
  boolean tell(RunHead head) {
    Run run = head.run();
    List<RunNode> ended = store.toTell(run.id(), EDGES_AT_ONCE);
    if (ended.isEmpty()) {
      return false;
    }
    var values = new LeftValues(run.id(), runs, tasks);
    List<NodeChange> changes = new ArrayList<>();
    for (RunNode node : ended) {
      if (changes.size() >= EDGES_AT_ONCE) {
        break;
      }
      if (node.parent().isPresent()) {
        tellParent(run, node, changes);
      } else {
        tellAlongEdges(run, node, values, changes);
      }
    }
    store.apply(changes, clock.instant());
    return true;
  }

  private void tellParent(Run run, RunNode item, List<NodeChange> changes) {
    EdgeMark mark = EdgeMark.after(item.end().orElseThrow(), run.policy()).orElseThrow();
    runs.node(run.id(), item.parent().getAsInt())
        .ifPresent(parent ->
            changes.add(NodeChange.of(run.id(), parent, new EntryTold(mark, whyBarred(item)))));
    changes.add(NodeChange.of(run.id(), item, new Told(item.told(), 0, true)));
  }

  private void tellAlongEdges(Run run, RunNode node, LeftValues values, List<NodeChange> changes) {
    int most = EDGES_AT_ONCE - changes.size();
    List<Leaving> edges = store.leaving(run.id(), node.place(), node.told(), most);
    EdgeMark mark = EdgeMark.after(node.end().orElseThrow(), run.policy()).orElseThrow();
    for (Leaving edge : edges) {
      EntryTold told = told(node, mark, edge, values);
      changes.add(
          NodeChange.of(run.id(), edge.to(), told).over(new MarkedEdge(node.place(), told.mark())));
    }
    changes.add(
        NodeChange.of(run.id(), node, new Told(node.told(), edges.size(), edges.size() < most)));
  }

  private static EntryTold told(RunNode node, EdgeMark mark, Leaving edge, LeftValues values) {
    if (mark == EdgeMark.TAKEN && edge.condition().isPresent()) {
      return asked(edge.condition().get(), values);
    }
    return new EntryTold(edge.leads() ? mark : mark.ofValuesAlone(), whyBarred(node));
  }

  private static EntryTold asked(Condition condition, LeftValues values) {
    try {
      EdgeMark mark = condition.holds(values) ? EdgeMark.TAKEN : EdgeMark.NOT_TAKEN;
      return new EntryTold(mark, Optional.empty());
    } catch (MissingValue missing) {
      return new EntryTold(EdgeMark.UNDECIDED, Optional.of(Beginning.missing(missing)));
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
