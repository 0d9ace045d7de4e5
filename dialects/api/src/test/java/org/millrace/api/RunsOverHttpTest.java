package org.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.views.LogFolder;

/** Runs over loopback HTTP: submitted, seen, followed, stopped, made anew. */
@Timeout(60)
final class RunsOverHttpTest {
  private static final String[] YAML = {"Content-Type", "application/yaml"};
  private static final String DIAMOND =
      """
      name: diamond
      tags: {team: a}
      nodes:
        top: {container: {image: i, command: [exit, 0]}}
        left: {after: [top], container: {image: i, command: [exit, 0]}}
        right:
          after: {top: {when: {value: ".exit_codes[0]", not_equals: 0}}}
          container: {image: i, command: [exit, 0]}
        bottom: {after: [left, right]}
      """;
  private static final String FAILS =
      """
      on_failure: continue
      nodes:
        bad: {container: {image: i, command: [exit, 3]}}
        after: {after: [bad], container: {image: i, command: [exit, 0]}}
        other: {container: {image: i, command: [exit, 0]}}
      """;
  private static final String WAITS =
      "nodes: {a: {container: {image: i, command: [wait]}}, b: {after: [a]}}";

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

  private HttpResponse<String> send(String yaml, String... headers) throws Exception {
    return server.post("/runs", yaml.getBytes(StandardCharsets.UTF_8), headers);
  }

  private String submitted(String yaml) throws Exception {
    HttpResponse<String> answer = send(yaml, YAML);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    String id = ApiServer.described("POST", "/runs", answer).path("id").asText();
    assertThat(answer.headers().firstValue("Location")).contains("/api/v1/runs/" + id);
    return id;
  }

  private String ended(String yaml) throws Exception {
    String id = submitted(yaml);
    awaitEnd(id);
    return id;
  }

  private void awaitEnd(String id) throws Exception {
    server.eventually(() -> state(id).isFinal());
  }

  private RunState state(String id) {
    return server.engine().runs().views().find(new RunId(id), Caller.ANONYMOUS).run().state();
  }

  private String stateOf(String run, String node) throws Exception {
    return server.json("/runs/" + run + "/nodes/" + node).path("node").path("state").asText();
  }

  private TaskId running(String run, String node) throws Exception {
    server.eventually(() ->
        server
            .engine()
            .runs()
            .views()
            .node(new RunId(run), new NodeKey(node), Caller.ANONYMOUS)
            .task()
            .filter(task ->
                server.engine().views().find(task, Caller.ANONYMOUS).task().startedAt().isPresent())
            .isPresent());
    return new TaskId(
        server.json("/runs/" + run + "/nodes/" + node).path("node").path("task").asText());
  }

  private static List<String> texts(JsonNode list, String field) {
    var texts = new ArrayList<String>();
    list.forEach(one -> texts.add(one.path(field).asText()));
    return texts;
  }

  @Test
  void branches_run_at_the_same_time_and_the_join_begins_with_the_end_of_the_last()
      throws Exception {
    String id =
        submitted(
            """
            nodes:
              top: {container: {image: i, command: [exit, 0]}}
              left: {after: [top], container: {image: i, command: [wait]}}
              middle: {after: [top], container: {image: i, command: [wait]}}
              right: {after: [top], container: {image: i, command: [wait]}}
              bottom: {after: [left, middle, right], container: {image: i, command: [exit, 0]}}
            """);
    List<TaskId> branches =
        List.of(running(id, "left"), running(id, "middle"), running(id, "right"));

    for (TaskId branch : branches) {
      assertThat(stateOf(id, "bottom")).isEqualTo("WAITING");
      server.runtime().end(branch, 0);
      server.eventually(
          () -> server.engine().views().find(branch, Caller.ANONYMOUS).task().state().isFinal());
    }

    awaitEnd(id);
    assertThat(stateOf(id, "bottom")).isEqualTo("COMPLETED");
  }

  @Test
  void what_is_done_at_once_is_a_task_like_others_and_hands_its_values_on() throws Exception {
    String id =
        ended(
            """
            nodes:
              a: {container: {image: at-once, command: [word]}}
              b: {container: {image: at-once, command: ["${nodes.a.values.result}, twice"]}}
              c: {container: {image: i, command: [exit, "${nodes.a.values.nothing}"]}}
              d:
                after: {b: {when: {value: ".result", equals: "word, twice"}}}
                container: {image: at-once, command: ["${nodes.b.values.state}"]}
            on_failure: continue
            """);

    assertThat(stateOf(id, "c")).isEqualTo("FAILED");
    JsonNode last = server.json("/runs/" + id + "/nodes/d");
    assertThat(last.path("values").path("result").asText()).isEqualTo("COMPLETE");
    JsonNode task = server.json("/tasks/" + last.path("node").path("task").asText());
    assertThat(task.path("state").asText()).isEqualTo("COMPLETE");
    assertThat(task.path("attempts")).hasSize(1);
    assertThat(task.path("attempts").get(0).path("outcome").isMissingNode()).isFalse();
  }

  @Test
  void items_that_are_done_at_once_leave_what_they_left_to_their_join() throws Exception {
    String id =
        ended(
            """
            nodes:
              each: {for_each: [one, two, three], container: {image: at-once, command: ["${item}"]}}
              one: {container: {image: at-once, command: ["${nodes.each.values.items[1].result}"]}}
              none: {container: {image: at-once, command: ["${nodes.each.values.items[3].result}"]}}
            on_failure: continue
            """);

    assertThat(values(id, "one").path("result").asText()).isEqualTo("two");
    assertThat(values(id, "each").path("items").findValuesAsText("result"))
        .containsExactly("one", "two", "three");
    assertThat(server.json("/runs/" + id + "/nodes/none").path("node").path("cause").toString())
        .contains("has 3 items");
  }

  @Test
  void items_that_left_more_than_is_shown_are_shown_one_by_one() throws Exception {
    String megabyte = "x".repeat(600_000);
    String id =
        ended(
            "nodes: {each: {for_each: [a, b], container: {image: at-once, command: ["
                + megabyte
                + "]}}}");

    JsonNode each = server.json("/runs/" + id + "/nodes/each");
    assertThat(each.path("more_values").asBoolean()).isTrue();
    assertThat(each.has("values")).isFalse();
    assertThat(values(id, "each%5B1%5D").path("result").asText()).hasSize(600_000);
  }

  /** Each node holds the one before twice: a small file, and nothing that could be written. */
  @Test
  void values_that_double_from_node_to_node_fail_the_node_for_which_they_are_too_large()
      throws Exception {
    var graph = new StringBuilder("nodes:\n  n0: {container: {image: at-once, command: [word]}}\n");
    for (int node = 1; node < 40; node++) {
      String before = "${nodes.n" + (node - 1) + ".values.result}";
      graph
          .append("  n%d: {container: {image: at-once, command: [".formatted(node))
          .append('"' + before + before + '"')
          .append("]}}\n");
    }

    String id = ended(graph.toString());

    assertThat(state(id)).isEqualTo(RunState.FAILED);
    assertThat(server.json("/runs/" + id + "/explain").toString())
        .contains("larger than 4 Mi characters");
  }

  private JsonNode values(String run, String node) throws Exception {
    return server.json("/runs/" + run + "/nodes/" + node).path("values");
  }

  @Test
  void a_run_that_continues_goes_on_from_a_failure_that_somebody_waits_for() throws Exception {
    String id =
        ended(
            """
            on_failure: continue
            nodes:
              bad: {container: {image: i, command: [exit, 3]}}
              told:
                after: {bad: {when: {value: ".exit_codes[0]", equals: 3}}}
                container: {image: at-once, command: ["${nodes.bad.values.state}"]}
              other:
                after: {bad: {when: {value: ".exit_codes[0]", equals: 4}}}
              plain: {after: [bad]}
              beyond: {after: {plain: {when: {value: ".state", exists: false}}}}
              each: {for_each: [0, 3], container: {image: i, command: [exit, "${item}"]}}
              some:
                after: {each: {when: {value: ".items", exists: true}}}
                container: {image: at-once, command: ["${nodes.each.values.items[1].state}"]}
              all: {after: [each]}
            """);

    assertThat(state(id)).isEqualTo(RunState.FAILED);
    assertThat(values(id, "told").path("result").asText()).isEqualTo("EXECUTOR_ERROR");
    assertThat(values(id, "some").path("result").asText()).isEqualTo("EXECUTOR_ERROR");
    for (String barred : List.of("other", "plain", "beyond", "each", "all")) {
      assertThat(stateOf(id, barred)).as(barred).isEqualTo("BARRED");
    }
  }

  @Test
  void a_graph_runs_and_shows_what_came_of_it() throws Exception {
    String id = ended(DIAMOND);

    JsonNode run = server.json("/runs/" + id);
    assertThat(run.path("state").asText()).isEqualTo("COMPLETE");
    assertThat(run.path("name").asText()).isEqualTo("diamond");
    assertThat(run.path("tags").path("team").asText()).isEqualTo("a");
    assertThat(run.path("nodes").toString())
        .isEqualTo("{\"total\":4,\"open\":0,\"active\":0,\"failed\":0}");
    JsonNode nodes = server.json("/runs/" + id + "/nodes").path("nodes");
    assertThat(texts(nodes, "key")).containsExactly("top", "left", "right", "bottom");
    assertThat(texts(nodes, "state"))
        .containsExactly("COMPLETED", "COMPLETED", "SKIPPED", "COMPLETED");
    JsonNode right = server.json("/runs/" + id + "/nodes/right");
    assertThat(right.path("after").toString())
        .isEqualTo("[{\"node\":\"top\",\"told\":\"not_taken\",\"leads\":true}]");
    JsonNode top = server.json("/runs/" + id + "/nodes/top");
    assertThat(top.path("plan").path("kind").asText()).isEqualTo("task");
    assertThat(top.path("plan").path("work").path("executors").get(0).path("command").toString())
        .isEqualTo("[\"exit\",\"0\"]");
    assertThat(top.path("values").path("exit_codes").toString()).isEqualTo("[0]");
    assertThat(server.json("/runs/" + id + "/nodes/bottom").path("plan").path("kind").asText())
        .isEqualTo("barrier");
  }

  @Test
  void plans_of_every_kind_are_shown() throws Exception {
    String id =
        ended(
            """
            nodes:
              each: {for_each: [1, {a: "ftp://joe:secret@host/x"}], container: {image: i, command: [exit, "0"]}}
              none: {for_each: [], steps: [{name: s, call: "http://host/"}]}
              word: {for_each: [], in_process: noop, with: [1]}
            """);

    JsonNode each = server.json("/runs/" + id + "/nodes/each");
    assertThat(each.at("/plan/kind").asText()).isEqualTo("for_each");
    assertThat(each.at("/plan/list").toString()).startsWith("[1,").doesNotContain("secret");
    JsonNode item = server.json("/runs/" + id + "/nodes?page_token=3").path("nodes").get(1);
    assertThat(item.path("parent").asInt()).isZero();
    JsonNode shown =
        server.json(
            "/runs/"
                + id
                + "/nodes/"
                + URLEncoder.encode(item.path("key").asText(), StandardCharsets.UTF_8));
    assertThat(shown.at("/plan/index").asInt()).isOne();
    assertThat(shown.at("/plan/item").toString()).contains("ftp").doesNotContain("secret");
    assertThat(server.json("/runs/" + id + "/nodes/none").at("/plan/work/steps/0/url").asText())
        .contains("host");
    assertThat(server.json("/runs/" + id + "/nodes/word").at("/plan/work/handler").asText())
        .isEqualTo("noop");
  }

  @Test
  void pages_of_runs_and_of_nodes() throws Exception {
    String first = ended(DIAMOND);
    String second = ended(FAILS);

    JsonNode page = server.json("/runs?page_size=1");
    assertThat(texts(page.path("runs"), "id")).containsExactly(first);
    JsonNode next =
        server.json("/runs?page_size=1&page_token=" + page.path("next_page_token").asText());
    assertThat(texts(next.path("runs"), "id")).containsExactly(second);
    assertThat(texts(server.json("/runs?state=failed").path("runs"), "id")).containsExactly(second);
    JsonNode nodes = server.json("/runs/" + first + "/nodes?page_size=3");
    assertThat(texts(nodes.path("nodes"), "key")).containsExactly("top", "left", "right");
    nodes =
        server.json(
            "/runs/"
                + first
                + "/nodes?page_size=3&page_token="
                + nodes.path("next_page_token").asText());
    assertThat(texts(nodes.path("nodes"), "key")).containsExactly("bottom");
    assertThat(nodes.has("next_page_token")).isFalse();
    JsonNode bottom = server.json("/runs/" + first + "/nodes?edges=true&page_token=3");
    assertThat(bottom.at("/nodes/0/after").toString()).isEqualTo("[1,2]");
    JsonNode all = server.json("/runs/" + first + "/nodes?edges=true");
    assertThat(all.at("/nodes/0/after").toString()).isEqualTo("[]");
    assertThat(all.at("/nodes/2/after").toString()).isEqualTo("[0]");
    assertThat(all.at("/nodes/3/after").toString()).isEqualTo("[1,2]");
    assertThat(server.json("/runs/" + first + "/nodes?edges=true&page_token=9").path("nodes"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/runs?state=DONE",
        "/runs?page_size=0",
        "/runs?page_token=a%20b",
        "/runs?tag=x",
        "/runs/ID/nodes?page_token=-1",
        "/runs/ID/nodes?page_token=x",
        "/runs/ID/events?after=x",
        "/runs/ID/logs?follow=perhaps"
      })
  void parameters_that_make_no_sense(String path) throws Exception {
    String id = ended(DIAMOND);

    assertThat(server.get(path.replace("ID", id)).statusCode()).isEqualTo(400);
  }

  @Test
  void a_run_of_somebody_else_is_not_there() throws Exception {
    String id = ended(DIAMOND);
    String[] bob = {"Authorization", "User bob"};

    for (String path :
        List.of("", "/nodes", "/nodes/top", "/events", "/logs", "/explain", "/nodes/top/explain")) {
      assertThat(server.get("/runs/" + id + path, bob).statusCode()).as(path).isEqualTo(404);
    }
    for (String verb : List.of("cancel", "pause", "resume", "rerun")) {
      assertThat(server.send("POST", "/runs/" + id + "/" + verb, bob).statusCode()).isEqualTo(404);
    }
    assertThat(server.json("/runs", bob).path("runs")).isEmpty();
    assertThat(server.get("/runs/nothing").statusCode()).isEqualTo(404);
    assertThat(server.get("/runs/" + id + "/nodes/nothing").statusCode()).isEqualTo(404);
    assertThat(server.get("/runs/a%20b").statusCode()).isEqualTo(404);
  }

  @Test
  void a_key_that_was_sent_before_names_the_same_run() throws Exception {
    String[] key = {"Content-Type", "text/yaml", "Idempotency-Key", "night 1"};
    String[] bobs = {
      "Content-Type", "text/yaml", "Idempotency-Key", "night 1", "Authorization", "User bob"
    };
    String first = send(DIAMOND, key).body();

    assertThat(send(FAILS, key).body()).isEqualTo(first);
    assertThat(send("no graph at all", key).body()).isEqualTo(first);
    byte[] large = ("# " + "x".repeat(5 << 20) + "\n").getBytes(StandardCharsets.UTF_8);
    assertThat(server.post("/runs", large, key).body()).isEqualTo(first);
    assertThat(server.json("/runs").path("runs")).hasSize(1);
    assertThat(send(DIAMOND, bobs).body()).isNotEqualTo(first);
    assertThat(
            send(DIAMOND, "Content-Type", "text/yaml", "Idempotency-Key", "x".repeat(256))
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void the_format_is_told_or_guessed_and_may_be_packed() throws Exception {
    String json = "{\"nodes\": {\"a\": {}}}";

    assertThat(send(json, "Content-Type", "application/json; charset=utf-8").statusCode())
        .isEqualTo(201);
    assertThat(send(json).statusCode()).isEqualTo(201);
    assertThat(send("nodes: {a: {}}").statusCode()).isEqualTo(201);
    assertThat(send(DIAMOND, "Content-Type", "application/json").statusCode()).isEqualTo(400);
    assertThat(send(DIAMOND, "Content-Type", "image/png").body()).contains("application/yaml");
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(DIAMOND.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(
            server
                .post(
                    "/runs",
                    packed.toByteArray(),
                    "Content-Type",
                    "application/yaml",
                    "Content-Encoding",
                    "gzip")
                .statusCode())
        .isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{",
        "nodes: {}",
        "nodes: {a: {after: [a]}}",
        "nodes: {a: {after: [b]}}",
        "nodes: {a: {after: [b]}, b: {after: [a]}}",
        "nodes: [{key: a}, {key: a}]",
        "nodes: {a: {in_process: n, with: '${nodes.b.values.x}'}}",
        "nodes: {a: {unknown: 1}}",
        "nodes: {a: &a {in_process: n}, b: *a}",
        "nodes: {a: {container: {image: i, command: x}}}"
      })
  void a_broken_graph_is_refused_with_its_faults(String yaml) throws Exception {
    for (String path : List.of("/runs", "/runs/validate")) {
      HttpResponse<String> answer = server.post(path, yaml.getBytes(StandardCharsets.UTF_8), YAML);

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
      JsonNode problem = ApiServer.described("POST", path, answer);
      assertThat(problem.path("type").asText()).isEqualTo("urn:millrace:problem:broken-graph");
      assertThat(problem.path("instance").asText()).isEqualTo("/api/v1" + path);
      assertThat(problem.path("faults")).isNotEmpty();
      JsonNode fault = problem.path("faults").get(0);
      assertThat(fault.path("line").asInt()).isPositive();
      assertThat(problem.path("detail").asText()).contains(fault.path("message").asText());
    }
    assertThat(server.json("/runs").path("runs")).isEmpty();
  }

  @Test
  void what_the_engine_refuses_of_a_node_is_told_at_its_place() throws Exception {
    String graph =
        """
        nodes:
          a: {}
          b.c:
            container: {image: i, command: ["${nodes.a.values.x}"]}
            inputs: [{url: "ftp://joe:secret${nodes.a.values.x}@host/x", path: /x}]
        """;
    for (String path : List.of("/runs", "/runs/validate")) {
      HttpResponse<String> answer = server.post(path, graph.getBytes(StandardCharsets.UTF_8), YAML);

      assertThat(answer.statusCode()).isEqualTo(400);
      JsonNode fault = ApiServer.described("POST", path, answer).path("faults").get(0);
      assertThat(fault.path("line").asInt()).isEqualTo(3);
      assertThat(fault.path("where").asText()).isEqualTo("nodes.b.c.inputs[0].url");
      assertThat(answer.body()).doesNotContain("joe:secret");
    }
  }

  @Test
  void what_a_node_may_not_use_is_told_at_its_place() throws Exception {
    String graph =
        """
        nodes:
          b: {}
          b.c:
            container: {image: i, command: [exit, 0]}
            inputs: [{url: "file:///closed/x", path: /x}]
        """;
    for (String path : List.of("/runs", "/runs/validate")) {
      HttpResponse<String> answer = server.post(path, graph.getBytes(StandardCharsets.UTF_8), YAML);

      assertThat(answer.statusCode()).isEqualTo(400);
      JsonNode fault = ApiServer.described("POST", path, answer).path("faults").get(0);
      assertThat(fault.path("line").asInt()).isEqualTo(3);
      assertThat(fault.path("where").asText()).isEqualTo("nodes.b.c.inputs[0].url");
      assertThat(fault.path("message").asText()).isEqualTo("is outside of the roots");
    }
    assertThat(server.json("/runs").path("runs")).isEmpty();
  }

  @Test
  void credentials_in_urls_are_masked_wherever_they_stand() throws Exception {
    String id =
        submitted(
            """
            nodes:
              first: {container: {image: i, command: [wait]}}
              told:
                after: [first]
                in_process: echo
                with: {url: "https://joe:geheim@h/", more: [{at: "see s3://a:geheim@b/c"}], n: 1}
              each: {after: [first], for_each: ["ftp://joe:geheim@h/x"], in_process: noop}
            """);

    JsonNode told = server.json("/runs/" + id + "/nodes/told").at("/plan/work/arguments");

    assertThat(told.toString())
        .isEqualTo(
            "{\"url\":\"https://joe:***@h/\",\"more\":[{\"at\":\"see s3://a:***@b/c\"}],\"n\":1}");
    assertThat(server.json("/runs/" + id + "/nodes/each").at("/plan/list/0").asText())
        .isEqualTo("ftp://joe:***@h/x");
  }

  @Test
  void a_graph_is_looked_at_and_nothing_is_stored() throws Exception {
    HttpResponse<String> answer =
        server.post("/runs/validate", DIAMOND.getBytes(StandardCharsets.UTF_8), YAML);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(ApiServer.described("POST", "/runs/validate", answer).toString())
        .isEqualTo("{\"valid\":true,\"name\":\"diamond\",\"nodes\":4,\"edges\":4}");
    assertThat(server.json("/runs").path("runs")).isEmpty();
  }

  @Test
  void a_run_is_cancelled() throws Exception {
    String id = submitted(WAITS);
    running(id, "a");

    HttpResponse<String> answer = server.send("POST", "/runs/" + id + "/cancel");
    assertThat(answer.statusCode()).isEqualTo(202);
    ApiServer.described("POST", "/runs/" + id + "/cancel", answer);
    awaitEnd(id);
    JsonNode run = server.json("/runs/" + id);
    assertThat(run.path("state").asText()).isEqualTo("CANCELED");
    assertThat(run.path("cancelled_by").asText()).isEqualTo("anonymous");
    assertThat(server.send("POST", "/runs/" + id + "/cancel").statusCode()).isEqualTo(202);
    assertThat(server.send("POST", "/runs/" + id + "/pause").statusCode()).isEqualTo(409);
    assertThat(server.send("POST", "/runs/" + id + "/resume").statusCode()).isEqualTo(409);
  }

  @Test
  void a_paused_run_starts_nothing_and_goes_on_when_it_is_told() throws Exception {
    String id =
        submitted(
            WAITS.replace(
                "b: {after: [a]}", "b: {after: [a], container: {image: i, command: [exit, 0]}}"));
    TaskId task = running(id, "a");
    assertThat(server.send("POST", "/runs/" + id + "/pause").statusCode()).isEqualTo(202);
    server.runtime().end(task, 0);
    server.awaitEnd(task);
    server.eventually(() ->
        Set.of("READY")
            .contains(
                server
                    .engine()
                    .runs()
                    .views()
                    .node(new RunId(id), new NodeKey("b"), Caller.ANONYMOUS)
                    .state()
                    .name()));
    assertThat(state(id)).isEqualTo(RunState.PAUSED);

    assertThat(server.send("POST", "/runs/" + id + "/resume").statusCode()).isEqualTo(202);
    awaitEnd(id);
    assertThat(state(id)).isEqualTo(RunState.COMPLETE);
  }

  @Test
  void nodes_are_made_anew() throws Exception {
    String id = ended(FAILS);
    assertThat(stateOf(id, "after")).isEqualTo("BARRED");

    HttpResponse<String> answer = server.send("POST", "/runs/" + id + "/rerun");
    assertThat(answer.statusCode()).isEqualTo(202);
    ApiServer.described("POST", "/runs/" + id + "/rerun", answer);
    awaitEnd(id);
    assertThat(server.json("/runs/" + id + "/nodes/bad").at("/node/generation").asInt())
        .isEqualTo(2);
    assertThat(server.json("/runs/" + id + "/nodes/other").at("/node/generation").asInt())
        .isEqualTo(1);
    assertThat(rerun(id, "{\"from\": [\"other\"]}")).isEqualTo(202);
    awaitEnd(id);
    assertThat(server.json("/runs/" + id + "/nodes/other").at("/node/generation").asInt())
        .isEqualTo(2);
    for (String bad :
        List.of(
            "{\"from\": [\"nobody\"]}",
            "{\"from\": 1}",
            "{\"form\": []}",
            "[]",
            "x",
            "{\"from\": [1]}",
            "{\"from\": [\"\"]}")) {
      assertThat(rerun(id, bad)).as(bad).isEqualTo(400);
    }
    String complete = ended(DIAMOND);
    assertThat(rerun(complete, "")).isEqualTo(409);
  }

  private int rerun(String id, String body) throws Exception {
    return server
        .post("/runs/" + id + "/rerun", body.getBytes(StandardCharsets.UTF_8))
        .statusCode();
  }

  @Test
  void a_run_and_its_nodes_are_explained() throws Exception {
    String id = ended(FAILS);

    JsonNode run = server.json("/runs/" + id + "/explain");
    assertThat(run.path("state").asText()).isEqualTo("FAILED");
    assertThat(texts(run.path("causes"), "code")).isNotEmpty();
    JsonNode node = server.json("/runs/" + id + "/nodes/after/explain");
    assertThat(node.path("node").asText()).isEqualTo("after");
    assertThat(node.path("summary").asText()).isNotEmpty();
  }

  @Test
  void the_history_of_a_run_is_read_or_followed_to_its_end() throws Exception {
    String id = submitted(WAITS);
    TaskId task = running(id, "a");
    HttpResponse<InputStream> stream =
        server.open("/runs/" + id + "/events", "Accept", "text/event-stream");
    CompletableFuture<String> told =
        CompletableFuture.supplyAsync(() -> allOf(stream.body()), Thread::startVirtualThread);
    server.runtime().end(task, 0);

    String events = told.get();
    JsonNode page = server.json("/runs/" + id + "/events");
    assertThat(texts(page.path("events"), "state")).contains("ACTIVE", "COMPLETED", "COMPLETE");
    for (JsonNode event : page.path("events")) {
      assertThat(events).contains("id: " + event.path("sequence").asText() + "\n");
    }
    assertThat(events).contains("event: run\n", "event: node\n");
    String last = page.path("events").get(page.path("events").size() - 1).path("sequence").asText();
    assertThat(
            server
                .get(
                    "/runs/" + id + "/events", "Accept", "text/event-stream", "Last-Event-ID", last)
                .statusCode())
        .isEqualTo(204);
    String first = page.path("events").get(0).path("sequence").asText();
    assertThat(
            server.json("/runs/" + id + "/events?after=" + first + "&page_size=1").path("events"))
        .hasSize(1);
    assertThat(
            server
                .get(
                    "/runs/" + id + "/events",
                    "Accept",
                    "text/event-stream",
                    "Last-Event-ID",
                    first)
                .body())
        .doesNotContain("id: " + first + "\n")
        .contains("id: " + last + "\n");
  }

  @Test
  void a_place_that_the_history_has_not_come_to_is_of_another_one() throws Exception {
    String id = submitted(WAITS);
    String events = "/runs/" + id + "/events";

    for (HttpResponse<String> answer :
        List.of(
            server.get(events, "Accept", "text/event-stream", "Last-Event-ID", "99999"),
            server.get(events + "?after=99999"))) {
      assertThat(answer.statusCode()).isEqualTo(409);
      assertThat(ApiServer.described("GET", events, answer).path("detail").asText())
          .contains("this history ends at ", ", before 99999");
    }
  }

  private static String allOf(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
  }

  @Test
  void one_log_over_all_nodes() throws Exception {
    String id =
        submitted(
            "nodes: {a: {container: {image: i, command: [wait]}},"
                + " b: {after: [a], container: {image: i, command: [wait]}}}");
    TaskId first = running(id, "a");
    HttpResponse<InputStream> stream = server.open("/runs/" + id + "/logs?follow=true");
    CompletableFuture<String> told =
        CompletableFuture.supplyAsync(() -> allOf(stream.body()), Thread::startVirtualThread);
    server.log(first, 1, 0, LogFolder.Stream.STDOUT, "one\ntwo");
    server.log(first, 1, 0, LogFolder.Stream.STDERR, "oh\n");
    assertThat(server.get("/runs/" + id + "/logs").body()).isEqualTo("[a] one\n[a] two\n[a] oh\n");
    server.runtime().end(first, 0);
    TaskId second = running(id, "b");
    server.log(second, 1, 0, LogFolder.Stream.STDOUT, "three\n\n");
    server.runtime().end(second, 0);
    awaitEnd(id);

    assertThat(told.get()).isEqualTo("[a] one\n[a] two\n[a] oh\n[b] three\n[b] \n");
  }

  @Test
  void the_schema_is_served_to_everybody() throws Exception {
    HttpResponse<String> answer = server.get("/graph.schema.json", "Authorization", "Nobody");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/schema+json");
    assertThat(new JsonMapper().readTree(answer.body()).path("$schema").asText())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
  }
}
