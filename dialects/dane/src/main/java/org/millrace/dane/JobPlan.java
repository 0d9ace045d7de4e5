package org.millrace.dane;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.graph.BrokenGraph;
import org.millrace.domain.graph.Edge;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.run.RunPlan.PlannedEdge;
import org.millrace.domain.run.RunPlan.PlannedNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.task.TaskId;

/**
 * Makes a run of the tasks of a job: what is in a row has edges, what is in a fork has none, and
 * where several wait for several there is a barrier between them. What fails holds what comes after
 * it, until it is asked for again. For one tree.
 */
final class JobPlan {
  private final Iterator<TaskId> tasks;
  private final List<PlannedNode> nodes = new ArrayList<>();
  private final List<PlannedEdge> edges = new ArrayList<>();

  private JobPlan(Iterator<TaskId> tasks) {
    this.tasks = tasks;
  }

  /**
   * The plan of a job.
   *
   * @param tasks of its leaves, depth first
   */
  static RunPlan of(Job job, Owner owner, List<TaskId> tasks) {
    var plan = new JobPlan(tasks.iterator());
    List<NodeKey> last = plan.add(job.tree(), List.of());
    if (last.isEmpty()) {
      plan.barrier(List.of()); // it has no tasks, and is done at once
    }
    var spec =
        new RunSpec(
            owner,
            JobProtocol.NAME,
            Optional.of(job.sourceId()),
            Optional.empty(),
            Map.of("job", Long.toString(job.number())),
            FailurePolicy.HOLD);
    try {
      return RunPlan.of(spec, plan.nodes, plan.edges);
    } catch (BrokenGraph never) {
      throw new IllegalStateException("a tree has no cycle", never);
    }
  }

  /** The nodes to wait for afterwards; those of before, if this has none. */
  private List<NodeKey> add(JobTree tree, List<NodeKey> before) {
    return switch (tree) {
      case JobTree.Leaf leaf -> List.of(leaf(leaf, before));
      case JobTree.Row(List<JobTree> items) -> {
        List<NodeKey> last = before;
        for (JobTree item : items) {
          last = add(item, last);
        }
        yield last;
      }
      case JobTree.Fork(List<JobTree> items) -> fork(items, before);
    };
  }

  private List<NodeKey> fork(List<JobTree> items, List<NodeKey> before) {
    List<JobTree> busy = items.stream().filter(JobPlan::hasTasks).toList();
    if (busy.isEmpty()) {
      return before;
    }
    List<NodeKey> first = before.size() > 1 && busy.size() > 1 ? List.of(barrier(before)) : before;
    List<NodeKey> last = new ArrayList<>();
    busy.forEach(item -> last.addAll(add(item, first)));
    return last;
  }

  private static boolean hasTasks(JobTree tree) {
    return tree.leaves().findAny().isPresent();
  }

  private NodeKey leaf(JobTree.Leaf leaf, List<NodeKey> before) {
    return node(leaf.key() + " " + leaf.number(), new NodePlan.Adopted(tasks.next()), before);
  }

  private NodeKey barrier(List<NodeKey> before) {
    return node("join " + nodes.size() + " of " + before.size(), new NodePlan.Barrier(), before);
  }

  private NodeKey node(String name, NodePlan plan, List<NodeKey> before) {
    var key = new NodeKey(name);
    nodes.add(new PlannedNode(key, plan));
    before.forEach(each -> edges.add(new PlannedEdge(new Edge(each, key), Optional.empty())));
    return key;
  }
}
