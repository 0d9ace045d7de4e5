package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.threads.Bell;

/** Whole lives of tasks, as a client sees them that polls ({@code contracts/tes.md 6, 7.1}). */
class TaskLifeTest {
  private static final Duration MOST = Duration.ofSeconds(20);
  private final TesServer server = TesServer.setup().with(new ScriptedRuntime()).start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void every_executor_that_ran_has_a_log() throws InterruptedException {
    String id = server.create(executors(command("exit", "0"), command("say", "hello")));
    assertThat(ended(id)).isEqualTo("COMPLETE");
    JsonNode log = server.full(id).at("/logs/0");
    assertThat(log.path("logs")).hasSize(2);
    assertThat(log.at("/logs/1/exit_code").asInt(-1)).isZero();
    assertThat(log.at("/logs/1/stdout").asText()).isEqualTo("say hello");
    assertThat(log.path("metadata"))
        .isEqualTo(
            TesServer.json(
                """
                {"attempt": "1", "runtime": "sandbox", "executor_0_measured_by": "none",
                 "executor_1_measured_by": "none"}
                """));
    assertThat(log.has("system_logs")).isFalse();
    assertThat(Instant.parse(log.path("end_time").asText()))
        .isAfterOrEqualTo(log.path("start_time").asText());
  }

  @Test
  void an_executor_that_failed_ends_the_task_and_the_next_has_no_log() throws InterruptedException {
    String id = server.create(executors(command("exit", "3"), command("say", "never")));
    assertThat(ended(id)).isEqualTo("EXECUTOR_ERROR");
    JsonNode log = server.full(id).at("/logs/0");
    assertThat(log.path("logs")).hasSize(1);
    assertThat(log.at("/logs/0/exit_code").asInt()).isEqualTo(3);
    assertThat(log.at("/system_logs/0").asText()).startsWith("executor 0 exited with 3");
  }

  @Test
  void an_ignored_error_lets_the_next_one_run() throws InterruptedException {
    String ignored = command("exit", "1").replace("}", ",\"ignore_error\":true}");
    String id = server.create(executors(ignored, command("say", "on")));
    assertThat(ended(id)).isEqualTo("COMPLETE");
    assertThat(server.full(id).at("/logs/0/logs")).hasSize(2);
  }

  @Test
  void a_missing_input_or_output_is_a_system_error_with_its_cause() throws InterruptedException {
    String in = server.create(executors(command("no-input")));
    assertThat(ended(in)).isEqualTo("SYSTEM_ERROR");
    assertThat(server.full(in).at("/logs/0/system_logs"))
        .isEqualTo(TesServer.json("[\"inputs[0] is not there (look for it)\"]"));
    String out = server.create(executors(command("no-output")));
    assertThat(ended(out)).isEqualTo("SYSTEM_ERROR");
    assertThat(server.full(out).at("/logs/0/system_logs"))
        .isEqualTo(TesServer.json("[\"outputs[0] was not there\"]"));
  }

  @Test
  void what_no_runtime_takes_says_so() throws InterruptedException {
    String id =
        server.create(
            executors(command("say")).replaceFirst("\\{", "{\"resources\":{\"cpu_cores\":99},"));
    assertThat(ended(id)).isEqualTo("SYSTEM_ERROR");
    JsonNode log = server.full(id).at("/logs/0");
    assertThat(log.path("logs")).isEmpty();
    assertThat(log.at("/system_logs/0").asText()).contains("99");
  }

  @Test
  void a_client_that_polls_through_a_cancel_sees_only_states_it_knows()
      throws InterruptedException {
    String id = server.create(executors(command("wait")));
    until(id, "RUNNING");
    assertThat(server.post("/v1/tasks/" + id + ":cancel").body()).isEqualTo("{}");
    List<String> seen = new ArrayList<>();
    Bell history = server.engine().news().history();
    Instant end = Instant.now().plus(MOST);
    while (!seen.contains("CANCELED") && Instant.now().isBefore(end)) {
      long heard = history.rings();
      seen.add(state(id));
      if (!seen.contains("CANCELED")) {
        history.await(heard, Duration.ofMillis(50));
      }
    }
    assertThat(seen).isSubsetOf("RUNNING", "CANCELED").endsWith("CANCELED");
    JsonNode log = server.full(id).at("/logs/0");
    assertThat(log.at("/system_logs").toString()).contains("cancelled by anonymous");
    assertThat(log.has("end_time")).isTrue();
  }

  private String ended(String id) throws InterruptedException {
    return server
        .engine()
        .submitAndWait()
        .await(new TaskId(id), Caller.ANONYMOUS, MOST)
        .shown()
        .name();
  }

  private void until(String id, String state) throws InterruptedException {
    Bell history = server.engine().news().history();
    Instant end = Instant.now().plus(MOST);
    long heard = history.rings();
    while (!state(id).equals(state)) {
      assertThat(Instant.now()).as("%s never became %s", id, state).isBefore(end);
      heard = history.await(heard, Duration.ofSeconds(1));
    }
  }

  private String state(String id) {
    return server.get("/v1/tasks/" + id).ok().path("state").asText();
  }

  private static String executors(String... executors) {
    return "{\"executors\":[" + String.join(",", executors) + "]}";
  }

  private static String command(String... argv) {
    return "{\"image\":\"a\",\"command\":[\"" + String.join("\",\"", argv) + "\"]}";
  }
}
