package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Outcome;

/** Cancel ({@code contracts/tes.md 6.3}). */
class CancelTaskTest {
  private static final String TASK = "{\"executors\":[{\"image\":\"a\",\"command\":[]}]}";
  private final TesServer server = TesServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {":cancel", "%3Acancel", "%3acancel", ":cancel/"})
  void cancels_a_waiting_task_at_once_and_answers_an_empty_object(String cancel) {
    String id = server.create(TASK);
    assertThat(server.post("/v1/tasks/" + id + cancel).body()).isEqualTo("{}");
    assertThat(state(id)).isEqualTo("CANCELED");
  }

  @Test
  void changes_nothing_when_repeated_or_after_the_end() {
    String canceled = server.create(TASK);
    server.post("/v1/tasks/" + canceled + ":cancel").ok();
    assertThat(server.post("/v1/tasks/" + canceled + ":cancel").body()).isEqualTo("{}");

    String complete = server.create(TASK);
    Progress progress = Progress.on(server);
    progress.ended(
        progress.started(progress.begun(1), 2), new Outcome.Completed(), AttemptReport.EMPTY, 3);
    assertThat(server.post("/v1/tasks/" + complete + ":cancel").body()).isEqualTo("{}");
    assertThat(state(complete)).isEqualTo("COMPLETE");
  }

  @Test
  void a_running_task_that_was_cancelled_never_ends_well() {
    String id = server.create(TASK);
    Progress progress = Progress.on(server);
    var running = progress.started(progress.begun(1), 2);
    assertThat(server.post("/v1/tasks/" + id + ":cancel").body()).isEqualTo("{}");
    assertThat(state(id)).isEqualTo("RUNNING");
    progress.ended(running, new Outcome.Completed(), AttemptReport.EMPTY, 3);
    assertThat(state(id)).isEqualTo("CANCELED");
  }

  @Test
  void takes_a_body_and_does_not_look_at_it() {
    String id = server.create(TASK);
    assertThat(server.post("/v1/tasks/" + id + ":cancel", "{}").body()).isEqualTo("{}");
    assertThat(server.post("/v1/tasks/" + id + ":cancel", "not json").body()).isEqualTo("{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5f0c00000000000000000000", "a%2Fb", "a:b", "%20"})
  void does_not_know_ids_that_it_never_gave(String id) {
    assertThat(server.post("/v1/tasks/" + id + ":cancel").refusedWith(404)).endsWith("not found");
  }

  @Test
  void another_users_task_does_not_exist() {
    try (var shared = TesServer.setup().with(new TesServer.Names()).start()) {
      String id =
          shared.post("/v1/tasks", TASK, "Authorization", "Bearer ann").ok().path("id").asText();
      String cancel = "/v1/tasks/" + id + ":cancel";
      shared.post(cancel, "", "Authorization", "Bearer bob").refusedWith(404);
      shared.post(cancel, "", "Authorization", "Bearer ann").ok();
    }
  }

  private String state(String id) {
    return server.get("/v1/tasks/" + id).ok().path("state").asText();
  }
}
