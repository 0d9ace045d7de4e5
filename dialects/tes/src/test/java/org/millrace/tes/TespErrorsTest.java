package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.tes.TesConfig.ErrorBodies;
import org.millrace.tes.TesServer.Reply;
import org.millrace.testkit.Fixtures;

/** Errors in the forms that TESP has ({@code contracts/tes.md 2.1}). */
class TespErrorsTest {
  private static final String TASK = "{\"executors\":[{\"image\":\"a\",\"command\":[]}]}";
  private final TesServer server =
      TesServer.setup().with(TesConfig.standard("x").with(ErrorBodies.TESP)).start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_missing_field_is_422_byte_for_byte() {
    Reply reply = server.tryToCreate("{}");
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body())
        .isEqualTo(
            """
            {"detail":[{"loc":["body","executors"],"msg":"field required",\
            "type":"value_error.missing"}]}\
            """);
    assertThat(reply.header("Cache-Control")).contains("no-cache, no-store, must-revalidate");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                                               | ['body']",
        "null                                            | ['body']",
        "{'executors':[]}                                | ['body','executors']",
        "{'executors':[{'image':'a'}]}                   | ['body','executors',0,'command']",
        "{'executors':[{'image':5,'command':[]}]}        | ['body','executors',0,'image']",
        "{'name':{}}                                     | ['body','name']"
      })
  void a_body_that_cannot_be_read_is_422_and_says_where(String body, String place) {
    Reply reply = server.tryToCreate(body.replace('\'', '"'));
    assertThat(reply.status()).as(reply.body()).isEqualTo(422);
    assertThat(reply.json().at("/detail/0/loc"))
        .isEqualTo(TesServer.json(place.replace('\'', '"')));
    assertThat(reply.json().at("/detail/0/msg").asText()).isNotEmpty();
    assertThat(reply.json().at("/detail/0/type").asText()).startsWith("value_error");
  }

  @ParameterizedTest
  @CsvSource({"view=x, view", "page_size=abc, page_size", "state=DONE, state"})
  void a_parameter_that_cannot_be_read_is_422_and_says_which(String query, String name) {
    Reply reply = server.get("/v1/tasks?" + query);
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.json().at("/detail/0/loc"))
        .isEqualTo(TesServer.json("[\"query\",\"" + name + "\"]"));
  }

  @Test
  void a_foreign_content_type_is_422() {
    Reply reply = server.post("/v1/tasks", TASK, "Content-Type", "text/plain");
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.json().at("/detail/0/loc")).isEqualTo(TesServer.json("[\"body\"]"));
    assertThat(server.stored()).isZero();
  }

  @Test
  void an_unknown_task_has_its_own_form() {
    for (Reply reply :
        new Reply[] {server.get("/v1/tasks/nobody"), server.post("/v1/tasks/nobody:cancel")}) {
      assertThat(reply.refusedWith(404)).isEqualTo("task nobody not found");
      assertThat(reply.json().path("error").asText()).isEqualTo("Not Found");
      assertThat(reply.json().path("timestamp").asLong()).isEqualTo(Fixtures.NOON.getEpochSecond());
    }
  }

  @Test
  void a_token_that_is_not_ours_and_a_strict_parameter_are_400_in_the_same() {
    assertThat(server.get("/v1/tasks?page_token=None").refusedWith(400)).startsWith("page_token: ");
    String strict =
        TASK.replaceFirst(
            "\\{",
            "{\"resources\":{\"backend_parameters\":{\"x\":\"y\"},"
                + "\"backend_parameters_strict\":true},");
    assertThat(server.tryToCreate(strict).refusedWith(400)).contains("backend_parameters.x");
  }

  @Test
  void an_unknown_path_and_a_wrong_method_have_a_text() {
    Reply unknown = server.get("/v2/tasks");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.body()).isEqualTo("{\"detail\":\"Not Found\"}");
    Reply wrong = server.send(server.request("/v1/tasks").method("PUT", BodyPublishers.noBody()));
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.body()).isEqualTo("{\"detail\":\"Method Not Allowed\"}");
    assertThat(wrong.header("Allow")).isPresent();
  }

  @Test
  void who_does_not_sign_in_is_told_in_a_text_and_how_to() {
    try (var closed =
        TesServer.setup()
            .with(TesConfig.standard("x").with(ErrorBodies.TESP))
            .with(new TesServer.Names())
            .start()) {
      Reply reply = closed.tryToCreate("{not json");
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.body()).isEqualTo("{\"detail\":\"say who you are\"}");
      assertThat(reply.header("WWW-Authenticate")).contains("Bearer");
    }
  }
}
