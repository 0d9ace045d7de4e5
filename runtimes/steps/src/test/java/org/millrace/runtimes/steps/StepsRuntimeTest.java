package org.millrace.runtimes.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.runtimes.steps.Plans.at;
import static org.millrace.runtimes.steps.Plans.call;
import static org.millrace.runtimes.steps.Plans.field;
import static org.millrace.runtimes.steps.Plans.get;
import static org.millrace.runtimes.steps.Plans.map;
import static org.millrace.runtimes.steps.Plans.poll;
import static org.millrace.runtimes.steps.Plans.post;
import static org.millrace.runtimes.steps.Plans.probed;
import static org.millrace.runtimes.steps.Plans.work;
import static org.millrace.runtimes.steps.Service.answer;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepTexts;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.staging.RequestSecrets;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.views.LogFolder.Stream;
import org.millrace.testkit.runtime.TestAttempt;
import org.millrace.testkit.runtime.Waiting;

/** Steps in order, what becomes of them after a crash, and how they are stopped. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StepsRuntimeTest {
  private static final Value NOTHING = map();

  @TempDir private Path folder;
  private StepsRig rig;
  private Service service;

  @BeforeEach
  void open() throws Exception {
    rig = new StepsRig(folder);
    service = new Service();
  }

  @AfterEach
  void close() {
    service.close();
    rig.close();
  }

  private static Cause why(Collected collected) {
    return collected.whyFailed().orElseThrow();
  }

  // --- a job from start to result ---

  private StepsWork job() {
    return work(
        call("start", post(service.url("/join"), map("job-id", "${nodes.a.values.id}"))),
        poll("wait", service.url("/join/progress?id=${steps.start.body.id}")),
        call("result", get(service.url("/results/${steps.start.body.id}"))));
  }

  private StepsWork jobWithValues() {
    return new StepsWork(
        job().steps(), Map.of("${nodes.a.values.id}", new Value.Numeral("9007199254740993")));
  }

  private void serveTheJob() {
    service
        .on("/join", 202, "{\"id\": 1234567890123456789}")
        .on(
            "/join/progress",
            answer(200, "{\"status\": \"progress\", \"message\": \"An amazing error.\"}"),
            answer(200, "{\"status\": \"progress\"}"),
            answer(200, "{\"status\": \"complete\"}"))
        .on("/results/1234567890123456789", 200, "{\"rows\": 1.0, \"big\": 1e400}");
  }

  @Test
  void starts_a_job_waits_for_its_end_and_collects_its_result() throws Exception {
    serveTheJob();

    Collected collected = rig.run(jobWithValues());

    assertThat(collected.whyFailed()).isEmpty();
    Value left = collected.value().orElseThrow();
    assertThat(at(left, "steps", "start", "status")).isEqualTo(new Value.Numeral("202"));
    assertThat(at(left, "steps", "wait", "body", "status")).isEqualTo(new Value.Text("complete"));
    assertThat(at(left, "steps", "result", "body", "rows")).isEqualTo(new Value.Numeral("1.0"));
    assertThat(at(left, "steps", "result", "body", "big")).isEqualTo(new Value.Numeral("1e400"));
    assertThat(service.got().getFirst().body()).isEqualTo("{\"job-id\":9007199254740993}");
    assertThat(service.times("GET /join/progress?id=1234567890123456789")).isEqualTo(3);
    assertThat(service.got()).hasSize(5);
  }

  @Test
  void what_was_done_is_there_also_when_a_later_step_fails() throws Exception {
    service
        .on("/join", 202, "{\"id\": 5}")
        .on("/join/progress", 400, "{\"status\": \"error\", \"message\": \"No such\\ncolumn\"}");

    Collected collected = rig.run(jobWithValues());

    assertThat(why(collected).code()).isEqualTo("job-failed");
    assertThat(why(collected).byCaller()).isTrue();
    assertThat(why(collected).message())
        .startsWith("step 'wait': GET http://127.0.0.1:")
        .endsWith("the job failed: No such?column");
    assertThat(at(collected.value().orElseThrow(), "steps", "start", "body", "id"))
        .isEqualTo(new Value.Numeral("5"));
    assertThat(service.times("GET /results")).isZero();
  }

  @Test
  void a_value_that_is_not_there_fails_the_step_and_is_named() throws Exception {
    service.on("/join", 202, "{\"other\": 5}");

    Cause why = why(rig.run(jobWithValues()));

    assertThat(why.code()).isEqualTo("value-missing");
    assertThat(why.message()).contains("step 'wait'").contains("${steps.start.body.id}");
    assertThat(why.byCaller()).isTrue();
  }

  @Test
  void a_value_of_a_node_that_was_not_given_fails_the_step_before_anything_is_sent()
      throws Exception {
    serveTheJob();
    var work = new StepsWork(job().steps(), Map.of("${nodes.b.values.id}", new Value.Text("x")));

    Cause why = why(rig.run(work));

    assertThat(why.code()).isEqualTo("value-missing");
    assertThat(why.message())
        .contains("step 'start'", "${nodes.a.values.id}", "no value was given for it");
    assertThat(service.got()).isEmpty();
  }

  @Test
  void bodies_are_sent_as_what_they_are() throws Exception {
    service.on("/", 200, "{}");
    var form = new HttpRequest.Body.Form(Map.of("message", "a&b=c \u00e4"));
    var plain = new HttpRequest.Body.Plain("<a/>", "application/xml; odd");

    rig.run(
        work(
            call("a", new HttpRequest("PATCH", service.url("/"), Map.of(), Optional.of(form))),
            call(
                "b",
                new HttpRequest(
                    "PUT", service.url("/"), Map.of("X-Mine", "1"), Optional.of(plain)))));

    assertThat(service.got().get(0).body()).isEqualTo("message=a%26b%3Dc+%C3%A4");
    assertThat(service.got().get(0).headers())
        .containsEntry("Content-type", List.of("application/x-www-form-urlencoded"));
    assertThat(service.got().get(1).body()).isEqualTo("<a/>");
    assertThat(service.got().get(1).headers())
        .containsEntry("Content-type", List.of("application/xml; odd"))
        .containsEntry("X-mine", List.of("1"));
  }

  // --- after a crash ---

  @Test
  void a_job_is_never_started_twice_wherever_the_server_dies() throws Exception {
    int crashes = 0;
    for (int number = 0; ; number++) {
      serveTheJob();
      service.got().clear();
      TestAttempt attempt = StepsRig.attempt(jobWithValues());
      attempt.crashAt(number);
      try {
        rig.run(attempt);
        break; // fewer checkpoints than that
      } catch (TestAttempt.Crash crash) {
        crashes++;
      }
      attempt.crashAt(Integer.MAX_VALUE);
      boolean wasSent = service.times("POST") > 0;
      boolean wasStored = attempt.checkpoint("reply:start").isPresent();

      Collected collected = rig.run(attempt);

      assertThat(service.times("POST")).as("crash %s", number).isEqualTo(1);
      if (wasSent && !wasStored) {
        assertThat(why(collected).code()).isEqualTo("step-unsure");
        assertThat(why(collected).message()).contains("may or may not have been done");
        assertThat(why(collected).byCaller()).isFalse();
      } else {
        assertThat(collected.whyFailed()).isEmpty();
      }
    }
    assertThat(crashes).isGreaterThan(5);
  }

  @Test
  void a_probe_finds_a_job_that_was_started_and_its_answer_is_the_reply() throws Exception {
    service.on("/jobs", 201, "{\"id\": 1}").on("/jobs/mine", 200, "{\"id\": 2}");
    TestAttempt attempt =
        StepsRig.attempt(
            work(
                probed(
                    "start", post(service.url("/jobs"), NOTHING), get(service.url("/jobs/mine")))));
    attempt.crashAt(1); // the reply
    assertThatThrownBy(() -> rig.run(attempt)).isInstanceOf(TestAttempt.Crash.class);

    Collected collected = rig.run(attempt);

    assertThat(service.times("POST")).isEqualTo(1);
    assertThat(at(collected.value().orElseThrow(), "steps", "start", "body", "id"))
        .isEqualTo(new Value.Numeral("2"));
  }

  /** A service that knows jobs by a key: it lists those of one, be there any or not. */
  private Step serveJobsByKey() {
    Map<String, String> jobs = new ConcurrentHashMap<>();
    service.on(
        "/jobs",
        exchange -> {
          String key = exchange.getRequestURI().getQuery().substring("key=".length());
          boolean isNew = exchange.getRequestMethod().equals("POST");
          if (isNew) {
            jobs.put(key, "{\"id\": \"" + key + "\"}");
          }
          answer(200, isNew ? jobs.getOrDefault(key, "") : "[" + jobs.getOrDefault(key, "") + "]")
              .to(exchange);
        });
    String url = service.url("/jobs?key=${step.key}");
    return probed(
        "a job/1",
        new HttpRequest("POST", url, Map.of("Idempotency-Key", "${step.key}"), Optional.empty()),
        new Step.Probe(get(url), Optional.of(new ValuePath(List.of(new ValuePath.Step.Item(0))))));
  }

  @Test
  void a_probe_finds_the_job_of_its_own_attempt_and_of_no_other() throws Exception {
    Step step = serveJobsByKey();
    assertThat(rig.run(work(step)).whyFailed()).isEmpty(); // somebody else's
    TestAttempt attempt = StepsRig.attempt(work(step));
    attempt.crashAt(0); // nothing was sent
    assertThatThrownBy(() -> rig.run(attempt)).isInstanceOf(TestAttempt.Crash.class);
    attempt.checkpoints().put("begun:a job/1", "2026-01-01T00:00:00Z");
    attempt.crashAt(0); // the reply
    assertThatThrownBy(() -> rig.run(attempt)).isInstanceOf(TestAttempt.Crash.class);
    assertThat(service.times("POST")).isEqualTo(2);

    Value left = rig.run(attempt).value().orElseThrow();

    String key = attempt.handle().name() + "-0";
    assertThat(service.times("POST")).isEqualTo(2);
    assertThat(service.got().getLast().path()).isEqualTo("/jobs?key=" + key);
    assertThat(at(left, "steps", "a job/1", "body"))
        .isEqualTo(new Value.Items(List.of(map("id", key))));
    assertThat(
            service.got().stream()
                .filter(got -> got.method().equals("POST"))
                .map(got -> got.headers().getOrDefault("Idempotency-key", List.of()).getFirst()))
        .doesNotHaveDuplicates()
        .contains(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "",
        "{\"id\": null}",
        "{\"id\": \"\"}",
        "{\"id\": []}",
        "{\"id\": {}}",
        "{\"id\": false}",
        "no json"
      })
  void where_a_probe_finds_nothing_nothing_was_done(String said) throws Exception {
    service.on("/jobs", 201, "{\"id\": 1}").on("/jobs/mine", 200, said);
    if (said.equals("no json")) {
      service.on("/jobs/mine", answer(200, "text/plain", said));
    }
    TestAttempt attempt =
        StepsRig.attempt(
            work(
                probed(
                    "start",
                    post(service.url("/jobs"), NOTHING),
                    new Step.Probe(get(service.url("/jobs/mine")), Optional.of(field("id"))))));
    attempt.checkpoints().put("begun:start", "2026-01-01T00:00:00Z");

    assertThat(rig.run(attempt).whyFailed()).isEmpty();

    assertThat(service.got()).extracting(Service.Got::method).containsExactly("GET", "POST");
  }

  @Test
  void a_probe_that_finds_nothing_lets_the_job_be_started() throws Exception {
    service.on("/jobs", 201, "{\"id\": 1}");
    TestAttempt attempt =
        StepsRig.attempt(
            work(
                probed(
                    "start", post(service.url("/jobs"), NOTHING), get(service.url("/jobs/mine")))));
    attempt.checkpoints().put("begun:start", "2026-01-01T00:00:00Z");

    Collected collected = rig.run(attempt);

    assertThat(collected.whyFailed()).isEmpty();
    assertThat(service.got()).extracting(Service.Got::method).containsExactly("GET", "POST");
  }

  @Test
  void a_probe_that_tells_nothing_lets_nothing_be_started() throws Exception {
    for (int status : List.of(403, 500)) {
      service.on("/jobs/mine", status, "{}");
      TestAttempt attempt =
          StepsRig.attempt(
              work(
                  probed(
                      "start",
                      post(service.url("/jobs"), NOTHING),
                      get(service.url("/jobs/mine")))));
      attempt.checkpoints().put("begun:start", "2026-01-01T00:00:00Z");

      Cause why = why(rig.run(attempt));

      assertThat(why.code()).isEqualTo("step-unsure");
      assertThat(why.message()).contains("the probe was answered " + status);
    }
    assertThat(service.times("POST")).isZero();
  }

  @Test
  void a_probe_without_an_answer_lets_nothing_be_started() throws Exception {
    try (var rude = RawService.saying("")) {
      TestAttempt attempt =
          StepsRig.attempt(
              work(probed("start", post(service.url("/jobs"), NOTHING), get(rude.url("/mine")))));
      attempt.checkpoints().put("begun:start", "2026-01-01T00:00:00Z");

      Cause why = why(rig.run(attempt));

      assertThat(why.code()).isEqualTo("step-unsure");
      assertThat(why.message()).contains("the probe got no answer: ", "/mine");
      assertThat(service.got()).isEmpty();
      assertThat(rude.connections()).isEqualTo(1);
    }
  }

  /** PUT may be sent again whatever the probe says; but what the probe finds is not done twice. */
  @Test
  void a_probe_of_what_may_be_repeated_saves_work_and_never_stands_in_its_way() throws Exception {
    service
        .on("/mine", answer(200, "{\"id\": 2}"), answer(500, "oops"), answer(404, "{}"))
        .on("/x", 200, "{\"id\": 1}");
    var request = new HttpRequest("PUT", service.url("/x"), Map.of(), Optional.empty());
    for (int puts : List.of(0, 1, 2)) {
      TestAttempt attempt =
          StepsRig.attempt(work(probed("start", request, get(service.url("/mine")))));
      attempt.checkpoints().put("begun:start", "2026-01-01T00:00:00Z");

      Value left = rig.run(attempt).value().orElseThrow();

      assertThat(at(left, "steps", "start", "body", "id"))
          .isEqualTo(new Value.Numeral(puts == 0 ? "2" : "1"));
      assertThat(service.times("PUT")).isEqualTo(puts);
    }
    try (var rude = RawService.saying("")) {
      TestAttempt attempt = StepsRig.attempt(work(probed("start", request, get(rude.url("/")))));
      attempt.checkpoints().put("begun:start", "2026-01-01T00:00:00Z");

      assertThat(rig.run(attempt).whyFailed()).isEmpty();
      assertThat(service.times("PUT")).isEqualTo(3);
    }
  }

  @Test
  void what_has_a_probe_is_noted_before_it_is_sent_though_it_may_be_repeated() throws Exception {
    service.on("/x", 200, "{\"id\": 1}").on("/mine", 200, "{\"id\": 2}");
    var request = new HttpRequest("PUT", service.url("/x"), Map.of(), Optional.empty());
    TestAttempt attempt =
        StepsRig.attempt(work(probed("start", request, get(service.url("/mine")))));
    attempt.crashAt(1); // the reply
    assertThatThrownBy(() -> rig.run(attempt)).isInstanceOf(TestAttempt.Crash.class);

    assertThat(rig.run(attempt).whyFailed()).isEmpty();

    assertThat(service.got()).extracting(Service.Got::method).containsExactly("PUT", "GET");
  }

  @Test
  void what_is_harmless_when_repeated_is_repeated() throws Exception {
    service.on("/x", 200, "{}");
    for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
      var request = new HttpRequest(method, service.url("/x"), Map.of(), Optional.empty());
      TestAttempt attempt = StepsRig.attempt(work(call("a", request)));
      attempt.crashAt(0); // the reply: no other is stored for it
      assertThatThrownBy(() -> rig.run(attempt)).isInstanceOf(TestAttempt.Crash.class);

      assertThat(rig.run(attempt).whyFailed()).isEmpty();
      assertThat(service.times(method)).isEqualTo(2);
    }
  }

  @Test
  void a_failure_stays_the_failure_it_was() throws Exception {
    service.on("/x", answer(409, "{}"), answer(200, "{}"));
    TestAttempt attempt = StepsRig.attempt(work(call("a", get(service.url("/x")))));
    Cause first = why(rig.run(attempt));

    assertThat(why(rig.run(attempt))).isEqualTo(first);
    assertThat(service.got()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"status\": 202, \"bo", "{} {}"})
  void a_reply_that_was_damaged_while_no_server_was_there_lets_nothing_be_sent(String damaged)
      throws Exception {
    serveTheJob();
    TestAttempt attempt = StepsRig.attempt(jobWithValues());
    attempt.checkpoints().put("begun:start", "2026-01-01T00:00:00Z");
    attempt.checkpoints().put("reply:start", damaged);

    assertThatThrownBy(() -> rig.run(attempt))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("a checkpoint of steps was altered");

    assertThat(service.got()).isEmpty();
  }

  @Test
  void the_time_for_a_job_counts_on_while_no_server_is_there() throws Exception {
    service.on("/p", 200, "{\"status\": \"progress\"}");
    var now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
    rig.with(now::get);
    TestAttempt attempt =
        StepsRig.attempt(
            work(
                poll(
                    "wait", service.url("/p"), Optional.of(Duration.ofMinutes(1)), Duration.ZERO)));
    attempt.crashAt(1); // it was asked for once
    assertThatThrownBy(() -> rig.run(attempt)).isInstanceOf(TestAttempt.Crash.class);
    now.set(now.get().plusSeconds(61));

    Cause why = why(rig.run(attempt));

    assertThat(why.code()).isEqualTo("job-too-long");
    assertThat(why.message()).contains("60 s");
    assertThat(service.got()).as("asked once more, since it may have ended").hasSize(2);
  }

  @Test
  void a_job_that_ended_while_no_server_was_there_has_not_taken_too_long() throws Exception {
    service.on(
        "/p", answer(200, "{\"status\": \"progress\"}"), answer(200, "{\"status\": \"complete\"}"));
    TestAttempt attempt =
        StepsRig.attempt(
            work(
                poll(
                    "wait", service.url("/p"), Optional.of(Duration.ofMinutes(1)), Duration.ZERO)));
    attempt.crashAt(1);
    assertThatThrownBy(() -> rig.run(attempt)).isInstanceOf(TestAttempt.Crash.class);
    rig.with(() -> Instant.now().plusSeconds(3_600));

    assertThat(rig.run(attempt).whyFailed()).isEmpty();
  }

  // --- how it is stopped ---

  private FutureTask<ComputeEnd> awaited(StepsRuntime runtime, TestAttempt attempt) {
    var end = new FutureTask<>(() -> runtime.await(attempt));
    Thread.ofVirtual().start(end);
    return end;
  }

  @Test
  void cancelling_stops_the_request_under_way_and_nothing_follows() throws Exception {
    try (var silent = new RawService(_ -> {})) {
      TestAttempt attempt =
          StepsRig.attempt(
              work(
                  call("first", get(silent.url("/")), Duration.ofMinutes(5)),
                  call("second", get(service.url("/")))));
      StepsRuntime runtime = rig.runtime();
      runtime.prepare(attempt);
      runtime.start(attempt);
      FutureTask<ComputeEnd> end = awaited(runtime, attempt);
      Waiting.until(() -> silent.connections() == 1);

      runtime.cancel(attempt.handle());
      runtime.cancel(attempt.handle());

      assertThat(log(attempt)).as("over when cancel returns").contains(" stopped ");
      assertThat(end.get()).isEqualTo(new ComputeEnd.Stopped(false));
      assertThat(runtime.look(attempt)).contains(new ComputeEnd.Stopped(false));
      assertThat(runtime.collect(attempt, end.get()).value()).contains(map("steps", map()));
      assertThat(service.got()).isEmpty();
      runtime.clean(attempt.handle());
      runtime.clean(attempt.handle());
    }
  }

  @Test
  void what_was_cancelled_before_it_began_never_begins() throws Exception {
    TestAttempt attempt = StepsRig.attempt(work(call("a", get(service.url("/")))));
    StepsRuntime runtime = rig.runtime();
    runtime.prepare(attempt);
    runtime.cancel(attempt.handle());
    runtime.start(attempt);

    assertThat(runtime.await(attempt)).isEqualTo(new ComputeEnd.Stopped(false));
    assertThat(service.got()).isEmpty();
  }

  @Test
  void an_interruption_that_is_no_cancellation_leaves_the_rest_to_the_next_server()
      throws Exception {
    service.on(
        "/p", answer(200, "{\"status\": \"progress\"}"), answer(200, "{\"status\": \"progress\"}"));
    service.on("/start", 202, "{}");
    TestAttempt attempt =
        StepsRig.attempt(
            work(
                call("start", post(service.url("/start"), NOTHING)),
                poll("wait", service.url("/p"))));
    StepsRuntime runtime = rig.runtime();
    var end = new FutureTask<>(() -> runtime.await(attempt));
    Thread worker = Thread.ofVirtual().start(end);
    Waiting.until(() -> service.times("GET /p") > 1);

    worker.interrupt();

    assertThatThrownBy(end::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(runtime.look(attempt)).isEmpty();
    service.on("/p", 200, "{\"status\": \"complete\"}");
    assertThat(rig.run(attempt).whyFailed()).isEmpty();
    assertThat(service.times("POST")).isEqualTo(1);
  }

  @Test
  void each_step_of_an_attempt_may_be_repeated_and_nothing_survives_it() throws Exception {
    service.on("/x", 200, "{}");
    TestAttempt attempt = StepsRig.attempt(work(call("a", get(service.url("/x")))));
    StepsRuntime runtime = rig.runtime();
    for (int i = 0; i < 2; i++) {
      runtime.prepare(attempt);
      runtime.start(attempt);
      assertThat(runtime.await(attempt)).isEqualTo(new ComputeEnd.Ran());
      assertThat(runtime.look(attempt)).contains(new ComputeEnd.Ran());
      assertThat(runtime.collect(attempt, new ComputeEnd.Ran()).whyFailed()).isEmpty();
      runtime.clean(attempt.handle());
    }
    assertThat(service.got()).hasSize(1);
    assertThat(runtime.survivors()).isEmpty();
    assertThat(runtime.offer().runs()).isEqualTo(Set.of(StepsWork.class));
    assertThat(runtime.offer().site()).isEmpty();
  }

  // --- secrets and the log ---

  @Test
  void secrets_reach_the_service_and_nobody_else() throws Exception {
    service
        .on("/login", 200, "{\"token\": \"t0ken-of-session\"}")
        .on("/work", 403, "{\"error\": \"hunter22 and Bearer t0ken-of-session are no good\"}");
    var request =
        new HttpRequest(
            "GET",
            service.url("/work?api_key=hunter22&page=3"),
            Map.of("Authorization", "Bearer ${steps.login.body.token}", "X-Api-Key", "hunter33"),
            Optional.empty());
    StepsWork plain = work(call("login", get(service.url("/login"))), call("work", request));
    Step sealed = StepTexts.withRequests(plain.steps().get(1), StepsRig.SECRETS::seal);
    assertThat(sealed.toString()).doesNotContain("hunter").contains("page=3");
    TestAttempt attempt = StepsRig.attempt(work(plain.steps().getFirst(), sealed));

    Cause why = why(rig.run(attempt));

    Service.Got got = service.got().getLast();
    assertThat(got.path()).isEqualTo("/work?api_key=hunter22&page=3");
    assertThat(got.headers())
        .containsEntry("Authorization", List.of("Bearer t0ken-of-session"))
        .containsEntry("X-api-key", List.of("hunter33"));
    assertThat(why.toString())
        .contains("api_key=***&page=3", "answered 403")
        .doesNotContain("hunter", "t0ken");
    assertThat(log(attempt)).contains("api_key=***&page=3").doesNotContain("hunter", "t0ken");
  }

  @Test
  void secrets_of_another_key_are_told_from_wrong_ones() throws Exception {
    var foreign = new RequestSecrets(new UrlSecrets(new byte[16]));
    HttpRequest sealed =
        foreign.seal(
            new HttpRequest("GET", service.url("/"), Map.of("Cookie", "a=b"), Optional.empty()));

    assertThat(why(rig.run(work(call("a", sealed)))).code()).isEqualTo("credentials-unreadable");
    assertThat(service.got()).isEmpty();
  }

  private String log(TestAttempt attempt) throws Exception {
    return Files.readString(rig.logs.place(attempt.task(), 1, 0, Stream.STDOUT));
  }

  @Test
  void each_request_is_a_line_of_the_log_and_so_is_the_failure() throws Exception {
    serveTheJob();
    service.on("/results/1234567890123456789", 404, "{}");
    TestAttempt attempt = StepsRig.attempt(jobWithValues());

    rig.run(attempt);

    List<String> lines = log(attempt).lines().toList();
    assertThat(lines).hasSize(6);
    assertThat(lines.getFirst())
        .matches("20\\S+Z start: POST http://127\\.0\\.0\\.1:\\d+/join 202 \\d+ ms");
    assertThat(lines.getLast()).contains("status-not-accepted: step 'result'");
  }

  @Test
  void the_log_is_bounded() throws Exception {
    service.on("/x", 200, "{}");
    TestAttempt attempt =
        StepsRig.attempt(
            work(call("a", get(service.url("/x"))), call("b", get(service.url("/x")))));

    rig.withLogOf(100).run(attempt);

    assertThat(log(attempt).lines()).hasSize(1);
  }

  // --- steps of other kinds ---

  @Test
  void a_kind_that_nobody_does_is_named_with_those_that_are() throws Exception {
    Cause why = why(rig.run(work(new Step.Other("put", "object-put", NOTHING))));

    assertThat(why.code()).isEqualTo("step-kind-unknown");
    assertThat(why.toString()).contains("object-put").contains("call, poll, tcp");
  }

  @Test
  void two_handlers_of_one_kind_are_refused_by_its_name() {
    rig.with(new TcpExchange(rig.services(), new VirtualThreads()));

    assertThatThrownBy(rig::runtime)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two handlers do steps of kind tcp");
  }

  @Test
  void work_of_another_kind_is_not_taken_for_steps() {
    var attempt = new TestAttempt(StepsRuntime.NAME, new InProcessWork("noop", NOTHING));

    assertThatThrownBy(() -> rig.run(attempt))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("work of another kind");
  }

  @Test
  void a_handler_learns_that_its_step_may_have_begun_and_knows_it_by_its_key() throws Exception {
    List<StepContext> seen = new CopyOnWriteArrayList<>();
    rig.with(
        new StepHandler() {
          @Override
          public String kind() {
            return "record";
          }

          @Override
          public Value perform(StepContext context) {
            seen.add(context);
            return context.arguments();
          }
        });
    TestAttempt attempt =
        StepsRig.attempt(
            new StepsWork(
                List.of(new Step.Other("r", "record", map("id", "${item.id}"))),
                Map.of("${item.id}", new Value.Numeral("7"))));
    attempt.crashAt(1);
    assertThatThrownBy(() -> rig.run(attempt)).isInstanceOf(TestAttempt.Crash.class);

    Collected collected = rig.run(attempt);

    assertThat(seen).extracting(StepContext::mayHaveBegun).containsExactly(false, true);
    assertThat(seen).extracting(StepContext::key).containsOnly(attempt.handle().name() + "-0");
    assertThat(at(collected.value().orElseThrow(), "steps", "r", "id"))
        .isEqualTo(new Value.Numeral("7"));
  }
}
