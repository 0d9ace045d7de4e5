package org.millrace.engine.runs;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.NodeEvent.ItemsMade;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.value.Value;
import org.millrace.engine.runs.RunIntakeStore.NewNode;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.Planned;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.views.ViewStore;

/** Makes nodes of the items of a list, a bounded number at a time. */
final class Spreading {
  private static final int AT_ONCE = 1000;

  private final RunStore store;
  private final RunViewStore runs;
  private final ViewStore tasks;
  private final InstantSource clock;

  Spreading(RunStore store, RunViewStore runs, ViewStore tasks, InstantSource clock) {
    this.store = store;
    this.runs = runs;
    this.tasks = tasks;
    this.clock = clock;
  }

  /** One piece; whether there was anything to make. */
  boolean spread(RunHead head) {
    List<Planned> spreading = store.spreading(head.run().id(), 1);
    if (spreading.isEmpty()) {
      return false;
    }
    Planned planned = spreading.getFirst();
    store.apply(List.of(itemsOf(head.run(), planned)), clock.instant());
    return true;
  }

  private NodeChange itemsOf(Run run, Planned planned) {
    RunNode node = planned.node();
    List<Value> items = items(run, planned);
    int first = node.made();
    int last = Math.min(items.size(), first + AT_ONCE);
    List<NewNode> made = new ArrayList<>();
    for (int index = first; index < last; index++) {
      made.add(
          new NewNode(
              RunNode.item(run.nextPlace() + index - first, key(node, index), node.place()),
              new NodePlan.Item(items.get(index), index)));
    }
    if (made.isEmpty()) {
      throw new IllegalStateException(
          "run " + run.id() + ": the list of node " + node.key() + " has become shorter");
    }
    return NodeChange.of(run.id(), node, new ItemsMade(first, made.size())).with(made);
  }

  private static NodeKey key(RunNode spread, int index) {
    return new NodeKey(spread.key() + "[" + index + "]");
  }

  /** The same list as when it was found to be one: what nodes left does not change any more. */
  private List<Value> items(Run run, Planned planned) {
    var values = new LeftValues(run.id(), runs, tasks);
    try {
      if (planned.plan() instanceof NodePlan.Each each
          && list(each, values) instanceof Value.Items(List<Value> items)) {
        return items;
      }
      throw new IllegalStateException("run " + run.id() + ": the list of " + planned.node().key());
    } catch (MissingValue gone) {
      throw new IllegalStateException("run " + run.id() + ": " + gone.getMessage(), gone);
    }
  }

  static Value list(NodePlan.Each each, LeftValues values) throws MissingValue {
    return NodePlan.filled(each.list(), values);
  }
}
