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
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.NodeValues;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath.Looked;
import org.millrace.engine.submission.IntakeStore.Done;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore;

/**
 * What the nodes of one run left, looked up once each. For one turn of one thread: a node may be
 * made anew after it.
 */
final class LeftValues implements Values {
  private static final int PAGE = 1000;

  private final RunId run;
  private final RunViewStore runs;
  private final ViewStore tasks;
  private final UnaryOperator<RunNode> asItWillBe;
  private final Function<TaskId, Optional<Done>> doneMeanwhile;
  private final Map<NodeKey, Value> known = new HashMap<>();
  private final Map<Integer, NodePlan> plans = new HashMap<>();

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
    if (!(reference instanceof Reference.OfNode(NodeKey node, var path))) {
      throw new MissingValue(reference, "it is nothing that a node leaves");
    }
    return switch (path.in(of(node, reference))) {
      case Looked.Found(Value value) -> value;
      case Looked.Missing(String why) -> throw new MissingValue(reference, why);
    };
  }

  private Value of(NodeKey key, Reference reference) throws MissingValue {
    Value value = known.get(key);
    if (value == null) {
      RunNode node =
          runs.node(run, key)
              .map(asItWillBe)
              .orElseThrow(() -> new MissingValue(reference, "no such node"));
      value = left(node).orElseThrow(() -> new MissingValue(reference, whyNothing(node)));
      known.put(key, value);
    }
    return value;
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

  /** What the node at this place was told to do. */
  NodePlan plan(int place) {
    return plans.computeIfAbsent(
        place,
        at ->
            runs.plan(run, at)
                .orElseThrow(() -> new IllegalStateException("run " + run + ": no node " + at)));
  }

  /** What an ended node left; empty if it left nothing. */
  Optional<Value> left(RunNode node) {
    if (node.state() != NodeState.ENDED) {
      return Optional.empty();
    }
    if (node.task().isPresent()) {
      return node.task().flatMap(this::ofTask);
    }
    if (!node.end().equals(Optional.of(NodeEnd.COMPLETED))) {
      return Optional.empty();
    }
    return Optional.of(
        plan(node.place()) instanceof NodePlan.Each ? ofItems(node) : NodeValues.none());
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

  private Value ofItems(RunNode spread) {
    List<Value> items = new ArrayList<>();
    List<RunNode> page;
    int from = 0;
    do {
      page = runs.items(run, spread.place(), from, PAGE);
      for (RunNode item : page) {
        items.add(left(item).orElse(Value.NOTHING));
        from = item.place() + 1;
      }
    } while (page.size() == PAGE);
    return NodeValues.ofItems(items);
  }
}
