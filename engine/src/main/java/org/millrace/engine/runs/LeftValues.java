package org.millrace.engine.runs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.graph.Values;
import org.millrace.domain.graph.Weight;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.NodeValues;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.domain.value.ValuePath.Looked;
import org.millrace.domain.value.ValuePath.Step;
import org.millrace.engine.submission.IntakeStore.Done;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore;

/**
 * What the nodes of one run left, looked up once each as long as that is not too much. For one turn
 * of one thread: a node may be made anew after it.
 */
final class LeftValues implements Values {
  private static final int PAGE = 1000;
  private static final Left NOTHING = new Left.Nothing();

  /** The weight of values that are kept for those who ask again. */
  private static final long KEPT = 32 << 20;

  private final RunId run;
  private final RunViewStore runs;
  private final ViewStore tasks;
  private final UnaryOperator<RunNode> asItWillBe;
  private final Function<TaskId, Optional<Done>> doneMeanwhile;
  private final Map<Integer, Value> known = new HashMap<>(); // by place
  private final Map<Integer, NodePlan.Each> spread = new HashMap<>(); // by place
  private long keptWeight;

  /** Of a run as it is stored. */
  LeftValues(RunId run, RunViewStore runs, ViewStore tasks) {
    this(run, runs, tasks, UnaryOperator.identity(), _ -> Optional.empty());
  }

  /** Of a run as it will be after a turn. */
  LeftValues(RunTurn turn, RunViewStore runs, ViewStore tasks) {
    this(turn.id(), runs, tasks, turn::node, turn::done);
  }

  private LeftValues(
      RunId run,
      RunViewStore runs,
      ViewStore tasks,
      UnaryOperator<RunNode> asItWillBe,
      Function<TaskId, Optional<Done>> doneMeanwhile) {
    this.asItWillBe = asItWillBe;
    this.doneMeanwhile = doneMeanwhile;
    this.run = run;
    this.runs = runs;
    this.tasks = tasks;
  }

  @Override
  public Value of(Reference reference) throws MissingValue {
    if (!(reference instanceof Reference.OfNode(NodeKey node, ValuePath path))) {
      throw new MissingValue(reference, "it is nothing that a node leaves");
    }
    Optional<RunNode> item = itemNamed(node, path);
    Looked looked =
        item.isPresent()
            ? path.from(2).in(of(item.get(), reference))
            : path.in(of(node(node, reference), reference));
    return switch (looked) {
      case Looked.Found(Value value) -> value;
      case Looked.Missing(String why) -> throw new MissingValue(reference, why);
    };
  }

  /** The one item of a spread node that a path leads into: there may be many, and each is large. */
  private Optional<RunNode> itemNamed(NodeKey spread, ValuePath path) {
    return path.steps().size() >= 2
            && path.steps().get(0).equals(new Step.Field(NodeValues.ITEMS))
            && path.steps().get(1) instanceof Step.Item(int index)
        ? runs.node(run, spread.item(index))
            .map(asItWillBe)
            .filter(item -> item.parent().isPresent() && item.state() == NodeState.ENDED)
        : Optional.empty();
  }

  private RunNode node(NodeKey key, Reference reference) throws MissingValue {
    return runs.node(run, key)
        .map(asItWillBe)
        .orElseThrow(() -> new MissingValue(reference, "no such node"));
  }

  private Value of(RunNode node, Reference reference) throws MissingValue {
    Value value = known.get(node.place());
    if (value == null) {
      value =
          switch (left(node, NodePlan.LIST_ROOM)) {
            case Left.Values(Value values) -> values;
            case Left.Nothing() when node.parent().isPresent() -> Value.NOTHING; // as in the list
            case Left.Nothing() -> throw new MissingValue(reference, whyNothing(node));
            case Left.TooMuch() ->
                throw new MissingValue(
                    reference,
                    "its items left too much to be read at once; refer to one, as in items[0]");
          };
      keep(node.place(), value);
    }
    return value;
  }

  private void keep(int place, Value value) {
    keptWeight += Weight.of(value);
    if (keptWeight > KEPT) {
      known.clear();
      keptWeight = 0;
    }
    known.put(place, value);
  }

  private static String whyNothing(RunNode node) {
    return node.end()
        .map(end ->
            switch (end) {
              case SKIPPED, BARRED -> "node '" + node.key() + "' was skipped and left nothing";
              case COMPLETED, FAILED -> "what node '" + node.key() + "' left is gone";
            })
        .orElse("node '" + node.key() + "' has not ended");
  }

  /** What the node at this place was told to do. Items of a node ask again and again. */
  NodePlan plan(int place) {
    NodePlan known = spread.get(place);
    if (known != null) {
      return known;
    }
    NodePlan plan =
        runs.plan(run, place)
            .orElseThrow(() -> new IllegalStateException("run " + run + ": no node " + place));
    if (plan instanceof NodePlan.Each each) {
      spread.put(place, each);
    }
    return plan;
  }

  /**
   * What an ended node left.
   *
   * @param most the weight of what all items of a spread node left
   */
  Left left(RunNode node, long most) {
    if (node.state() != NodeState.ENDED) {
      return NOTHING;
    }
    if (node.task().isPresent()) {
      return node.task().flatMap(this::ofTask).<Left>map(Left.Values::new).orElse(NOTHING);
    }
    if (!node.end().equals(Optional.of(NodeEnd.COMPLETED)) && !node.leftInSpite()) {
      return NOTHING;
    }
    return plan(node.place()) instanceof NodePlan.Each
        ? ofItems(node, most)
        : new Left.Values(NodeValues.none());
  }

  private Optional<Value> ofTask(TaskId task) {
    return doneMeanwhile
        .apply(task)
        .map(done -> NodeValues.of(task, done.ended().task().state(), done.report()))
        .or(() ->
            tasks
                .find(task)
                .map(view -> NodeValues.of(task, view.task().state(), lastReport(view))));
  }

  private static AttemptReport lastReport(TaskView view) {
    return view.attempts().isEmpty() ? AttemptReport.EMPTY : view.attempts().getLast().report();
  }

  private Left ofItems(RunNode spread, long most) {
    List<Value> items = new ArrayList<>();
    long room = most;
    List<RunNode> page;
    int from = 0;
    do {
      page = runs.items(run, spread.place(), from, PAGE);
      for (RunNode item : page) {
        Value value =
            left(asItWillBe.apply(item), most) instanceof Left.Values(Value values)
                ? values
                : Value.NOTHING;
        room = Weight.left(room, value, Integer.MAX_VALUE);
        if (room < 0) {
          return new Left.TooMuch();
        }
        items.add(value);
        from = item.place() + 1;
      }
    } while (page.size() == PAGE);
    return new Left.Values(NodeValues.ofItems(items));
  }
}
