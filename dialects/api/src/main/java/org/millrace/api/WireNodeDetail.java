package org.millrace.api;

import java.util.List;
import java.util.Optional;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.value.Value;
import org.millrace.engine.runs.Left;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.staging.ValueSecrets;

/**
 * All that is known of a node; credentials in URLs are masked.
 *
 * @param after what it waits for, or waited for, the first hundred
 * @param values what it left for those after it
 * @param moreValues whether its items left more than is shown here; each shows its own
 */
record WireNodeDetail(
    WireNode node,
    Optional<Plan> plan,
    List<Before> after,
    boolean moreAfter,
    Optional<Value> values,
    boolean moreValues) {

  /**
   * What it was told to do.
   *
   * @param kind {@code task}, {@code for_each}, {@code item}, {@code barrier}, {@code adopted}
   * @param index of an item
   */
  record Plan(
      String kind,
      Optional<String> name,
      Optional<WireWork> work,
      Optional<Value> list,
      Optional<Integer> maxItems,
      Optional<Value> item,
      Optional<Integer> index,
      Optional<String> task) {

    static Plan of(NodePlan plan) {
      return switch (plan) {
        case NodePlan.Single(TaskSpec task, boolean _) ->
            ofTask("task", task, Optional.empty(), Optional.empty());
        case NodePlan.Each(Value list, TaskSpec item, int most) ->
            ofTask("for_each", item, Optional.of(ValueSecrets.masked(list)), Optional.of(most));
        case NodePlan.Item(Value value, int index) ->
            new Plan(
                "item",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(ValueSecrets.masked(value)),
                Optional.of(index),
                Optional.empty());
        case NodePlan.Barrier() -> bare("barrier", Optional.empty());
        case NodePlan.Adopted(TaskId task) -> bare("adopted", Optional.of(task.text()));
      };
    }

    private static Plan ofTask(
        String kind, TaskSpec task, Optional<Value> list, Optional<Integer> most) {
      return new Plan(
          kind,
          task.name(),
          Optional.of(WireWork.of(task.work(), Detail.FULL)),
          list,
          most,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    private static Plan bare(String kind, Optional<String> task) {
      return new Plan(
          kind,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          task);
    }
  }

  /**
   * An edge that enters it.
   *
   * @param told what came over it: {@code waiting} while nothing has
   */
  record Before(String node, String told, boolean leads) {
    static Before of(NodeKey from, StoredEdge edge) {
      return new Before(
          from.text(),
          edge.mark().map(EdgeMark::name).orElse("waiting").toLowerCase(java.util.Locale.ROOT),
          edge.leads());
    }
  }

  static WireNodeDetail of(
      RunNode node, Optional<NodePlan> plan, List<Before> after, boolean moreAfter, Left left) {
    return new WireNodeDetail(
        WireNode.of(node),
        plan.map(Plan::of),
        after,
        moreAfter,
        left instanceof Left.Values(Value values)
            ? Optional.of(ValueSecrets.masked(values))
            : Optional.empty(),
        left instanceof Left.TooMuch);
  }
}
