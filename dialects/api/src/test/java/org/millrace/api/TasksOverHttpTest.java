package org.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;

@Timeout(60)
final class TasksOverHttpTest {
  @TempDir private Path folder;
  private ApiServer server;

  @BeforeEach
  void start() {
    server = ApiServer.in(folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private List<String> listed(String query, String... headers) throws Exception {
    var ids = new ArrayList<String>();
    server
        .json("/tasks" + query, headers)
        .path("tasks")
        .forEach(task -> ids.add(task.path("id").asText()));
    return ids;
  }

  @Test
  void a_list_shows_one_line_for_each_task() throws Exception {
    TaskId failed = server.ran(Specs.named(Specs.exits(3), "première tâche ✓"));
    TaskId running = server.running(Specs.waits(1));

    JsonNode tasks = server.json("/tasks").path("tasks");

    assertThat(tasks).hasSize(2);
    assertThat(tasks.get(0).toString())
        .isEqualTo(
            """
            {"id":"%s","name":"première tâche ✓","state":"EXECUTOR_ERROR","dialect":"tes",\
            "owner":"anonymous","lane":"sandbox","priority":5,"created":"2026-03-01T12:00:00Z",\
            "started":"2026-03-01T12:00:00Z","ended":"2026-03-01T12:00:00Z","attempt":1}\
            """
                .formatted(failed));
    assertThat(tasks.get(1).path("id").asText()).isEqualTo(running.text());
    assertThat(tasks.get(1).path("state").asText()).isEqualTo("RUNNING");
    assertThat(tasks.get(1).has("ended")).isFalse();
  }

  @Test
  void filters_hold_together() throws Exception {
    TaskId both = server.ran(Specs.tagged(Specs.named(Specs.exits(0), "a.b"), "kind", "x=y"));
    TaskId other = server.ran(Specs.tagged(Specs.named(Specs.exits(1), "aXb"), "kind", ""));

    assertThat(listed("?name_prefix=a.")).containsExactly(both.text());
    assertThat(listed("?state=executor_error")).containsExactly(other.text());
    assertThat(listed("?tag=kind")).containsExactly(both.text(), other.text());
    assertThat(listed("?tag=kind=x=y")).containsExactly(both.text());
    assertThat(listed("?tag=kind=")).containsExactly(other.text());
    assertThat(listed("?tag=kind&tag=other")).isEmpty();
    assertThat(listed("?name_prefix=a&tag=kind&state=COMPLETE")).containsExactly(both.text());
  }

  @Test
  void pages_follow_each_other_without_gap_or_repetition() throws Exception {
    var submitted = new ArrayList<String>();
    for (int i = 0; i < 7; i++) {
      submitted.add(server.ran(Specs.exits(0)).text());
    }

    JsonNode first = server.json("/tasks?page_size=3");
    String token = first.path("next_page_token").asText();
    server.ran(Specs.exits(0));
    List<String> second = listed("?page_size=4&page_token=" + token);

    assertThat(first.path("tasks")).hasSize(3);
    assertThat(second).isEqualTo(submitted.subList(3, 7));
    assertThat(server.json("/tasks").has("next_page_token")).isFalse();
  }

  @Test
  void a_task_that_is_being_stopped_is_listed_as_that_and_as_nothing_else() throws Exception {
    TaskId running = server.running(Specs.waits(1));
    TaskId stopped = server.running(Specs.waits(1));
    server.runtime().holdCancels();
    server.send("POST", "/tasks/" + stopped + "/cancel");

    assertThat(listed("?state=CANCELING")).containsExactly(stopped.text());
    assertThat(listed("?state=RUNNING")).containsExactly(running.text());
    server.runtime().letCancelsEnd();
    server.awaitEnd(stopped);
    assertThat(listed("?state=CANCELING")).isEmpty();
    assertThat(listed("?state=CANCELED")).containsExactly(stopped.text());
  }

  @Test
  void tasks_that_are_being_stopped_are_found_page_by_page() throws Exception {
    server.runtime().holdCancels();
    var stopped = new ArrayList<String>();
    for (int i = 0; i < 4; i++) {
      TaskId task = server.running(Specs.waits(1));
      if (i % 2 == 1) {
        server.send("POST", "/tasks/" + task + "/cancel");
        stopped.add(task.text());
      }
    }

    var found = new ArrayList<String>();
    String token = "";
    do {
      JsonNode page = server.json("/tasks?state=CANCELING&page_size=1&page_token=" + token);
      page.path("tasks").forEach(task -> found.add(task.path("id").asText()));
      token = page.path("next_page_token").asText();
    } while (!token.isEmpty());

    assertThat(found).isEqualTo(stopped);
    server.runtime().letCancelsEnd();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?state=DONE             | state      | is none of WAITING, QUEUED",
        "?page_size=0            | page_size  | must be between 1 and 1000",
        "?page_size=1001         | page_size  | must be between 1 and 1000",
        "?page_size=many         | page_size  | is not a whole number",
        "?page_token=nonsense    | page_token | was not issued by this server",
        "?state=CANCELING&page_token=nonsense | page_token | was not issued by this server",
        "?tag==x                 | tag        | must be key or key=value",
        "?name-prefix=a          | name-prefix | there are state, name_prefix, tag",
      })
  void a_refused_list_names_field_and_reason(String query, String field, String reason)
      throws Exception {
    HttpResponse<String> answer = server.get("/tasks" + query);
    JsonNode problem = ApiServer.described("GET", "/tasks", answer);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(problem.path("type").asText()).isEqualTo("urn:millrace:problem:invalid");
    assertThat(problem.path("field").asText()).isEqualTo(field);
    assertThat(problem.path("detail").asText()).contains(field).contains(reason);
  }

  @Test
  void too_many_tags_are_refused() throws Exception {
    HttpResponse<String> answer = server.get("/tasks?" + "tag=a&".repeat(17));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("at most 16 of them, not 17");
  }

  @Test
  void a_task_is_shown_with_all_that_is_known_of_it() throws Exception {
    TaskId id = server.ran(Specs.withSecrets());

    JsonNode task = server.json("/tasks/" + id);

    assertThat(task.path("name").asText()).isEqualTo("première tâche ✓");
    assertThat(task.path("tags").path("project").asText()).isEqualTo("demo");
    assertThat(task.path("outcome").toString())
        .isEqualTo(
            """
            {"kind":"executor-failed","state":"EXECUTOR_ERROR","code":"exit-code",\
            "message":"executor 0 exited with 3","help":"see its stdout and stderr",\
            "executor":0,"exit_code":3}\
            """);
    assertThat(task.at("/work/inputs/1/content").asText()).isEqualTo("a text");
    assertThat(task.at("/retry/attempts").asInt()).isEqualTo(1);
    JsonNode attempt = task.at("/attempts/0");
    assertThat(attempt.path("handle").asText()).isEqualTo(id + "-1");
    assertThat(attempt.path("steps").properties().stream().map(java.util.Map.Entry::getKey))
        .containsExactly("prepared", "started", "awaited", "collected");
    assertThat(attempt.at("/executors/0").toString())
        .isEqualTo(
            """
            {"exit_code":3,"out_of_memory":false,"started":"2026-03-01T12:00:00Z",\
            "ended":"2026-03-01T12:00:02Z","cpu_seconds":1.5,"peak_memory_bytes":12000000,\
            "measured_by":"cgroup-v2","stdout":"so far so good\\n","stderr":"it failed\\n"}\
            """);
    assertThat(attempt.at("/inputs/0/sha256").asText()).hasSize(64);
  }

  @Test
  void passwords_in_urls_are_masked() throws Exception {
    TaskId id = server.ran(Specs.withSecrets());

    JsonNode task = server.json("/tasks/" + id);

    assertThat(task.at("/work/inputs/0/url").asText())
        .isEqualTo("ftp://reader:***@data.example/in.txt");
    assertThat(task.at("/work/outputs/0/url").asText())
        .isEqualTo("sftp://writer:***@data.example/out.txt");
    assertThat(task.toString()).doesNotContain("s3cret");
  }

  @Test
  void a_basic_view_leaves_out_what_can_be_large() throws Exception {
    TaskId id = server.ran(Specs.withSecrets());

    JsonNode task = server.json("/tasks/" + id + "?view=basic");

    assertThat(task.at("/work/inputs/1").has("content")).isFalse();
    assertThat(task.at("/attempts/0/executors/0").has("stdout")).isFalse();
    assertThat(task.at("/attempts/0/executors/0/exit_code").asInt()).isEqualTo(3);
  }

  @Test
  void a_minimal_view_is_id_and_state() throws Exception {
    TaskId id = server.ran(Specs.exits(0));

    assertThat(server.get("/tasks/" + id + "?view=minimal").body())
        .isEqualTo("{\"id\":\"%s\",\"state\":\"COMPLETE\"}".formatted(id));
  }

  @Test
  void staging_shows_file_bytes_and_rate() throws Exception {
    TaskId id = server.submit(Specs.brings("/big"));
    server.eventually(
        () -> server.engine().staging().of(id).filter(file -> file.moved() == 400).isPresent());
    server.clock().advance(Duration.ofSeconds(2));

    JsonNode staging = server.json("/tasks/" + id).path("staging");

    assertThat(staging.toString())
        .isEqualTo(
            "{\"file\":\"big.bin\",\"files\":1,\"moved\":400,\"expected\":1000,\"rate\":200}");
    server.runtime().stageToTheEnd();
    server.awaitEnd(id);
    assertThat(server.json("/tasks/" + id).has("staging")).isFalse();
  }

  @Test
  void what_was_staged_before_the_start_is_no_staging_any_more() throws Exception {
    server.runtime().stageToTheEnd();
    TaskId id = server.submit(Specs.bringsAndWaits("/big"));
    server.eventually(() -> server.engine().staging().of(id).isPresent());
    server.eventually(
        () -> server.engine().views().glance(id, Caller.ANONYMOUS).state() == TaskState.RUNNING);

    assertThat(server.json("/tasks/" + id).has("staging")).isFalse();
    server.runtime().end(id, 0);
  }

  @Test
  void a_cancelled_task_is_stopped_once() throws Exception {
    TaskId id = server.running(Specs.waits(1));
    server.runtime().holdCancels();
    String path = "/tasks/" + id + "/cancel";

    HttpResponse<String> first = server.send("POST", path);
    HttpResponse<String> second = server.send("POST", path);

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(ApiServer.described("POST", path, first).path("state").asText())
        .isEqualTo("CANCELING");
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(server.json("/tasks/" + id).at("/cancellation/by").asText()).isEqualTo("anonymous");
    server.runtime().letCancelsEnd();
    server.awaitEnd(id);
    assertThat(server.send("POST", path).body()).contains("CANCELED");
  }

  @Test
  void cancelling_what_has_ended_changes_nothing() throws Exception {
    TaskId id = server.ran(Specs.exits(0));

    HttpResponse<String> answer = server.send("POST", "/tasks/" + id + "/cancel");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.body()).contains("COMPLETE");
  }

  @Test
  void a_waiting_task_is_explained() throws Exception {
    server.runtime().isUnavailable(new Cause("no-bwrap", "bubblewrap is not there", "install it"));
    TaskId id = server.submit(Specs.exits(0));
    server.clock().advance(Duration.ofMinutes(1));

    JsonNode explanation = server.json("/tasks/" + id + "/explain");

    assertThat(explanation.path("state").asText()).isEqualTo("QUEUED");
    assertThat(explanation.path("causes").findValuesAsText("code")).contains("no-bwrap");
    assertThat(explanation.path("causes").findValuesAsText("help")).contains("install it");
  }

  @Test
  void a_retried_task_shows_why_and_when_it_goes_on() throws Exception {
    var often = new RetryPolicy(3, Duration.ofMinutes(1), Duration.ofMinutes(1), false);
    TaskId id = server.submit(Specs.retried(Specs.brings("/lost"), often));
    server.eventually(
        () -> server.engine().views().find(id, Caller.ANONYMOUS).task().waitsFor().isPresent());

    JsonNode task = server.json("/tasks/" + id);
    JsonNode explanation = server.json("/tasks/" + id + "/explain");

    assertThat(task.at("/waits_for/code").asText()).isEqualTo("input-not-found");
    assertThat(task.path("due").asText()).isEqualTo(explanation.path("next").asText());
    assertThat(explanation.path("earlier").get(0).asText())
        .isEqualTo("attempt 1 in sandbox: input /lost is not there");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/explain", "/events", "/logs/stdout", "?view=minimal"})
  void anothers_task_does_not_exist(String rest) throws Exception {
    TaskId id = server.ran(Specs.ownedBy("ann", Specs.exits(0)));

    HttpResponse<String> answer = server.get("/tasks/" + id + rest, "Authorization", "User bob");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("task " + id + " not found");
    assertThat(server.get("/tasks/" + id, "Authorization", "User ann").statusCode()).isEqualTo(200);
  }

  @Test
  void anothers_task_cannot_be_cancelled_or_listed() throws Exception {
    TaskId id = server.running(Specs.ownedBy("ann", Specs.waits(1)));

    HttpResponse<String> answer =
        server.send("POST", "/tasks/" + id + "/cancel", "Authorization", "User bob");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(listed("", "Authorization", "User bob")).isEmpty();
    assertThat(listed("?state=RUNNING", "Authorization", "User ann")).containsExactly(id.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing-of-that-name", "a%2Fb", "a:b", "..%2F..", "%E2%9C%93"})
  void an_id_that_names_no_task_is_not_found(String id) throws Exception {
    HttpResponse<String> answer = server.get("/tasks/" + id);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("\"status\":404").contains("not found");
  }

  @Test
  void answers_are_not_kept_by_caches() throws Exception {
    assertThat(server.get("/tasks").headers().firstValue("Cache-Control")).hasValue("no-store");
  }
}
