package org.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.failure.Cause;

@Timeout(60)
final class SiteOverHttpTest {
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

  @Test
  void a_runtime_says_what_it_takes() throws Exception {
    assertThat(server.json("/runtimes").toString())
        .isEqualTo(
            """
            {"runtimes":[{"name":"sandbox","custody":"held","site":"here","runs":["container"],\
            "cpu_cores":8,"memory_bytes":17179869184,"closed_paths":["/usr"],"available":true}]}\
            """);
  }

  @Test
  void a_runtime_that_takes_nothing_says_why_and_what_to_do() throws Exception {
    server.runtime().isUnavailable(new Cause("no-bwrap", "bubblewrap is not there", "install it"));

    JsonNode runtime = server.json("/runtimes").at("/runtimes/0");

    assertThat(runtime.path("available").asBoolean()).isFalse();
    assertThat(runtime.path("why").toString())
        .isEqualTo(
            """
            {"code":"no-bwrap","message":"bubblewrap is not there","help":"install it"}\
            """);
  }

  @Test
  void a_lane_says_how_busy_it_is() throws Exception {
    for (int i = 0; i < 4; i++) {
      server.running(Specs.waits(1));
    }
    server.submit(Specs.waits(1));

    assertThat(server.json("/lanes").toString())
        .isEqualTo(
            """
            {"lanes":[{"name":"sandbox","limit":4,"counts":"this_server","when_full":"wait",\
            "in_flight":4,"ready":1,"counted_up_to":1000}]}\
            """);
  }

  @Test
  void the_version_is_known_to_everybody() throws Exception {
    assertThat(server.json("/version").toString())
        .isEqualTo("{\"name\":\"millrace\",\"version\":\"1.2.3\",\"api\":\"v1\"}");
  }

  @Test
  void the_document_is_served_and_knows_every_operation_it_names() throws Exception {
    JsonNode document = Described.document();
    assertThat(server.json("/openapi.json")).isEqualTo(document);
    for (var path : document.path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        String filled = path.getKey().replaceAll("\\{[^}]*}", "1");
        String method = operation.getKey().toUpperCase(java.util.Locale.ROOT);
        var answer = server.send("OPTIONS", filled);
        assertThat(answer.headers().firstValue("Allow").orElse("nothing at " + filled))
            .contains(method);
      }
    }
  }

  @Test
  void the_document_tells_what_any_operation_may_be_refused_with() {
    for (var path : Described.document().path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        JsonNode responses = operation.getValue().path("responses");
        boolean open = operation.getValue().has("security");
        List<String> any =
            open ? List.of("400", "500", "503") : List.of("400", "401", "403", "429", "500", "503");
        for (String status : any) {
          assertThat(Described.resolved(responses.path(status)).has("description"))
              .as("%s %s: %s", operation.getKey(), path.getKey(), status)
              .isTrue();
        }
      }
    }
  }

  @Test
  void refusals_before_the_handler_are_described_too() throws Exception {
    refused(401, "GET", "/runtimes", "Authorization", "Nobody");
    refused(401, "GET", "/events", "Authorization", "Nobody");
    refused(403, "POST", "/tasks/x/cancel", "Origin", "https://evil.example");
    refused(400, "GET", "/lanes?nothing=1");
    refused(400, "GET", "/version?nothing=1");
  }

  private void refused(int status, String method, String path, String... headers) throws Exception {
    var answer = server.send(method, path, headers);
    assertThat(answer.statusCode()).isEqualTo(status);
    ApiServer.described(method, path, answer);
  }
}
