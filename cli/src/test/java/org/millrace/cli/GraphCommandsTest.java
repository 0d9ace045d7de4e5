package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.cli.ScriptedServer.recorded;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the commands of graphs send and show, against answers that the native API really gave. */
@Timeout(60)
final class GraphCommandsTest {
  private static final String ID = "01kjmma2g06pem3eqqhbz0vrdv";
  private static final String RUN = "/api/v1/runs/" + ID;
  private static final String YAML = "nodes: {a: {}}\n";

  @TempDir private Path folder;
  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void run_sends_a_graph_as_it_is_and_prints_the_id_of_its_run() throws IOException {
    server.on("POST /api/v1/runs", 201, recorded("run-submitted.json"));

    Cli.Ran ran = Cli.to(server).run("graph", "run", file("é.yaml", YAML), "--key", "night 1");

    assertThat(ran.out().lines()).containsExactly(ID);
    assertThat(ran.code()).isZero();
    assertThat(server.requests().getFirst().body()).isEqualTo(YAML);
    assertThat(server.requests().getFirst().header("Content-Type")).isEqualTo("application/yaml");
    assertThat(server.requests().getFirst().header("Idempotency-Key")).isEqualTo("night 1");
  }

  @Test
  void run_takes_json_from_standard_input() throws IOException {
    server.on("POST /api/v1/runs", 201, recorded("run-submitted.json"));

    Cli.Ran ran =
        Cli.to(server).reading(" {\"nodes\": {\"a\": {}}}").run("graph", "run", "--json", "-");

    assertThat(ran.out()).isEqualTo("{\"id\":\"" + ID + "\"}\n");
    assertThat(server.requests().getFirst().header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void run_waits_for_the_end_and_exits_with_it() throws IOException {
    server
        .on("POST /api/v1/runs", 201, recorded("run-submitted.json"))
        .on("GET " + RUN, recorded("run.json"))
        .stream("GET " + RUN + "/events", recorded("run-events.txt"))
        .on("GET " + RUN + "/events", 204, "");

    Cli.Ran ran = Cli.to(server).run("graph", "run", "--wait", file("g.yaml", YAML));

    assertThat(ran.code()).isOne();
    assertThat(ran.out().lines()).containsExactly(ID);
    assertThat(ran.err().lines())
        .containsExactly(
            "12:00:00 run RUNNING",
            "12:00:00 first ACTIVE",
            "12:00:00 first COMPLETED",
            "12:00:00 second READY",
            "12:00:00 second ACTIVE",
            "12:00:00 second FAILED",
            "12:00:00 third BARRED: node 'second' failed",
            "12:00:00 run FAILED",
            "why: millrace graph explain " + ID);
  }

  @Test
  void run_counts_on_one_line_where_lines_can_be_rewritten() throws IOException {
    server
        .on("POST /api/v1/runs", 201, recorded("run-submitted.json"))
        .on("GET " + RUN, recorded("run.json"))
        .stream("GET " + RUN + "/events", recorded("run-events.txt"))
        .on("GET " + RUN + "/events", 204, "");

    Cli.Ran ran = Cli.to(server).atTerminal("").run("graph", "run", "--wait", file("g.yaml", YAML));

    assertThat(ran.err())
        .contains("\r\u001b[K1 of 3 nodes ended, 1 run")
        .contains("12:00:00 second \u001b[31mFAILED")
        .contains("3 of 3 nodes ended, 0 run, 1 failed")
        .doesNotContain("first \u001b[36mACTIVE");
  }

  @Test
  void run_goes_on_where_a_broken_connection_was() throws IOException {
    String events = recorded("run-events.txt");
    String half = events.substring(0, events.indexOf("id: 5"));
    server
        .on("POST /api/v1/runs", 201, recorded("run-submitted.json"))
        .on("GET " + RUN, recorded("run.json"))
        .brokenStream("GET " + RUN + "/events", half)
        .stream("GET " + RUN + "/events", events.substring(events.indexOf("id: 5")))
        .on("GET " + RUN + "/events", 204, "");

    Cli.Ran ran = Cli.to(server).run("graph", "run", "--wait", file("g.yaml", YAML));

    assertThat(ran.err().lines()).hasSize(9).doesNotHaveDuplicates(); // 8 events and a hint
    assertThat(server.requests()).anyMatch(request -> request.header("Last-Event-ID").equals("4"));
  }

  private static String event(int sequence, String state) {
    return """
    id: %d
    event: run
    data: {"sequence":%d,"run":"%s","at":"2026-03-01T12:00:09Z","state":"%s"}

    """
        .formatted(sequence, sequence, ID, state);
  }

  private Stream<String> goneOnAfter() {
    return server.requests().stream()
        .filter(request -> request.line().endsWith("/events"))
        .map(request -> request.header("Last-Event-ID"));
  }

  /** With a key, the run may be an old one that somebody has run again. */
  @Test
  void run_waits_for_the_end_that_nothing_follows() throws IOException {
    String going = "{\"state\":\"RUNNING\"}";
    server
        .on("POST /api/v1/runs", 201, recorded("run-submitted.json"))
        .on("GET " + RUN, going)
        .on("GET " + RUN, going) // a rerun came between the two
        .on("GET " + RUN, "{\"state\":\"COMPLETE\"}")
        .stream(
            "GET " + RUN + "/events",
            recorded("run-events.txt") + event(9, "REWINDING") + event(10, "FAILED"))
        .stream("GET " + RUN + "/events", event(9, "REWINDING") + event(10, "FAILED"))
        .on("GET " + RUN + "/events", 204, "")
        .stream("GET " + RUN + "/events", event(11, "REWINDING") + event(12, "COMPLETE"))
        .on("GET " + RUN + "/events", 204, "");

    Cli.Ran ran = Cli.to(server).run("graph", "run", "--wait", "--key", "k", file("g.yaml", YAML));

    assertThat(ran.code()).isZero();
    assertThat(ran.err().lines().skip(7))
        .containsExactly(
            "12:00:00 run FAILED",
            "12:00:09 run REWINDING",
            "12:00:09 run FAILED",
            "12:00:09 run REWINDING",
            "12:00:09 run COMPLETE");
    assertThat(goneOnAfter()).containsExactly("", "8", "10", "10", "12");
  }

  @Test
  void rerun_waits_for_the_end_and_tells_only_what_is_new() throws IOException {
    server
        .on("GET " + RUN + "/events?page_size=1000&after=0", recorded("run-events.json"))
        .on("POST " + RUN + "/rerun", 202, recorded("run-rerun.json"))
        .on("GET " + RUN, "{\"state\":\"COMPLETE\"}")
        .stream("GET " + RUN + "/events", event(9, "REWINDING") + event(10, "COMPLETE"))
        .on("GET " + RUN + "/events", 204, "");

    Cli.Ran ran = Cli.to(server).run("graph", "rerun", "--wait", ID);

    assertThat(ran.code()).isZero();
    assertThat(ran.out()).startsWith(ID + " ");
    assertThat(ran.err().lines())
        .containsExactly("12:00:09 run REWINDING", "12:00:09 run COMPLETE");
    assertThat(goneOnAfter()).containsExactly("8", "10");
  }

  @Test
  void what_is_wrong_is_said_in_lines_that_editors_jump_to() throws IOException {
    server
        .on("POST /api/v1/runs", 400, recorded("run-broken.json"))
        .on("POST /api/v1/runs/validate", 400, recorded("run-broken.json"));
    String file = file("g.yaml", YAML);
    String[] lines = {
      file + ":2:3: nodes.a: the edge b -> a names node 'b', which is not there",
      file + ":3:7: nodes.c.contianer: there is no such key; did you mean 'container'?"
    };

    Cli.Ran validated = Cli.to(server).run("graph", "validate", file);
    Cli.Ran submitted = Cli.to(server).run("graph", "run", file);

    assertThat(validated.out().lines()).containsExactly(lines);
    assertThat(validated.code()).isEqualTo(64);
    assertThat(submitted.err().lines()).containsExactly(lines);
    assertThat(submitted.code()).isEqualTo(64);
    assertThat(Cli.to(server).run("graph", "validate", "--json", file).out().lines()).hasSize(2);
  }

  @Test
  void validate_says_that_a_graph_is_good() throws IOException {
    server.on("POST /api/v1/runs/validate", recorded("run-valid.json"));

    Cli.Ran ran = Cli.to(server).reading(YAML).run("graph", "validate", "-");

    assertThat(ran.out()).isEqualTo("standard input: good: 3 nodes, 3 edges\n");
    assertThat(ran.code()).isZero();
  }

  @Test
  void a_file_that_is_not_there() {
    Cli.Ran ran = Cli.to(server).run("graph", "run", folder + "/none.yaml");

    assertThat(ran.err()).endsWith("none.yaml: there is no such file\n");
    assertThat(ran.code()).isEqualTo(64);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void show_draws_nodes_behind_those_they_wait_for() throws IOException {
    server
        .on("GET " + RUN, recorded("run.json"))
        .on("GET " + RUN + "/nodes?page_size=1000&edges=true", recorded("run-nodes.json"));

    Cli.Ran ran = Cli.to(server).run("graph", "show", ID);

    assertThat(ran.out().lines())
        .containsExactly(
            "run "
                + ID
                + " première suite ✓: FAILED, began 2026-03-01 12:00:00, ended 2026-03-01 12:00:00",
            "  first COMPLETED  task 01kjmma2g06pem3eqqhbz0vrdw",
            "    second FAILED <- first  task 01kjmma2g06pem3eqqhbz0vrdx",
            "      third BARRED <- first, second  node 'second' failed (mend that one, and run"
                + " again from it)",
            "why: millrace graph explain " + ID);
    assertThat(Cli.to(server).run("graph", "show", "--json", ID).out().lines()).hasSize(4);
    assertThat(Cli.to(server).atTerminal("").run("graph", "show", ID).out())
        .contains("\u001b[31mFAILED\u001b[0m <- first");
  }

  @Test
  void show_counts_the_nodes_of_a_large_run() throws IOException {
    var run = (ObjectNode) new JsonMapper().readTree(recorded("run.json"));
    ((ObjectNode) run.path("nodes")).put("total", 1003);
    var page = (ObjectNode) new JsonMapper().readTree(recorded("run-nodes.json"));
    ArrayNode nodes = (ArrayNode) page.path("nodes");
    for (int i = 3; i < 1000; i++) {
      nodes.addObject().put("place", i).put("key", "n" + i).put("state", "WAITING");
    }
    page.put("next_page_token", "1000");
    server
        .on("GET " + RUN, run.toString())
        .on("GET " + RUN + "/nodes?page_size=1000", page.toString())
        .on(
            "GET " + RUN + "/nodes?page_size=1000&page_token=1000",
            "{\"nodes\":[{\"place\":1000,\"key\":\"last\",\"state\":\"ACTIVE\"}]}");

    Cli.Ran ran = Cli.to(server).run("graph", "show", ID);

    assertThat(ran.out().lines().skip(1))
        .containsExactly(
            "         1 COMPLETED",
            "         1 FAILED",
            "         1 BARRED",
            "       997 WAITING",
            "         1 ACTIVE",
            "  second FAILED  task 01kjmma2g06pem3eqqhbz0vrdx",
            "  last ACTIVE",
            "why: millrace graph explain " + ID);
  }

  @Test
  void show_prints_what_a_node_left() throws IOException {
    server
        .on("GET " + RUN + "/nodes/second", recorded("run-node.json"))
        .on("GET " + RUN + "/nodes/third", recorded("run-barred-node.json"));

    Cli.Ran left = Cli.to(server).run("graph", "show", ID, "--values", "second");
    Cli.Ran nothing = Cli.to(server).run("graph", "show", ID, "--values", "third");

    assertThat(left.out()).contains("\"exit_codes\":[3]");
    assertThat(nothing.err()).contains("node 'third' has left nothing: it is BARRED");
    assertThat(nothing.code()).isEqualTo(66);
  }

  @Test
  void list_prints_a_line_for_each_run() throws IOException {
    server.on("GET /api/v1/runs?page_size=100", recorded("run-list.json"));

    assertThat(Cli.to(server).run("graph", "list").out().lines())
        .containsExactly(
            "ID                          STATE       CREATED                NODES  NAME",
            ID + "  FAILED      2026-03-01 12:00:00        3  première suite ✓");
  }

  @Test
  void a_run_is_steered() throws IOException {
    server
        .on("POST " + RUN + "/cancel", 202, recorded("run-cancel.json"))
        .on("POST " + RUN + "/pause", 409, recorded("run-conflict.json"))
        .on("POST " + RUN + "/resume", 202, "{\"id\":\"" + ID + "\",\"state\":\"RUNNING\"}")
        .on("POST " + RUN + "/rerun", 202, recorded("run-rerun.json"));

    assertThat(Cli.to(server).run("graph", "cancel", ID).out()).isEqualTo(ID + " FAILED\n");
    Cli.Ran paused = Cli.to(server).run("graph", "pause", ID);
    assertThat(paused.err()).contains("cannot be paused");
    assertThat(paused.code()).isEqualTo(64);
    assertThat(Cli.to(server).run("graph", "resume", ID).out()).isEqualTo(ID + " RUNNING\n");
    assertThat(Cli.to(server).run("graph", "rerun", ID, "--from", "first", "--from", "a b").code())
        .isZero();
    assertThat(server.requests().getLast().body()).isEqualTo("{\"from\":[\"first\",\"a b\"]}");
  }

  @Test
  void explain_says_why() throws IOException {
    server
        .on("GET " + RUN + "/explain", recorded("run-explain.json"))
        .on("GET " + RUN + "/nodes/third/explain", recorded("run-node-explain.json"));

    assertThat(Cli.to(server).run("graph", "explain", ID).out())
        .startsWith("run " + ID + " is FAILED since 2026-03-01 12:00:00\n")
        .contains("second");
    assertThat(Cli.to(server).run("graph", "explain", ID, "third").out().lines())
        .containsExactly(
            "node third is BARRED since 2026-03-01 12:00:00",
            "  it was skipped, since a node before it failed",
            "  why: node 'second' failed",
            "    what helps: mend that one, and run again from it");
  }

  @Test
  void logs_are_passed_on_as_they_are() throws IOException {
    server
        .on(
            "GET " + RUN + "/logs",
            new ScriptedServer.Reply.Whole(200, "text/plain", "[a] ä\n", java.util.Map.of()))
        .on(
            "GET " + RUN + "/logs?follow=true",
            new ScriptedServer.Reply.Whole(200, "text/plain", "[a] ä\n", java.util.Map.of()))
        .on("GET " + RUN, "{\"state\":\"RUNNING\"}");

    assertThat(Cli.to(server).run("graph", "logs", ID).out()).isEqualTo("[a] ä\n");
    Cli.Ran cut = Cli.to(server).run("graph", "logs", "-f", ID);
    assertThat(cut.err()).contains("the server ended the log while the run goes on");
    assertThat(cut.code()).isEqualTo(69);
  }

  @Test
  void usage_is_told_for_each_command() {
    assertThat(Cli.to(server).run("graph").err()).contains("say what to do with a graph");
    assertThat(Cli.to(server).run("graph", "draw").err()).contains("no such command 'draw'");
    assertThat(Cli.to(server).run("graph", "--help").out())
        .contains("run", "validate", "show", "list", "rerun", "logs");
    assertThat(Cli.to(server).run("graph", "run", "--help").out()).contains("--wait", "--key");
    assertThat(Cli.to(server).run("graph", "run").code()).isEqualTo(64);
  }
}
