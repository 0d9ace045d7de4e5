package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What cannot run well, in containers: the right state, and the cause where a caller looks. */
class BadInputEndToEndTest {
  private static DataFolder data;
  private static PackagedServer server;

  @BeforeAll
  static void starts() throws Exception {
    String[] settings = Place.CONTAINERS.settings();
    data = DataFolder.create();
    server = PackagedServer.start(data.path(), settings);
  }

  @AfterAll
  static void stops() throws IOException {
    if (server != null) {
      server.close();
      data.close();
    }
  }

  @Test
  void an_image_that_does_not_exist_is_the_systems_error_and_named() throws Exception {
    JsonNode task = ended(executor("nobody/has:this", "true"));

    assertThat(task.path("state").asText()).isEqualTo("SYSTEM_ERROR");
    assertThat(systemLogs(task)).contains("nobody/has:this");
    assertThat(explained(task)).contains("nobody/has:this");
  }

  @Test
  void who_uses_too_much_memory_is_told() throws Exception {
    JsonNode task =
        ended(
            "{\"resources\": {\"ram_gb\": 0.0625}, \"executors\": [{\"image\": \"ubuntu\","
                + " \"command\": [\"tail\", \"-n\", \"1\", \"/dev/zero\"]}]}");

    assertThat(task.path("state").asText()).isEqualTo("EXECUTOR_ERROR");
    assertThat(task.at("/logs/0/logs/0/exit_code").asInt()).isEqualTo(137);
    assertThat(systemLogs(task)).contains("memory");
    assertThat(explained(task)).contains("memory");
  }

  @Test
  void an_executor_that_forks_and_exits_has_ended() throws Exception {
    JsonNode task = ended(executor("ubuntu", "sleep 4713 & exit 3"));

    assertThat(task.path("state").asText()).isEqualTo("EXECUTOR_ERROR");
    assertThat(task.at("/logs/0/logs/0/exit_code").asInt()).isEqualTo(3);
  }

  @Test
  void a_name_of_several_lines_is_a_name_and_one_line_of_the_servers_log() throws Exception {
    String task = executor("ubuntu", "true");
    JsonNode ended = ended("{\"name\": \"one\\nWARN forged\\n\"," + task.substring(1));

    assertThat(ended.path("state").asText()).isEqualTo("COMPLETE");
    assertThat(ended.path("name").asText()).isEqualTo("one\nWARN forged\n");
    assertThat(Files.readAllLines(data.path().resolve("log")))
        .noneMatch(line -> line.startsWith("WARN forged"));
  }

  private static String executor(String image, String line) {
    return "{\"executors\": [{\"image\": \""
        + image
        + "\", \"command\": [\"sh\", \"-c\", \""
        + line
        + "\"]}]}";
  }

  private static JsonNode ended(String task) throws Exception {
    return server.awaitEnd(server.submit(task));
  }

  private static String systemLogs(JsonNode task) {
    return task.path("logs").path(0).path("system_logs").toString();
  }

  private static String explained(JsonNode task) throws Exception {
    return server.get("/api/v1/tasks/" + task.path("id").asText() + "/explain").toString();
  }
}
