package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.value.Value;
import org.millrace.engine.submission.Admission;

/** Who admits what of a plan, and when. */
class PlanAdmissionTest {
  private final PlanAdmission admission =
      new PlanAdmission(
          new Admission() {
            @Override
            public TaskSpec admit(TaskSpec spec) {
              return called(spec, "admitted");
            }

            @Override
            public TaskSpec admitPlan(TaskSpec plan) {
              return called(plan, "planned");
            }
          });

  private static TaskSpec called(TaskSpec spec, String name) {
    return new TaskSpec(
        spec.owner(),
        spec.dialect(),
        Optional.of(name),
        spec.description(),
        spec.tags(),
        spec.priority(),
        spec.work(),
        spec.resources(),
        spec.retry(),
        spec.limits(),
        spec.notes());
  }

  private static TaskSpec task(String url) {
    var request = new HttpRequest("GET", url, Map.of(), Optional.empty());
    var step = new Step.Call("ask", request, Set.of(), Optional.empty(), Duration.ofSeconds(1));
    return new TaskSpec(
        new Owner("ada"),
        "test",
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        0,
        new StepsWork(List.of(step), Map.of()),
        Resources.NONE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }

  @Test
  void a_node_without_references_is_admitted_as_its_task_would_be() {
    TaskSpec task = task("http://host/");

    assertThat(admission.admit(new NodePlan.Single(task)))
        .isEqualTo(new NodePlan.Single(called(task, "admitted"), true));
  }

  @Test
  void the_plan_of_one_with_references_is_and_its_task_later() {
    TaskSpec task = task("http://host/${nodes.a.values.id}");
    var list = new Value.Items(List.of());

    assertThat(admission.admit(new NodePlan.Single(task)))
        .isEqualTo(new NodePlan.Single(called(task, "planned"), false));
    assertThat(admission.admit(new NodePlan.Each(list, task("http://host/"), 5)))
        .isEqualTo(new NodePlan.Each(list, called(task("http://host/"), "planned"), 5));
  }
}
