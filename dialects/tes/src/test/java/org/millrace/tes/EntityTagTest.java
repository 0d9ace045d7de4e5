package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.tes.TesServer.Reply;

/** Who polls is told in a few bytes that nothing has changed (RFC 9110, 8.8.3 and 13.1.2). */
class EntityTagTest {
  private static final String TASK = "{\"executors\":[{\"image\":\"a\",\"command\":[\"b\"]}]}";
  private final TesServer server = TesServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/tasks/ID",
        "/v1/tasks/ID?view=BASIC",
        "/v1/tasks/ID?view=FULL",
        "/v1/tasks",
        "/v1/tasks?view=FULL",
        "/v1/service-info",
        "/ga4gh/tes/v1/tasks/service-info"
      })
  void what_has_not_changed_is_304_without_a_body(String template) {
    String path = template.replace("ID", server.create(TASK));
    Reply first = server.get(path);
    first.ok();
    String tag = first.header("ETag").orElseThrow();
    assertThat(tag).matches("\"[A-Za-z0-9_-]{24}\"");
    for (String condition : List.of(tag, "W/" + tag, "\"other\", " + tag, "*", "\"*\"," + tag)) {
      for (String method : List.of("GET", "HEAD")) {
        Reply again = conditional(method, path, condition);
        assertThat(again.status()).as(method + " " + condition).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.header("ETag")).contains(tag);
        assertThat(again.header("Content-Length")).isEmpty();
        for (String header : List.of("Cache-Control", "Pragma", "Expires")) {
          assertThat(again.headers().allValues(header))
              .isEqualTo(first.headers().allValues(header));
        }
      }
    }
  }

  @Test
  void what_has_changed_is_sent_with_another_tag() {
    String path = "/v1/tasks/" + server.create(TASK);
    String list = "/v1/tasks?view=MINIMAL";
    String tag = server.get(path).header("ETag").orElseThrow();
    String tagOfList = server.get(list).header("ETag").orElseThrow();
    Progress.on(server).begun(1);
    Reply changed = conditional("GET", path, tag);
    assertThat(changed.ok().path("state").asText()).isEqualTo("INITIALIZING");
    assertThat(changed.header("ETag")).isPresent().get().isNotEqualTo(tag);
    assertThat(conditional("GET", list, tagOfList).ok().path("tasks")).hasSize(1);
    for (String other : List.of("\"other\"", "other", "", "\"*\"", tag.replace("\"", ""))) {
      conditional("GET", path, other).ok();
    }
  }

  @Test
  void each_view_has_a_tag_of_its_own() {
    byte[] body = {1};
    assertThat(List.of(View.values()).stream().map(view -> EntityTag.of(view, body)))
        .doesNotHaveDuplicates();
  }

  @Test
  void head_has_the_tag_and_the_length_that_get_has() {
    String id = server.create(TASK);
    for (String path : List.of("/v1/tasks/" + id, "/v1/tasks", "/v1/service-info")) {
      Reply got = server.get(path);
      Reply head = server.send(server.request(path).method("HEAD", BodyPublishers.noBody()));
      for (String header : List.of("ETag", "Content-Length", "Content-Type")) {
        assertThat(got.header(header)).as(header).isPresent();
        assertThat(head.header(header)).as(header).isEqualTo(got.header(header));
      }
    }
  }

  /** Its tag would have to be known before its first byte is sent. */
  @Test
  void a_list_too_long_to_be_held_comes_whole_without_a_tag() {
    String large = TASK.replace("\"b\"", "\"" + "x".repeat(200_000) + "\"");
    for (int i = 0; i < 8; i++) {
      server.create(large);
    }
    Reply list = server.get("/v1/tasks?view=FULL");
    assertThat(list.ok().path("tasks")).hasSize(8);
    assertThat(list.body().length()).isGreaterThan(ListBody.MOST_HELD);
    assertThat(list.header("ETag")).isEmpty();
    assertThat(list.header("Cache-Control")).contains("no-cache, no-store, must-revalidate");
    Reply shorter = server.get("/v1/tasks?view=FULL&page_size=4");
    assertThat(shorter.ok().path("tasks")).hasSize(4);
    assertThat(shorter.header("ETag")).isPresent();
  }

  @Test
  void a_refusal_has_no_tag_and_no_condition_helps_to_see_what_one_may_not() {
    Reply unknown = conditional("GET", "/v1/tasks/nobody", "*");
    unknown.refusedWith(404);
    assertThat(unknown.header("ETag")).isEmpty();
  }

  private Reply conditional(String method, String path, String condition) {
    return server.send(
        server.request(path, "If-None-Match", condition).method(method, BodyPublishers.noBody()));
  }
}
