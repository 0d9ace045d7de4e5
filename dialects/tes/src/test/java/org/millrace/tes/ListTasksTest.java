package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Outcome;
import org.millrace.testkit.Fixtures;

/** Lists: filters, pages, views ({@code contracts/tes.md 3.3}). */
class ListTasksTest {
  private final TesServer server = TesServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void an_empty_list_is_a_list() {
    assertThat(server.get("/v1/tasks").body()).isEqualTo("{\"tasks\":[]}");
  }

  @Test
  void lists_oldest_first_in_the_view_asked_for() {
    String one = server.create(task("one", "{}"));
    String two = server.create(task("two", "{}"));
    assertThat(server.get("/v1/tasks").body())
        .isEqualTo(
            "{\"tasks\":[{\"id\":\"%s\",\"state\":\"QUEUED\"},{\"id\":\"%s\",\"state\":\"QUEUED\"}]}"
                .formatted(one, two));
    for (String view : List.of("BASIC", "FULL")) {
      JsonNode tasks = server.get("/v1/tasks?view=" + view).ok().path("tasks");
      assertThat(tasks.get(0)).isEqualTo(server.get("/v1/tasks/" + one + "?view=" + view).ok());
      assertThat(tasks.get(1).path("name").asText()).isEqualTo("two");
    }
  }

  @Test
  void pages_meet_every_task_once_while_new_ones_arrive() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      ids.add(server.create(task("t" + i, "{}")));
    }
    List<String> seen = new ArrayList<>();
    JsonNode page = server.get("/v1/tasks?page_size=3").ok();
    while (true) {
      page.path("tasks").forEach(task -> seen.add(task.path("id").asText()));
      if (!page.has("next_page_token")) {
        break;
      }
      ids.add(ids.size() < 9 ? server.create(task("late", "{}")) : "");
      ids.remove("");
      page =
          server
              .get("/v1/tasks?page_size=3&page_token=" + page.path("next_page_token").asText())
              .ok();
    }
    assertThat(seen).isEqualTo(ids);
  }

  @Test
  void the_last_page_has_no_token_even_when_it_is_full() {
    server.create(task("a", "{}"));
    server.create(task("b", "{}"));
    assertThat(server.get("/v1/tasks?page_size=2").ok().has("next_page_token")).isFalse();
    assertThat(server.get("/v1/tasks?page_size=1").ok().has("next_page_token")).isTrue();
    assertThat(server.get("/v1/tasks?page_size=1&view=FULL").ok().has("next_page_token")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 256",
    "-1, 256",
    "'', 256",
    "1, 1",
    "256, 256",
    "2047, 2047",
    "2048, 2047",
    "5000, 2047",
    "99999999999999999999, 2047",
    "-99999999999999999999, 256",
    "%2B5, 5",
    "007, 7"
  })
  void page_sizes_are_taken_leniently(String asked, int size) {
    for (int i = 0; i < 2050; i++) {
      server.steps().submit(Fixtures.aTask("t" + i));
    }
    assertThat(server.get("/v1/tasks?page_size=" + asked).ok().path("tasks")).hasSize(size);
  }

  @Test
  void a_page_has_256_tasks_unasked() {
    for (int i = 0; i < 257; i++) {
      server.steps().submit(Fixtures.aTask("t" + i));
    }
    assertThat(server.get("/v1/tasks").ok().path("tasks")).hasSize(256);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "1.5", "1e3", "0x10", "--1", "NaN"})
  void a_page_size_that_is_no_whole_number_is_refused(String size) {
    assertThat(server.get("/v1/tasks?page_size=" + size).refusedWith(400))
        .isEqualTo("page_size: '" + size + "' is not a whole number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"None", "mine", "after-", "%00", "24601"})
  void a_token_that_is_not_ours_is_refused(String token) {
    assertThat(server.get("/v1/tasks?page_token=" + token).refusedWith(400))
        .startsWith("page_token: ");
    assertThat(server.get("/v1/tasks?view=FULL&page_token=" + token).refusedWith(400))
        .startsWith("page_token: ");
  }

  @Test
  void an_empty_token_is_the_first_page() {
    server.create(task("a", "{}"));
    assertThat(server.get("/v1/tasks?page_token=").ok().path("tasks")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"view=x, view", "state=DONE, state", "state=WAITING, state", "view=0, view"})
  void unknown_words_are_refused(String query, String field) {
    assertThat(server.get("/v1/tasks?" + query).refusedWith(400))
        .startsWith(field + ": ")
        .contains("is none of");
  }

  @Test
  void a_name_prefix_is_literal_and_case_counts() {
    for (String name : List.of("a.b", "axb", "A.b", "ba.b", "[", "a.bc", "a%", "a_")) {
      server.create(task(name, "{}"));
    }
    server.create("{\"executors\":[{\"image\":\"a\",\"command\":[]}]}");
    assertThat(names("name_prefix=a.b")).containsExactlyInAnyOrder("a.b", "a.bc");
    assertThat(names("name_prefix=%5B")).containsExactly("[");
    assertThat(names("name_prefix=[")).containsExactly("[");
    assertThat(names("name_prefix=a%25")).containsExactly("a%");
    assertThat(names("name_prefix=A")).containsExactly("A.b");
    assertThat(names("name_prefix=zzz")).isEmpty();
    assertThat(names("name_prefix=")).hasSize(9);
  }

  @Test
  void a_state_is_matched_exactly() {
    server.create(task("done", "{}"));
    Progress progress = Progress.on(server);
    var running = progress.started(progress.begun(1), 2);
    assertThat(names("state=RUNNING")).containsExactly("done");
    progress.ended(running, new Outcome.Completed(), AttemptReport.EMPTY, 3);
    server.create(task("waits", "{}"));
    assertThat(names("state=COMPLETE")).containsExactly("done");
    assertThat(names("state=QUEUED")).containsExactly("waits");
    assertThat(names("state=")).hasSize(2);
    for (String none :
        List.of(
            "UNKNOWN",
            "INITIALIZING",
            "RUNNING",
            "PAUSED",
            "EXECUTOR_ERROR",
            "SYSTEM_ERROR",
            "CANCELED",
            "CANCELING",
            "PREEMPTED")) {
      assertThat(names("state=" + none)).as(none).isEmpty();
    }
  }

  /** The table of the standard. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tag_key=foo&tag_value=bar                             | {'foo':'bar'}             | 1",
        "tag_key=foo&tag_value=bar                             | {'foo':'bat'}             | 0",
        "tag_key=foo                                           | {'foo':''}                | 1",
        "tag_key=foo&tag_value=                                | {'foo':''}                | 1",
        "tag_key=foo&tag_value=bar&tag_key=baz&tag_value=bat   | {'foo':'bar','baz':'bat'} | 1",
        "tag_key=foo&tag_value=bar                             | {'foo':'bar','baz':'bat'} | 1",
        "tag_key=foo&tag_value=bar&tag_key=baz&tag_value=bat   | {'foo':'bar'}             | 0",
        "tag_key=foo                                           | {'foo':'bar'}             | 1",
        "tag_key=foo                                           | {}                        | 0",
        "tag_key=foo&tag_key=baz&tag_key=qux&tag_value=bar&tag_value=bat "
            + "| {'foo':'bar','baz':'bat','qux':'any'} | 1",
        "tag_key=foo&tag_key=baz&tag_value=&tag_value=bat      | {'foo':'x','baz':'bat'}   | 1",
        "tag_key=foo&tag_key=baz&tag_value=&tag_value=bat      | {'foo':'x','baz':'no'}    | 0",
        "tag_key=foo&tag_value=bar&tag_key=foo&tag_value=bat   | {'foo':'bar'}             | 0",
      })
  void tags_are_paired_by_position(String query, String tags, int found) {
    server.create(task("t", tags.replace('\'', '"')));
    assertThat(names(query)).hasSize(found);
  }

  @Test
  void more_tag_values_than_keys_are_refused() {
    assertThat(server.get("/v1/tasks?tag_key=a&tag_value=1&tag_value=2").refusedWith(400))
        .isEqualTo("tag_value: 2 were given for 1 of tag_key");
    assertThat(server.get("/v1/tasks?tag_value=1").refusedWith(400))
        .isEqualTo("tag_value: 1 were given for 0 of tag_key");
  }

  @Test
  void filters_hold_together() {
    server.create(task("ab", "{\"p\":\"1\"}"));
    server.create(task("ac", "{\"p\":\"2\"}"));
    server.create(task("bc", "{\"p\":\"1\"}"));
    assertThat(names("name_prefix=a&tag_key=p&tag_value=1&state=QUEUED")).containsExactly("ab");
    assertThat(names("name_prefix=a&tag_key=p&tag_value=1&state=RUNNING")).isEmpty();
  }

  @Test
  void lists_only_what_came_through_this_face() {
    server.steps().submit(Fixtures.aTask("native").through("api"), Fixtures.aTask("ours"));
    assertThat(server.get("/v1/tasks").ok().at("/tasks/0/id").asText()).isEqualTo("ours");
    assertThat(server.get("/v1/tasks").ok().path("tasks")).hasSize(1);
  }

  @Test
  void unknown_parameters_do_not_matter() {
    server.create(task("a", "{}"));
    assertThat(server.get("/v1/tasks?foo=bar&foo").ok().path("tasks")).hasSize(1);
  }

  private List<String> names(String query) {
    List<String> names = new ArrayList<>();
    server
        .get("/v1/tasks?view=BASIC&" + query.strip())
        .ok()
        .path("tasks")
        .forEach(task -> names.add(task.path("name").asText()));
    return names;
  }

  private static String task(String name, String tags) {
    return "{\"name\":\"%s\",\"tags\":%s,\"executors\":[{\"image\":\"a\",\"command\":[]}]}"
        .formatted(name, tags);
  }
}
