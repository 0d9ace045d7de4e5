package org.millrace.engine.runs;

import org.millrace.domain.graph.BadReference;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.value.Value;
import org.millrace.engine.submission.Admission;

/**
 * Admits the plan of a node. One that names everything outright is admitted as its task would be;
 * one with references is when they are filled, and until then its secrets are sealed in the plan.
 */
final class PlanAdmission {
  private final Admission admission;

  PlanAdmission(Admission admission) {
    this.admission = admission;
  }

  /**
   * The plan as it is to be stored.
   *
   * @throws org.millrace.domain.failure.Refusal naming the field and the reason
   */
  NodePlan admit(NodePlan plan) {
    return switch (plan) {
      case NodePlan.Single(TaskSpec task, boolean _) when hasNoReferences(plan) ->
          new NodePlan.Single(admission.admit(task), true);
      case NodePlan.Single(TaskSpec task, boolean _) ->
          new NodePlan.Single(admission.admitPlan(task), false);
      case NodePlan.Each(Value list, TaskSpec item, int most) ->
          new NodePlan.Each(list, admission.admitPlan(item), most);
      case NodePlan.Item _, NodePlan.Barrier _, NodePlan.Adopted _ -> plan;
    };
  }

  private static boolean hasNoReferences(NodePlan plan) {
    try {
      return plan.references().isEmpty();
    } catch (BadReference never) {
      throw new IllegalStateException("a plan that was checked has a bad reference", never);
    }
  }
}
