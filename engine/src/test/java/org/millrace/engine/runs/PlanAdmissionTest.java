package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** Which plans may hold secrets, of steps. */
class PlanAdmissionTest {
  private final PlanAdmission admission = new PlanAdmission(spec -> spec);

  private static NodePlan plan(String url, String authorization) {
    var request =
        new HttpRequest("GET", url, Map.of("Authorization", authorization), Optional.empty());
    var step = new Step.Call("ask", request, Set.of(), Optional.empty(), Duration.ofSeconds(1));
    return new NodePlan.Single(
        new TaskSpec(
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
            List.of()),
        false);
  }

  @Test
  void a_node_with_references_takes_its_credentials_from_one() {
    String url = "http://host/${nodes.a.values.id}";
    String token = "${nodes.login.values.token}";

    for (NodePlan referring :
        List.of(plan(url, "Bearer " + token), plan(url + "?token=" + token, token))) {
      assertThat(admission.admit(referring)).isEqualTo(referring);
    }
    assertThatThrownBy(() -> admission.admit(plan(url, "Bearer written-out")))
        .hasMessageContaining("steps.ask.headers.Authorization");
    assertThatThrownBy(() -> admission.admit(plan(url + "?token=written-out", token)))
        .hasMessageContaining("steps.ask.url");
  }

  @Test
  void a_node_without_references_may_write_them_out_since_they_are_sealed() {
    assertThat(admission.admit(plan("http://host/", "Bearer written-out")))
        .isInstanceOf(NodePlan.Single.class);
  }
}
