package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.cli.ScriptedServer.recorded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands send and show, against answers that the native API really gave. */
@Timeout(60)
final class CommandsTest {
  private static final String ID = "01kjmma2g06pem3eqqhbz0vrdv";
  private static final String TASK = "/api/v1/tasks/" + ID;
  private static final String FIRST_PAGE = "GET /api/v1/tasks?page_size=100";

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

  @Test
  void submit_sends_files_and_standard_input_as_they_are_and_prints_ids() throws IOException {
    server
        .on("POST /ga4gh/tes/v1/tasks", "{\"id\":\"first\"}")
        .on("POST /ga4gh/tes/v1/tasks", "{\"id\":\"second\"}");
    Path file = Files.writeString(folder.resolve("tâche ✓.json"), "{\"name\": \"tâche ✓\"}\n");

    Cli.Ran ran =
        Cli.to(server).reading("{\"name\":\"piped\"}").run("submit", file.toString(), "-");

    assertThat(ran.out().lines()).containsExactly("first", "second");
    assertThat(ran.err()).isEmpty();
    assertThat(server.requests().get(0).body()).isEqualTo("{\"name\": \"tâche ✓\"}\n");
    assertThat(server.requests().get(1).body()).isEqualTo("{\"name\":\"piped\"}");
    assertThat(server.requests().get(0).header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void submit_reads_every_file_before_it_sends_the_first() throws IOException {
    Path good = Files.writeString(folder.resolve("good.json"), "{}");

    Cli.Ran ran = Cli.to(server).run("submit", good.toString(), folder + "/bad.json");

    assertThat(ran.code()).isEqualTo(64);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void submit_says_which_files_it_did_not_send() throws IOException {
    server
        .on("POST /ga4gh/tes/v1/tasks", "{\"id\":\"first\"}")
        .on("POST /ga4gh/tes/v1/tasks", 400, "{\"detail\":\"executors: must be given\"}");
    List<String> files = new ArrayList<>(List.of("submit"));
    for (String name : List.of("a", "bad", "c")) {
      files.add(Files.writeString(folder.resolve(name), "{}").toString());
    }

    Cli.Ran ran = Cli.to(server).run(files.toArray(String[]::new));

    assertThat(ran.code()).isEqualTo(64);
    assertThat(ran.out().strip()).isEqualTo("first");
    assertThat(ran.err())
        .contains("bad was not submitted: executors: must be given")
        .contains("; nor were those after it: " + folder.resolve("c"));
  }

  @Test
  void a_task_that_was_run_shows_what_it_wrote_and_its_id_beside_it() throws IOException {
    String executor = TASK + "/attempts/1/executors/0/";
    server.on("POST /ga4gh/tes/v1/tasks", "{\"id\":\"" + ID + "\"}").stream(
            "GET " + TASK + "/events", recorded("failed-events.txt"))
        .on("GET " + TASK + "?view=basic", recorded("failed-task-basic.json"))
        .on("GET " + executor + "stdout", "so far so good\n")
        .on("GET " + executor + "stderr", "it failed\n");
    Path file = Files.writeString(folder.resolve("task.json"), "{}");

    Cli.Ran ran = Cli.to(server).runTask(file.toString());

    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.out()).isEqualTo("so far so good\n");
    assertThat(ran.err()).startsWith("task " + ID).contains("\nit failed\n");
  }

  @Test
  void logs_without_a_recorded_result_are_shown_and_cut_ones_are_told() throws IOException {
    String executor = TASK + "/attempts/1/executors/";
    String task =
        "{\"id\":\"x\",\"state\":\"SYSTEM_ERROR\",\"attempts\":[{\"number\":1,\"executors\":[]}],"
            + "\"work\":{\"executors\":[{},{}]}}";
    server.on("POST /ga4gh/tes/v1/tasks", "{\"id\":\"" + ID + "\"}").stream(
            "GET " + TASK + "/events", recorded("failed-events.txt"))
        .on("GET " + TASK + "?view=basic", task)
        .on(
            "GET " + executor + "0/stdout",
            new ScriptedServer.Reply.Whole(
                200, "text/plain", "the end\n", Map.of("Log-Part", "tail")))
        .on("GET " + executor + "0/stderr", text(""));
    for (String none : List.of("1/stdout", "1/stderr")) {
      server.on(
          "GET " + executor + none,
          404,
          "{\"type\":\"urn:millrace:problem:not-found\",\"detail\":\"no log\"}");
    }
    Path file = Files.writeString(folder.resolve("task.json"), "{}");

    Cli.Ran ran = Cli.to(server).runTask(file.toString());

    assertThat(ran.out()).isEqualTo("the end\n");
    assertThat(ran.err()).endsWith("note: only the end of stdout of executor 0 is left\n");
  }

  @Test
  void a_message_stands_on_a_line_of_its_own_whatever_a_task_left_behind() throws IOException {
    String executor = TASK + "/attempts/1/executors/0/";
    server.on("POST /ga4gh/tes/v1/tasks", "{\"id\":\"" + ID + "\"}").stream(
            "GET " + TASK + "/events", recorded("failed-events.txt"))
        .on("GET " + TASK + "?view=basic", recorded("failed-task-basic.json"))
        .on("GET " + executor + "stdout", text("out"))
        .on("GET " + executor + "stderr", text("no newline\u001b["));
    Path file = Files.writeString(folder.resolve("task.json"), "{}");

    assertThat(Cli.to(server).runTask(file.toString()).err())
        .contains("no newline\u001b[\n" + ID + " executor 0 exited with 3");
    assertThat(Cli.to(server).atTerminal("").runTask(file.toString()).err())
        .contains("no newline\u001b[\u001b[0m\n" + ID + " executor 0 exited with 3");
  }

  @Test
  void list_heads_nothing_where_there_is_no_answer() {
    Cli.Ran ran = Cli.to("http://nohost.invalid").run("list");

    assertThat(ran.code()).isEqualTo(69);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("no host is known by the name 'nohost.invalid'");
  }

  @Test
  void submit_and_wait_shows_the_way_on_standard_error() throws IOException {
    server.on("POST /ga4gh/tes/v1/tasks", "{\"id\":\"" + ID + "\"}").stream(
            "GET " + TASK + "/events", recorded("failed-events.txt"))
        .on("GET " + TASK + "?view=basic", recorded("failed-task-basic.json"));
    Path file = Files.writeString(folder.resolve("task.json"), "{}");

    Cli.Ran ran = Cli.to(server).run("submit", "--wait", file.toString());

    assertThat(ran.out().strip()).isEqualTo(ID);
    assertThat(ran.err().lines())
        .containsExactly(
            ID + " 12:00:00 QUEUED submitted",
            ID + " 12:00:00 INITIALIZING attempt 1 in sandbox",
            ID + " 12:00:00 RUNNING attempt 1",
            ID + " 12:00:00 EXECUTOR_ERROR: exit-code",
            ID + " executor 0 exited with 3 (see its stdout and stderr)");
  }

  @Test
  void get_shows_a_task_in_words() {
    server.on("GET " + TASK + "?view=basic", recorded("failed-task-basic.json"));

    assertThat(Cli.to(server).run("get", ID).out().lines())
        .containsExactly(
            "task       " + ID,
            "name       première tâche ✓",
            "state      EXECUTOR_ERROR",
            "why        executor 0 exited with 3 (see its stdout and stderr)",
            "owner      anonymous",
            "lane       sandbox",
            "created    2026-03-01 12:00:00",
            "started    2026-03-01 12:00:00",
            "ended      2026-03-01 12:00:00",
            "tags       project=demo",
            "runs       busybox: exit 3",
            "attempt 1 in sandbox: EXECUTOR_ERROR",
            "  why      executor 0 exited with 3 (see its stdout and stderr)",
            "  input    /in.txt, 3 B, sha256 "
                + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "  input    /text.txt, 3 B, sha256 "
                + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "  ran 0    exit code 3, took 2.0 s, CPU 1.5 s, peak memory 12.0 MB",
            "  output   /out.txt, 0 B, sha256 "
                + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void get_shows_the_ends_of_logs_in_full() {
    server.on("GET " + TASK + "?view=full", recorded("failed-task.json"));

    assertThat(Cli.to(server).run("get", ID, "--view", "full").out())
        .contains("    stdout so far so good")
        .contains("    stderr it failed");
  }

  @Test
  void get_prints_json_as_the_server_sent_it() {
    server.on("GET " + TASK + "?view=full", recorded("failed-task.json"));

    assertThat(Cli.to(server).run("get", ID, "--json").out().strip())
        .isEqualTo(recorded("failed-task.json"));
  }

  @Test
  void get_at_a_terminal_has_colours_unless_told_otherwise() {
    server.on("GET " + TASK + "?view=basic", recorded("failed-task-basic.json"));

    assertThat(Cli.to(server).atTerminal("").run("get", ID).out())
        .contains("\u001b[31mEXECUTOR_ERROR\u001b[0m");
    assertThat(Cli.to(server).atTerminal("").with("NO_COLOR", "1").run("get", ID).out())
        .doesNotContain("\u001b");
    assertThat(Cli.to(server).run("get", ID).out()).doesNotContain("\u001b");
  }

  @Test
  void what_a_server_sends_cannot_steer_the_terminal() {
    server.on(
        "GET " + TASK + "?view=basic",
        "{\"id\":\"x\",\"state\":\"COMPLETE\",\"name\":\"a\\u001b[2Jb\\nc\\u202ed\"}");

    assertThat(Cli.to(server).run("get", ID).out()).contains("name       a\ufffd[2Jb c\ufffdd");
  }

  @Test
  void an_id_is_escaped_in_the_path() {
    Cli.to(server).run("get", "a/b ?c");

    assertThat(server.lines()).containsExactly("GET /api/v1/tasks/a%2Fb%20%3Fc?view=basic");
  }

  @Test
  void list_fetches_pages_by_itself() {
    server
        .on("GET /api/v1/tasks?page_size=500", recorded("list-1.json"))
        .on("GET /api/v1/tasks?page_size=500&page_token=after-2", recorded("list-2.json"));

    assertThat(Cli.to(server).run("list", "--all").out().lines())
        .containsExactly(
            "ID                          STATE           CREATED              NAME",
            "01kjmma2g06pem3eqqhbz0vrdv  COMPLETE        2026-03-01 12:00:00",
            "01kjmma2g06pem3eqqhbz0vrdw  SYSTEM_ERROR    2026-03-01 12:00:00",
            "01kjmma2g06pem3eqqhbz0vrdx  CANCELED        2026-03-01 12:00:00");
  }

  @Test
  void list_stops_after_a_hundred_and_says_that_there_are_more() {
    String task = "{\"id\":\"x\",\"state\":\"COMPLETE\"}";
    String sixty = String.join(",", java.util.Collections.nCopies(60, task));
    String forty = String.join(",", java.util.Collections.nCopies(40, task));
    server
        .on(FIRST_PAGE, "{\"tasks\":[" + sixty + "],\"next_page_token\":\"t\"}")
        .on(
            "GET /api/v1/tasks?page_size=40&page_token=t",
            "{\"tasks\":[" + forty + "],\"next_page_token\":\"u\"}");

    Cli.Ran ran = Cli.to(server).run("list");

    assertThat(ran.out().lines()).hasSize(101);
    assertThat(ran.err()).contains("there are more: see --all");
  }

  @Test
  void list_sends_filters_escaped() {
    server.on(
        "GET /api/v1/tasks?page_size=100&state=RUNNING&name_prefix=a%26b%20%C3%A9&tag=k%3Dv&tag=k2",
        "{\"tasks\":[]}");

    Cli.Ran ran =
        Cli.to(server)
            .run(
                "list",
                "--state",
                "RUNNING",
                "--name-prefix",
                "a&b é",
                "--tag",
                "k=v",
                "--tag",
                "k2");

    assertThat(ran.code()).isZero();
  }

  @Test
  void list_prints_one_json_value_a_line() {
    server.on(FIRST_PAGE, recorded("list-2.json"));

    assertThat(Cli.to(server).run("list", "--json").out().lines())
        .singleElement()
        .asString()
        .startsWith("{\"id\":\"01kjmma2g06pem3eqqhbz0vrdx\",\"state\":\"CANCELED\"");
  }

  @Test
  void logs_are_passed_on_byte_for_byte() {
    server.on(
        "GET " + TASK + "/logs/stdout",
        new ScriptedServer.Reply.Whole(200, "text/plain", "a\u001b[1mé ✓\r\nno end", Map.of()));

    assertThat(Cli.to(server).run("logs", ID).out()).isEqualTo("a\u001b[1mé ✓\r\nno end");
  }

  @Test
  void logs_asks_for_what_it_is_told() {
    server.on(
        "GET " + TASK + "/logs/stderr?follow=true&attempt=2&executor=1&tail=10",
        new ScriptedServer.Reply.Whole(200, "text/plain", "x", Map.of()));
    server.on("GET " + TASK + "?view=basic", "{\"id\":\"x\",\"state\":\"COMPLETE\"}");

    Cli.Ran ran =
        Cli.to(server)
            .run("logs", "-f", ID, "--stderr", "--attempt", "2", "--executor", "1", "--tail", "10");

    assertThat(ran.code()).isZero();
    assertThat(ran.out()).isEqualTo("x");
  }

  @Test
  void a_followed_log_that_ends_before_its_task_is_no_success() {
    server
        .on(
            "GET " + TASK + "/logs/stdout?follow=true",
            new ScriptedServer.Reply.Whole(200, "text/plain", "a", Map.of()))
        .on("GET " + TASK + "?view=basic", "{\"id\":\"x\",\"state\":\"RUNNING\"}")
        .on("GET " + TASK + "?view=basic", "{\"id\":\"x\",\"state\":\"COMPLETE\"}");

    Cli.Ran first = Cli.to(server).run("logs", "-f", ID);
    Cli.Ran second = Cli.to(server).run("logs", "-f", ID);

    assertThat(first.code()).isEqualTo(69);
    assertThat(first.err()).contains("ended the log while the task goes on (RUNNING)");
    assertThat(second.code()).isZero();
  }

  private static String running(String attempts, int executors) {
    String each = String.join(",", java.util.Collections.nCopies(executors, "{}"));
    return "{\"id\":\"x\",\"state\":\"RUNNING\",\"attempts\":["
        + attempts
        + "],\"work\":{\"executors\":["
        + each
        + "]}}";
  }

  private static ScriptedServer.Reply text(String text) {
    return new ScriptedServer.Reply.Whole(200, "text/plain", text, Map.of());
  }

  @Test
  void a_followed_log_that_ends_before_its_attempt_is_no_success() {
    server
        .on("GET " + TASK + "/logs/stdout?follow=true&attempt=2", text("a"))
        .on("GET " + TASK + "?view=basic", running("{\"number\":1,\"ended\":\"t\"}", 1))
        .on(
            "GET " + TASK + "?view=basic",
            running("{\"number\":1,\"ended\":\"t\"},{\"number\":2}", 1))
        .on(
            "GET " + TASK + "?view=basic",
            running("{\"number\":2,\"ended\":\"t\"},{\"number\":3}", 1));

    for (String phase : java.util.List.of("not begun", "running")) {
      Cli.Ran ran = Cli.to(server).run("logs", "-f", ID, "--attempt", "2");
      assertThat(ran.code()).as(phase).isEqualTo(69);
      assertThat(ran.err()).contains("attempt 2 of the task goes on (RUNNING)", "run this again");
    }
    assertThat(Cli.to(server).run("logs", "-f", ID, "--attempt", "2").code()).isZero();
  }

  @Test
  void a_followed_log_of_an_executor_is_complete_once_a_later_one_writes() {
    String attempt = TASK + "/attempts/1/executors/";
    server
        .on("GET " + TASK + "/logs/stdout?follow=true&attempt=1&executor=0", text("a"))
        .on("GET " + TASK + "?view=basic", running("{\"number\":1}", 3))
        .on("GET " + attempt + "1/stdout?tail=1", text(""))
        .on(
            "GET " + attempt + "2/stdout?tail=1",
            404,
            "{\"type\":\"urn:millrace:problem:not-found\",\"detail\":\"no log\"}")
        .on("GET " + attempt + "2/stdout?tail=1", text("x"));

    Cli client = Cli.to(server);
    assertThat(client.run("logs", "-f", ID, "--attempt", "1", "--executor", "0").code())
        .isEqualTo(69);
    assertThat(client.run("logs", "-f", ID, "--attempt", "1", "--executor", "0").code()).isZero();
  }

  @Test
  void json_cannot_steer_the_terminal_and_stays_the_same_value() {
    String name = "a\u007fb\u009b2Jc\u202ed é ✓ \ud83d\ude00";
    server.on("GET " + TASK + "?view=full", "{\"name\":\"" + name + "\"}");

    assertThat(Cli.to(server).atTerminal("").run("get", ID, "--json").out().strip())
        .isEqualTo("{\"name\":\"a\\u007fb\\u009b2Jc\\u202ed é ✓ \ud83d\ude00\"}");
    assertThat(Cli.to(server).run("get", ID, "--json").out()).contains(name);
    assertThat(Cli.to(server).atTerminal("").intoAFile().run("get", ID, "--json").out())
        .contains(name);
  }

  @Test
  void submit_names_standard_input_when_it_is_refused() {
    server.on("POST /ga4gh/tes/v1/tasks", 400, "{\"message\":\"executors: is required\"}");

    Cli.Ran ran = Cli.to(server).reading("{}").run("submit", "-");

    assertThat(ran.err()).contains("standard input was not submitted: executors: is required");
  }

  @Test
  void submit_says_so_when_a_file_holds_two_tasks() {
    Cli.Ran ran = Cli.to(server).reading("{}\n{}").run("submit", "-");

    assertThat(ran.code()).isEqualTo(64);
    assertThat(ran.err())
        .contains("standard input: more than one JSON value, the second, at line 2, column 1");
  }

  @Test
  void a_log_that_breaks_off_is_no_success() {
    server.on("GET " + TASK + "/logs/stdout", new ScriptedServer.Reply.Broken("text/plain", "a"));

    Cli.Ran ran = Cli.to(server).run("logs", ID);

    assertThat(ran.code()).isEqualTo(69);
    assertThat(ran.out()).isEqualTo("a");
    assertThat(ran.err()).contains("broke").contains("is the server still running?");
  }

  @Test
  void cancel_prints_the_state_of_each() {
    server.on("POST " + TASK + "/cancel", 202, recorded("failed-cancel.json"));

    assertThat(Cli.to(server).run("cancel", ID).out().strip()).isEqualTo(ID + " EXECUTOR_ERROR");
    assertThat(Cli.to(server).run("cancel", "--json", ID).out().strip())
        .isEqualTo(recorded("failed-cancel.json"));
  }

  @Test
  void explain_says_why_and_what_helps() {
    server.on("GET " + TASK + "/explain", recorded("queued-explain.json"));

    assertThat(Cli.to(server).run("explain", ID).out())
        .matches(
            """
            (?s)task %s is QUEUED since 2026-03-01 12:00:00( \\(.* ago\\))?
              it is ready and waits in lane sandbox
              why: bubblewrap is not there
                what helps: install it
            """
                .formatted(ID));
  }

  @Test
  void explain_tells_of_earlier_attempts_and_when_it_goes_on() {
    server.on("GET " + TASK + "/explain", recorded("waiting-explain.json"));

    assertThat(Cli.to(server).run("explain", ID).out())
        .contains("  by itself: something happens at 2026-03-01 12:00:51\n")
        .contains("  earlier:\n    attempt 1 in sandbox: input /lost is not there\n");
  }

  @Test
  void a_user_signs_in_with_the_password_of_the_environment() {
    server.on(FIRST_PAGE, "{\"tasks\":[]}");

    Cli.to(server).with("MILLRACE_PASSWORD", "pass:wörd").run("list", "--user", "ann");

    String expected =
        Base64.getEncoder().encodeToString("ann:pass:wörd".getBytes(StandardCharsets.UTF_8));
    assertThat(server.requests().getFirst().header("Authorization")).isEqualTo("Basic " + expected);
  }

  @Test
  void a_user_at_a_terminal_is_asked_for_the_password() {
    server.on(FIRST_PAGE, "{\"tasks\":[]}");

    Cli.to(server).atTerminal("typed").with("MILLRACE_USER", "ann").run("list");

    assertThat(server.requests().getFirst().header("Authorization"))
        .isEqualTo(
            "Basic "
                + Base64.getEncoder().encodeToString("ann:typed".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void a_user_whom_nobody_can_ask_is_told_what_to_set() {
    Cli.Ran ran = Cli.to(server).run("list", "--user", "ann");

    assertThat(ran.code()).isEqualTo(64);
    assertThat(ran.err()).contains("no password for user ann: set MILLRACE_PASSWORD");
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"submit", "get", "list", "watch", "logs", "cancel", "explain"})
  void every_command_has_help(String command) {
    Cli.Ran ran = Cli.to(server).run(command, "--help");

    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("Usage: millrace " + command).contains("--server");
  }
}
