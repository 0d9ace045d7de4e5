package org.millrace.testkit.simulation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.graph.BrokenGraph;
import org.millrace.domain.graph.Edge;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.run.RunPlan.PlannedEdge;
import org.millrace.domain.run.RunPlan.PlannedNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.domain.value.ValuePath.Step;

/**
 * A plan that nobody would draw: every kind of node, edges anywhere, conditions that cannot hold.
 */
final class RandomGraph {
  private final Random random;
  private final Supplier<TaskSpec> tasks;
  private final List<TaskId> known;
  private final List<PlannedNode> nodes = new ArrayList<>();
  private final List<PlannedEdge> edges = new ArrayList<>();

  private RandomGraph(Random random, Supplier<TaskSpec> tasks, List<TaskId> known) {
    this.random = random;
    this.tasks = tasks;
    this.known = known;
  }

  /**
   * A plan.
   *
   * @param known tasks that its nodes may adopt
   */
  static RunPlan of(
      Random random, Owner owner, int size, Supplier<TaskSpec> tasks, List<TaskId> known) {
    var graph = new RandomGraph(random, tasks, new ArrayList<>(known));
    graph.grow(size);
    FailurePolicy[] policies = FailurePolicy.values();
    var spec =
        new RunSpec(
            owner,
            "test",
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            policies[random.nextInt(policies.length)]);
    try {
      return RunPlan.of(spec, graph.nodes, graph.edges);
    } catch (BrokenGraph broken) {
      throw new IllegalStateException("only earlier nodes are waited for", broken);
    }
  }

  private void grow(int size) {
    for (int place = 0; place < size; place++) {
      nodes.add(new PlannedNode(key(place), plan(place)));
      Set<Integer> before = new LinkedHashSet<>();
      for (int i = random.nextInt(4); i > 0 && place > 0; i--) {
        before.add(random.nextInt(place));
      }
      for (int from : before) {
        edges.add(new PlannedEdge(new Edge(key(from), key(place)), condition(from)));
      }
    }
  }

  private static NodeKey key(int place) {
    return new NodeKey("n" + place);
  }

  private NodePlan plan(int place) {
    return switch (random.nextInt(10)) {
      case 0 -> new NodePlan.Barrier();
      case 1 -> new NodePlan.Each(list(random.nextInt(4)), tasks.get(), 3);
      case 2 -> place == 0 ? single() : new NodePlan.Each(reference(place), tasks.get(), 3);
      case 3 -> known.isEmpty() ? single() : new NodePlan.Adopted(oneKnown());
      default -> single();
    };
  }

  /** Each is adopted once. */
  private TaskId oneKnown() {
    return known.remove(random.nextInt(known.size()));
  }

  private NodePlan single() {
    return new NodePlan.Single(tasks.get());
  }

  private static Value list(int items) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      values.add(new Value.Text("item " + i));
    }
    return new Value.Items(values);
  }

  /** A list that only some kinds of nodes leave: else the node that is to be spread fails. */
  private Value reference(int place) {
    int from = random.nextInt(place);
    String field = random.nextInt(3) == 0 ? "items" : "exit_codes";
    return new Value.Text("${nodes.n" + from + ".values." + field + "}");
  }

  private Optional<Condition> condition(int from) {
    return switch (random.nextInt(8)) {
      case 0 -> Optional.of(on(from, "exit_codes", new Condition.Test.There(true)));
      case 1 -> Optional.of(on(from, "items", new Condition.Test.There(false)));
      case 2 ->
          Optional.of(
              on(from, "state", new Condition.Test.Among(List.of(new Value.Text("COMPLETE")))));
      default -> Optional.empty();
    };
  }

  private static Condition on(int from, String field, Condition.Test test) {
    return new Condition(
        new Reference.OfNode(key(from), new ValuePath(List.of(new Step.Field(field)))), test);
  }
}
