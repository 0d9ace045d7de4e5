package org.millrace.engine.runs;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.run.NodeEvent.ItemsMade;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.NodeTransition;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.value.Value;
import org.millrace.engine.runs.RunIntakeStore.NewNode;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.views.ViewStore;

/** Makes nodes of the items of a list, a bounded number at a time. */
final class Spreading {
  private static final int AT_ONCE = 1000;
  private static final int PIECES = 10;
  private static final Spread NONE = new Spread(new RunId("none"), 0, 0);

  /** Which making of which node; each has one list. */
  private record Spread(RunId run, int place, int generation) {}

  private final RunStore store;
  private final RunViewStore runs;
  private final ViewStore tasks;
  private final InstantSource clock;
  private Spread kept = NONE;
  private List<Value> keptItems = List.of();

  Spreading(RunStore store, RunViewStore runs, ViewStore tasks, InstantSource clock) {
    this.store = store;
    this.runs = runs;
    this.tasks = tasks;
    this.clock = clock;
  }

  /** A few pieces; whether there was anything to make. */
  boolean spread(RunHead head) {
    RunId run = head.run().id();
    Optional<RunNode> spreading = store.spreading(run, 1).stream().findFirst();
    if (spreading.isEmpty()) {
      return false;
    }
    List<Value> items = items(run, spreading.get());
    var at = new NodeTransition(head.run(), spreading.get(), true);
    for (int piece = 0;
        piece < PIECES && at.changed() && at.node().made() < items.size();
        piece++) {
      NodeTransition before = at;
      at =
          store
              .apply(List.of(itemsOf(before.run(), before.node(), items)), clock.instant())
              .getFirst()
              .orElse(new NodeTransition(before.run(), before.node(), false));
    }
    if (at.node().made() >= items.size()) {
      kept = NONE;
      keptItems = List.of();
    }
    return true;
  }

  private static NodeChange itemsOf(Run run, RunNode node, List<Value> items) {
    int first = node.made();
    int last = Math.min(items.size(), first + AT_ONCE);
    List<NewNode> made = new ArrayList<>();
    for (int index = first; index < last; index++) {
      made.add(
          new NewNode(
              RunNode.item(run.nextPlace() + index - first, node.key().item(index), node.place()),
              new NodePlan.Item(items.get(index), index)));
    }
    return NodeChange.of(run.id(), node, new ItemsMade(first, made.size())).with(made);
  }

  /**
   * The same list as when it was found to be one: what nodes left does not change any more. The
   * last one is kept, for it may take as long to find as the pieces of it take to make.
   */
  private List<Value> items(RunId run, RunNode node) {
    var of = new Spread(run, node.place(), node.generation());
    if (!of.equals(kept)) {
      keptItems = found(run, node);
      kept = of;
    }
    return keptItems;
  }

  private List<Value> found(RunId run, RunNode node) {
    var values = new LeftValues(run, runs, tasks);
    try {
      if (values.plan(node.place()) instanceof NodePlan.Each each
          && list(each, values) instanceof Value.Items(List<Value> items)
          && items.size() > node.made()) {
        return items;
      }
      throw new IllegalStateException("run " + run + ": the list of node " + node.key());
    } catch (MissingValue gone) {
      throw new IllegalStateException("run " + run + ": " + gone.getMessage(), gone);
    }
  }

  static Value list(NodePlan.Each each, LeftValues values) throws MissingValue {
    return NodePlan.filled(each.list(), values);
  }
}
