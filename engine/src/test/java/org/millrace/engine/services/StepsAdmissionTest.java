package org.millrace.engine.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.Work;
import org.millrace.domain.value.Value;
import org.millrace.engine.staging.RequestSecrets;
import org.millrace.engine.staging.UrlSecrets;

/** What is checked and sealed of steps before they are stored. */
class StepsAdmissionTest {
  private static final Duration SOON = Duration.ofSeconds(1);
  private final Checks checks = new Checks();
  private final RequestSecrets secrets = new RequestSecrets(new UrlSecrets(new byte[32]));
  private final List<TaskSpec> elsewhere = new ArrayList<>();
  private final StepsAdmission admission =
      new StepsAdmission(
          spec -> {
            elsewhere.add(spec);
            return spec;
          },
          checks,
          secrets,
          Set.of("tcp", "mail"));

  /** Remembers what it was asked to check, and forbids one host. */
  private static final class Checks implements ServiceClient {
    private final List<String> checked = new ArrayList<>();

    @Override
    public void check(String field, String url) {
      checked.add(field + " " + url);
      if (url.contains("forbidden")) {
        throw new Refusal(new Failure.Denied(field, "no"));
      }
    }

    @Override
    public Answer ask(Ask ask, Duration within) {
      throw new AssertionError("admission asks nobody");
    }
  }

  private static HttpRequest get(String url) {
    return new HttpRequest("GET", url, Map.of(), Optional.empty());
  }

  private static Step call(String name, HttpRequest request) {
    return new Step.Call(name, request, Set.of(), Optional.empty(), SOON);
  }

  private Work admitted(Work work) {
    return admission.admit(spec(work)).work();
  }

  private static TaskSpec spec(Work work) {
    return new TaskSpec(
        new Owner("ada"),
        "test",
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        0,
        work,
        Resources.NONE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }

  private Work admitted(Step... steps) {
    return admitted(new StepsWork(List.of(steps), Map.of()));
  }

  @Test
  void every_request_is_checked_and_sealed() {
    var request =
        new HttpRequest(
            "POST",
            "http://me:hunter22@a/x",
            Map.of("Authorization", "Bearer ${steps.login.body.token}"),
            Optional.empty());
    var probe = get("http://b/?token=hunter33");

    StepsWork stored =
        (StepsWork)
            admitted(
                new Step.Call(
                    "start",
                    request,
                    Set.of(),
                    Optional.of(new Step.Probe(probe, Optional.empty())),
                    SOON));

    assertThat(checks.checked)
        .containsExactly(
            "steps.start.url http://me:hunter22@a/x", "steps.start.url http://b/?token=hunter33");
    assertThat(stored.toString()).doesNotContain("hunter", "Bearer");
    Step.Call sealed = (Step.Call) stored.steps().getFirst();
    assertThat(secrets.open(sealed.request())).isEqualTo(request);
    assertThat(sealed.probe().map(Step.Probe::request).map(secrets::open)).contains(probe);
  }

  @Test
  void a_plan_is_sealed_until_its_references_are_filled() {
    var request =
        new HttpRequest(
            "POST",
            "http://a/${nodes.n.values.id}?token=hunter22",
            Map.of("Authorization", "Bearer hunter33", "X-Key", "${nodes.n.values.key}"),
            Optional.empty());
    TaskSpec plan = spec(new StepsWork(List.of(call("s", request)), Map.of()));

    TaskSpec stored = admission.admitPlan(plan);

    assertThat(stored.toString()).doesNotContain("hunter").contains("${nodes.n.values.key}");
    assertThat(admission.opened(stored)).isEqualTo(plan);
    var others =
        new StepsAdmission(
            spec -> spec, checks, new RequestSecrets(new UrlSecrets(new byte[16])), Set.of());
    assertThatThrownBy(() -> others.opened(stored))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("steps.s: the credentials");
    var odd =
        new HttpRequest("GET", "${nodes.n.values.url}", Map.of("Host", "x"), Optional.empty());
    assertThatThrownBy(
            () -> admission.admitPlan(spec(new StepsWork(List.of(call("s", odd)), Map.of()))))
        .hasMessageContaining("steps.s.headers.Host");
  }

  @ParameterizedTest
  @CsvSource({
    "http://a/jobs/${steps.s.body.id}, http://a/jobs/",
    "http://a:80/p?id=${steps.s.body.id}&x=1, http://a:80/p?id=",
    "http://a${steps.s.body.id}/x, ''",
    "${steps.s.body.url}, ''",
    "${nodes.n.values.url}/x, http://given/x",
    "http://a/${HOME}, http://a/${HOME}",
    "http://a/$${steps.s.body}, http://a/${steps.s.body}"
  })
  void of_a_url_is_checked_what_is_known(String url, String known) {
    admitted(
        new StepsWork(
            List.of(call("s", get("http://first/")), call("t", get(url))),
            Map.of("${nodes.n.values.url}", new Value.Text("http://given"))));

    assertThat(checks.checked.stream().skip(1))
        .isEqualTo(known.isEmpty() ? List.of() : List.of("steps.t.url " + known));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://forbidden/x", "http://forbidden/x/${steps.s.body.id}"})
  void a_destination_that_is_known_to_be_forbidden_is_refused(String url) {
    assertThatThrownBy(() -> admitted(call("s", get("http://a/")), call("t", get(url))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("steps.t.url");
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "CONNECT", "TRACE", "GET X", ""})
  void methods_are_those_that_services_take(String method) {
    var odd = new HttpRequest(method, "http://a/", Map.of(), Optional.empty());

    assertThatThrownBy(() -> admitted(call("s", odd)))
        .hasMessageContaining("steps.s.method")
        .hasMessageContaining("GET, HEAD, POST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host", "content-length", "Connection", "Transfer-Encoding", "a b", ""})
  void headers_of_the_connection_are_not_for_callers(String header) {
    var odd = new HttpRequest("GET", "http://a/", Map.of(header, "x"), Optional.empty());

    assertThatThrownBy(() -> admitted(call("s", odd))).hasMessageContaining("steps.s.headers");
  }

  @Test
  void what_looks_like_a_reference_and_is_none_is_refused() {
    assertThatThrownBy(() -> admitted(call("s", get("http://a/${odd.one}"))))
        .hasMessageContaining("steps.s.url");
  }

  @Test
  void a_kind_that_nothing_here_does_is_refused_with_those_that_are_there() {
    Step odd = new Step.Other("s", "object", Value.NOTHING);
    TaskSpec plan = spec(new StepsWork(List.of(odd), Map.of()));

    for (ThrowingCallable way :
        List.<ThrowingCallable>of(() -> admission.admit(plan), () -> admission.admitPlan(plan))) {
      assertThatThrownBy(way)
          .isInstanceOf(Refusal.class)
          .hasMessage("steps.s.do: nothing here does steps of kind object; there is mail, tcp");
    }
    admitted(new Step.Other("s", "tcp", Value.NOTHING));
  }

  @Test
  void there_is_an_end_to_the_number_of_steps() {
    Step[] many =
        IntStream.range(0, 1001)
            .mapToObj(number -> call("s" + number, get("http://a/")))
            .toArray(Step[]::new);

    assertThatThrownBy(() -> admitted(many)).hasMessageContaining("at most 1000");
  }

  @Test
  void work_of_other_kinds_is_for_others() {
    Work other = new InProcessWork("noop", Value.NOTHING);

    assertThat(admitted(other)).isEqualTo(other);
    assertThat(elsewhere).hasSize(1);
  }
}
