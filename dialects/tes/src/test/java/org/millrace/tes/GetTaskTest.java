package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.testkit.Fixtures;

/** What is shown of one task ({@code contracts/tes.md 4, 5, 6}). */
class GetTaskTest {
  private static final Cause BROKEN = new Cause("exit-code", "executor 1 exited with 1", "see it");
  private static final String TASK =
      """
      {"name": "count", "description": "two steps", "tags": {"project": "demo", "empty": ""},
       "inputs": [{"name": "in", "path": "/data/in.txt", "content": "one\\ntwo\\n"},
                  {"path": "/data/ref", "url": "ftp://me:secret@host/ref", "type": "DIRECTORY",
                   "streamable": true}],
       "outputs": [{"path": "/out/lines.txt", "url": "ftp://me:secret@host/l", "name": "out"},
                   {"path": "/out/*.log", "path_prefix": "/out", "url": "http://host/logs/"}],
       "volumes": ["/scratch"],
       "resources": {"cpu_cores": 2, "ram_gb": 1.5, "disk_gb": 10, "preemptible": false,
                     "zones": ["eu"], "backend_parameters": {"Runtime": "sandbox"}},
       "executors": [{"image": "alpine", "command": ["wc", "-l"], "stdin": "/data/in.txt",
                      "stdout": "/out/lines.txt", "stderr": "/out/err", "workdir": "/w",
                      "env": {"B": "2", "A": "1"}, "ignore_error": true},
                     {"image": "alpine", "command": ["false"], "ignore_error": false}]}
      """;
  private static final String GOLDEN_FULL =
      """
      {"id": "ID", "state": "EXECUTOR_ERROR", "name": "count", "description": "two steps",
       "creation_time": "2026-03-01T12:00:00Z",
       "inputs": [{"name": "in", "path": "/data/in.txt", "type": "FILE", "content": "one\\ntwo\\n"},
                  {"url": "ftp://me:***@host/ref", "path": "/data/ref", "type": "DIRECTORY",
                   "streamable": true}],
       "outputs": [{"name": "out", "url": "ftp://me:***@host/l", "path": "/out/lines.txt",
                    "type": "FILE"},
                   {"url": "http://host/logs/", "path": "/out/*.log", "path_prefix": "/out",
                    "type": "FILE"}],
       "resources": {"cpu_cores": 2, "preemptible": false, "ram_gb": 1.5, "disk_gb": 10.0,
                     "zones": ["eu"], "backend_parameters": {"runtime": "sandbox"}},
       "executors": [{"image": "alpine", "command": ["wc", "-l"], "workdir": "/w",
                      "stdin": "/data/in.txt", "stdout": "/out/lines.txt", "stderr": "/out/err",
                      "env": {"B": "2", "A": "1"}, "ignore_error": true},
                     {"image": "alpine", "command": ["false"]}],
       "volumes": ["/scratch"],
       "tags": {"project": "demo", "empty": ""},
       "logs": [{
         "logs": [{"start_time": "2026-03-01T12:00:02.123456Z",
                   "end_time": "2026-03-01T12:00:03.123456Z",
                   "stdout": "one\\n", "stderr": "", "exit_code": 0},
                  {"start_time": "2026-03-01T12:00:02.123456Z",
                   "end_time": "2026-03-01T12:00:03.123456Z",
                   "stdout": "", "stderr": "boo", "exit_code": 1}],
         "metadata": {"attempt": "1", "runtime": "sandbox", "image": "sha256:abc",
           "executor_0_cpu_seconds": "1.250", "executor_0_peak_memory_bytes": "4096",
           "executor_0_measured_by": "cgroup-v1",
           "executor_1_cpu_seconds": "1.250", "executor_1_peak_memory_bytes": "4096",
           "executor_1_measured_by": "cgroup-v1", "executor_1_signal": "9",
           "executor_1_out_of_memory": "true"},
         "start_time": "2026-03-01T12:00:01Z", "end_time": "2026-03-01T12:00:04Z",
         "outputs": [{"url": "ftp://me:***@host/l", "path": "/out/lines.txt",
                      "size_bytes": "5368709120"}],
         "system_logs": ["input /data/in.txt was empty", "executor 1 exited with 1 (see it)"]}]}
      """;
  private final TesServer server = TesServer.start();
  private final Progress progress = Progress.on(server);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void full_shows_everything() {
    String id = aFailedTask();
    assertThat(server.full(id))
        .isEqualTo(TesServer.json(GOLDEN_FULL.replace("\"ID\"", "\"" + id + "\"")));
  }

  @Test
  void basic_leaves_out_streams_contents_and_system_logs_and_nothing_else() {
    String id = aFailedTask();
    var expected = TesServer.json(GOLDEN_FULL.replace("\"ID\"", "\"" + id + "\""));
    without(expected.at("/inputs/0"), "content");
    without(expected.at("/logs/0/logs/0"), "stdout", "stderr");
    without(expected.at("/logs/0/logs/1"), "stdout", "stderr");
    without(expected.at("/logs/0"), "system_logs");
    assertThat(server.get("/v1/tasks/" + id + "?view=BASIC").ok()).isEqualTo(expected);
  }

  @Test
  void minimal_shows_id_and_state_alone_and_is_what_one_gets_unasked() {
    String id = aFailedTask();
    String minimal = "{\"id\":\"" + id + "\",\"state\":\"EXECUTOR_ERROR\"}";
    assertThat(server.get("/v1/tasks/" + id).body()).isEqualTo(minimal);
    assertThat(server.get("/v1/tasks/" + id + "?view=").body()).isEqualTo(minimal);
    assertThat(server.get("/v1/tasks/" + id + "?view=MINIMAL").body()).isEqualTo(minimal);
  }

  @Test
  void a_small_task_shows_no_empty_things() {
    String id = server.create("{\"executors\":[{\"image\":\"a\",\"command\":[]}]}");
    assertThat(server.full(id))
        .isEqualTo(
            TesServer.json(
                """
                {"id": "%s", "state": "QUEUED", "creation_time": "2026-03-01T12:00:00Z",
                 "executors": [{"image": "a", "command": []}],
                 "logs": [{"logs": [], "outputs": []}]}
                """
                    .formatted(id)));
  }

  @Test
  void shows_every_state_on_its_way() {
    String id = server.create(TASK);
    assertThat(state(id)).isEqualTo("QUEUED");
    Task begun = progress.begun(1);
    assertThat(state(id)).isEqualTo("INITIALIZING");
    assertThat(server.full(id).at("/logs/0"))
        .isEqualTo(
            TesServer.json(
                """
                {"logs": [], "metadata": {"attempt": "1", "runtime": "sandbox"},
                 "start_time": "2026-03-01T12:00:01Z", "outputs": []}
                """));
    progress.started(begun, 2);
    assertThat(state(id)).isEqualTo("RUNNING");
    progress.ended(begun, new Outcome.Completed(), AttemptReport.EMPTY, 4);
    assertThat(state(id)).isEqualTo("COMPLETE");
  }

  @Test
  void a_task_being_cancelled_shows_the_state_before_it_in_every_view() {
    String id = server.create(TASK);
    progress.canceling(progress.started(progress.begun(1), 2));
    assertThat(state(id)).isEqualTo("RUNNING");
    assertThat(server.full(id).path("state").asText()).isEqualTo("RUNNING");
    assertThat(server.get("/v1/tasks").ok().at("/tasks/0/state").asText()).isEqualTo("RUNNING");
  }

  @Test
  void shows_canceling_to_those_who_asked_for_it() {
    var all = TesConfig.standard("x").withAllStatesShown(true);
    try (var honest = TesServer.setup().with(all).start()) {
      String id = honest.create(TASK);
      Progress there = Progress.on(honest);
      there.canceling(there.started(there.begun(1), 2));
      assertThat(honest.get("/v1/tasks/" + id).ok().path("state").asText()).isEqualTo("CANCELING");
      assertThat(honest.full(id).path("state").asText()).isEqualTo("CANCELING");
      assertThat(honest.get("/v1/tasks?state=CANCELING").ok().path("tasks")).hasSize(1);
      assertThat(honest.get("/v1/tasks?state=RUNNING").ok().path("tasks")).isEmpty();
    }
  }

  /** Sifted page by page: some are empty, and yet lead on. */
  @Test
  void canceling_ones_are_all_found_page_by_page() {
    var all = TesConfig.standard("x").withAllStatesShown(true);
    try (var honest = TesServer.setup().with(all).start()) {
      Progress there = Progress.on(honest);
      String first = honest.create(TASK);
      there.canceling(there.started(there.begun(1), 2));
      for (int i = 0; i < 4; i++) {
        honest.create(TASK);
      }
      List<String> seen = new ArrayList<>();
      String query = "/v1/tasks?state=CANCELING&page_size=2";
      JsonNode page = honest.get(query).ok();
      while (page.has("next_page_token")) {
        seen.addAll(page.path("tasks").findValuesAsText("id"));
        page = honest.get(query + "&page_token=" + page.path("next_page_token").asText()).ok();
      }
      seen.addAll(page.path("tasks").findValuesAsText("id"));
      assertThat(seen).containsExactly(first);
    }
  }

  @Test
  void a_task_of_another_face_is_shown_and_cancelled_by_its_id() {
    server.steps().submit(Fixtures.aTask("native").through("api"));
    String path = "/v1/tasks/native";

    assertThat(server.get(path + "?view=FULL").ok().path("state").asText()).isEqualTo("QUEUED");
    assertThat(server.get("/v1/tasks").ok().path("tasks")).isEmpty();
    server.post(path + ":cancel").ok();
    assertThat(server.get(path).ok().path("state").asText()).isEqualTo("CANCELED");
  }

  @Test
  void tells_of_the_latest_attempt_and_a_line_of_each_earlier_one() {
    String id = server.create(TASK);
    var away = new Cause("input-not-fetched", "host does not answer", "");
    progress.ended(progress.begun(1), new Outcome.InputFailed(away, true), AttemptReport.EMPTY, 2);
    assertThat(state(id)).isEqualTo("QUEUED");
    assertThat(server.full(id).at("/logs/0/system_logs"))
        .isEqualTo(TesServer.json("[\"host does not answer\"]"));

    Task again = progress.started(progress.begun(60), 61);
    progress.ended(again, new Outcome.ExecutorFailed(1, 1, BROKEN), Progress.report(), 62);
    JsonNode logs = server.full(id).path("logs");
    assertThat(logs).hasSize(1);
    assertThat(logs.at("/0/metadata/attempt").asText()).isEqualTo("2");
    assertThat(logs.at("/0/start_time").asText()).isEqualTo("2026-03-01T12:01:00Z");
    assertThat(logs.at("/0/system_logs"))
        .isEqualTo(
            TesServer.json(
                """
                ["attempt 1 in sandbox, 2026-03-01T12:00:01Z to 2026-03-01T12:00:02Z: host does not answer",
                 "input /data/in.txt was empty",
                 "executor 1 exited with 1 (see it)"]
                """));
  }

  /** Contract 4.1 has one entry; docs/decisions/0008 says why the earlier attempts are lines. */
  @Test
  void every_earlier_attempt_is_a_line_in_full_alone() {
    String id = server.create(TASK);
    var away = new Cause("input-not-fetched", "host does not answer", "");
    for (int attempt = 1; attempt <= 2; attempt++) {
      long second = 60L * attempt;
      progress.ended(
          progress.begun(second),
          new Outcome.InputFailed(away, true),
          Progress.report(),
          second + 5);
    }
    progress.started(progress.begun(600), 601);
    JsonNode log = server.full(id).at("/logs/0");
    assertThat(log.at("/metadata/attempt").asText()).isEqualTo("3");
    assertThat(log.path("logs")).as("executors of the latest attempt alone").isEmpty();
    assertThat(log.path("outputs")).isEmpty();
    assertThat(log.path("system_logs"))
        .isEqualTo(
            TesServer.json(
                """
                ["attempt 1 in sandbox, 2026-03-01T12:01:00Z to 2026-03-01T12:01:05Z: host does not answer",
                 "attempt 2 in sandbox, 2026-03-01T12:02:00Z to 2026-03-01T12:02:05Z: host does not answer"]
                """));
    assertThat(server.get("/v1/tasks/" + id + "?view=BASIC").ok().at("/logs/0").has("system_logs"))
        .isFalse();
  }

  @Test
  void a_line_of_the_system_logs_is_one_line_without_secrets() {
    String id = server.create(TASK);
    var forged =
        new Cause(
            "bad-name",
            "no file 'a\nattempt 9 in sandbox: all is well\r\u2028\u001b[2J' at"
                + " http://me:rose\nbud@host/x?token=abc, \ud800",
            "");
    progress.ended(
        progress.begun(1), new Outcome.InputFailed(forged, true), AttemptReport.EMPTY, 2);
    var noted =
        AttemptReport.EMPTY.withCollected(
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of("ftp://me:rosebud@host/a\tb"));
    progress.ended(progress.begun(60), new Outcome.Lost(forged, false), noted, 61);
    JsonNode lines = server.full(id).at("/logs/0/system_logs");
    String told =
        "no file 'a\\nattempt 9 in sandbox: all is well\\r\\x2028\\x1b[2J' at"
            + " http://me:***@host/x?token=*** ?";
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).asText()).endsWith("Z: " + told);
    assertThat(lines.get(1).asText()).isEqualTo("ftp://me:***@host/a\\tb");
    assertThat(lines.get(2).asText()).isEqualTo(told);
  }

  @Test
  void what_ended_at_once_is_shown_as_running_for_a_while_where_that_is_wanted() {
    var held = TesConfig.standard("x").withRunningHeld(Duration.ofSeconds(2));
    try (var patient = TesServer.setup().with(held).start()) { // its clock stands at noon
      String id = patient.create(TASK);
      Progress there = Progress.on(patient);
      Task running = there.started(there.begun(0), 0);
      there.ended(running, new Outcome.ExecutorFailed(1, 1, BROKEN), Progress.report(), 0);
      assertThat(patient.get("/v1/tasks/" + id).ok().path("state").asText()).isEqualTo("RUNNING");
      assertThat(patient.get("/v1/tasks").ok().at("/tasks/0/state").asText()).isEqualTo("RUNNING");
      JsonNode full = patient.full(id);
      assertThat(full.path("state").asText()).isEqualTo("RUNNING");
      assertThat(full.at("/logs/0").has("end_time")).isFalse();
      assertThat(full.at("/logs/0/system_logs").toString()).doesNotContain("exited");
      for (String state : List.of("RUNNING", "EXECUTOR_ERROR")) {
        assertThat(patient.get("/v1/tasks?state=" + state).ok().path("tasks")).as(state).isEmpty();
      }
    }
  }

  @Test
  void says_why_a_task_waits_or_ended_before_any_attempt() {
    String id = server.create(TASK);
    progress.putBack(
        progress.claimed(1), new Cause("runtime-away", "the sandbox is away", "start it"));
    assertThat(server.full(id).at("/logs/0"))
        .isEqualTo(
            TesServer.json(
                """
                {"logs": [], "outputs": [],
                 "system_logs": ["the sandbox is away (start it)"]}
                """));
    server.post("/v1/tasks/" + id + ":cancel").ok();
    assertThat(server.full(id).at("/logs/0"))
        .isEqualTo(
            TesServer.json(
                """
                {"logs": [], "outputs": [], "end_time": "2026-03-01T12:00:00Z",
                 "system_logs": ["cancelled by anonymous"]}
                """));
  }

  @Test
  void what_a_program_wrote_is_shown_as_valid_text() {
    String id = server.create(TASK);
    Task running = progress.started(progress.begun(1), 2);
    var odd =
        AttemptReport.EMPTY.withCollected(
            List.of(Progress.result(0, OptionalInt.empty(), "a\ud800b\0\u0001", "😀")),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    progress.ended(running, new Outcome.Completed(), odd, 3);
    assertThat(server.full(id).at("/logs/0/logs/0/stdout").asText()).isEqualTo("a?b\0\u0001");
    assertThat(server.full(id).at("/logs/0/logs/0/stderr").asText()).isEqualTo("😀");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "5f0c00000000000000000000",
        "no%20such",
        "a%2Fb",
        "a:b",
        "%C3%A9",
        "x.y",
        "0123456789012345678901234567890123456789012345678901234567890123456789"
      })
  void does_not_know_ids_that_it_never_gave(String id) {
    for (String view : List.of("", "?view=BASIC", "?view=FULL")) {
      assertThat(server.get("/v1/tasks/" + id + view).refusedWith(404))
          .startsWith("task ")
          .endsWith(" not found");
    }
  }

  @Test
  void refuses_an_unknown_view() {
    String id = server.create(TASK);
    assertThat(server.get("/v1/tasks/" + id + "?view=x").refusedWith(400))
        .isEqualTo("view: 'x' is none of MINIMAL, BASIC, FULL");
  }

  @Test
  void shows_a_task_to_its_owner_alone() {
    try (var shared = TesServer.setup().with(new TesServer.Names()).start()) {
      String id =
          shared.post("/v1/tasks", TASK, "Authorization", "Bearer ann").ok().path("id").asText();
      for (String view : List.of("MINIMAL", "BASIC", "FULL")) {
        String path = "/v1/tasks/" + id + "?view=" + view;
        shared.get(path, "Authorization", "Bearer ann").ok();
        shared.get(path, "Authorization", "Bearer bob").refusedWith(404);
      }
      assertThat(
              shared.get("/v1/tasks?view=FULL", "Authorization", "Bearer bob").ok().path("tasks"))
          .isEmpty();
    }
  }

  private String aFailedTask() {
    String id = server.create(TASK);
    Task running = progress.started(progress.begun(1), 2);
    progress.ended(running, new Outcome.ExecutorFailed(1, 1, BROKEN), Progress.report(), 4);
    return id;
  }

  private String state(String id) {
    return server.get("/v1/tasks/" + id).ok().path("state").asText();
  }

  private static void without(JsonNode object, String... fields) {
    ((ObjectNode) object).remove(List.of(fields));
  }
}
