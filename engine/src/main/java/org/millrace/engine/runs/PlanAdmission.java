package org.millrace.engine.runs;

import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.BadReference;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepTexts;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.Work;
import org.millrace.engine.staging.RequestSecrets;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.engine.submission.Admission;

/**
 * Admits the plan of a node. One that names everything outright is admitted as its task would be;
 * one with references is admitted when they are filled, and so must not hold a password until then.
 */
final class PlanAdmission {
  private final Admission admission;

  PlanAdmission(Admission admission) {
    this.admission = admission;
  }

  /**
   * The plan as it is to be stored.
   *
   * @throws Refusal naming the field and the reason
   */
  NodePlan admit(NodePlan plan) {
    return switch (plan) {
      case NodePlan.Single(TaskSpec task, boolean _) when hasNoReferences(plan) ->
          new NodePlan.Single(admission.admit(task), true);
      case NodePlan.Single(TaskSpec task, boolean _) -> {
        refuseSecrets(task.work());
        yield plan;
      }
      case NodePlan.Each(var _, TaskSpec item, int _) -> {
        refuseSecrets(item.work());
        yield plan;
      }
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

  private static void refuseSecrets(Work work) {
    switch (work) {
      case ContainerWork container -> {
        for (int i = 0; i < container.inputs().size(); i++) {
          if (container.inputs().get(i).source() instanceof Input.Location(String url)) {
            refuseSecret("inputs[" + i + "].url", url);
          }
        }
        for (int i = 0; i < container.outputs().size(); i++) {
          refuseSecret("outputs[" + i + "].url", container.outputs().get(i).url());
        }
      }
      case StepsWork steps -> {
        for (Step step : steps.steps()) {
          StepTexts.requests(step)
              .forEach(request -> refuseSecrets("steps." + step.name(), request));
        }
      }
      case InProcessWork _ -> {}
    }
  }

  private static void refuseSecrets(String field, HttpRequest request) {
    if (RequestSecrets.isWrittenOutInUrl(request)) {
      throw secretRefused(field + ".url");
    }
    RequestSecrets.writtenOut(request)
        .findFirst()
        .ifPresent(header -> {
          throw secretRefused(field + ".headers." + header);
        });
  }

  private static void refuseSecret(String field, String url) {
    if (!UrlSecrets.masked(url).equals(url)) {
      throw secretRefused(field);
    }
  }

  private static Refusal secretRefused(String field) {
    return Refusal.invalid(
        field,
        "holds a password or token, which can be kept secret only in a node without references");
  }
}
