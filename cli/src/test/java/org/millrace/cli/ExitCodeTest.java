package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.cli.ScriptedServer.recorded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every exit code, and the one line that goes with it. */
@Timeout(60)
final class ExitCodeTest {
  private static final String ID = "01kjmma2g06pem3eqqhbz0vrdv";
  private static final String GET = "GET /api/v1/tasks/" + ID + "?view=basic";
  private static final String EVENTS = "GET /api/v1/tasks/" + ID + "/events";
  private static final String SUBMIT = "POST /ga4gh/tes/v1/tasks";

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

  private String file(String content) throws IOException {
    return Files.writeString(folder.resolve("task.json"), content).toString();
  }

  private static void isOneLine(String text) {
    assertThat(text).endsWith(System.lineSeparator());
    assertThat(text.strip()).doesNotContain("\n");
  }

  @Test
  void zero_when_it_went_well() {
    server.on(GET, recorded("complete-task-basic.json"));

    assertThat(Cli.to(server).run("get", ID).code()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "get                    | Missing required parameter: 'ID'",
        "lst                    | millrace: no such command 'lst'; see millrace --help",
        "get one two            | Unmatched argument at index 2: 'two'",
        "get one --view all     | expected one of",
        "list --states          | Unknown option: '--states'",
        "logs one --attempt two | must be a number, not 'two'",
        "submit                 | Missing required parameter: 'FILE'",
      })
  void wrong_usage_is_64_and_one_line(String arguments, String reason) {
    Cli.Ran ran = Cli.to(server).run(arguments.strip().split(" +"));

    assertThat(ran.code()).isEqualTo(64);
    assertThat(ran.err()).contains(reason).contains("--help");
    isOneLine(ran.err());
    assertThat(ran.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://127.0.0.1",
        "127.0.0.1:8080",
        "http://",
        "http://ann:secret@127.0.0.1",
        ":"
      })
  void a_server_that_is_no_plain_url_is_64(String address) {
    Cli.Ran ran = Cli.to(server).run("list", "--server", address);

    assertThat(ran.code()).isEqualTo(64);
    assertThat(ran.err()).contains("must be a URL like http://127.0.0.1:8080");
    assertThat(ran.err()).doesNotContain("secret");
    isOneLine(ran.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"executors\": [  | no JSON, at line 1, column",
        "[]                 | not one JSON object",
        "{} {}              | more than one JSON value",
        "''                 | not one JSON object",
      })
  void a_file_that_is_no_task_is_64_and_nothing_is_sent(String content, String reason)
      throws IOException {
    Cli.Ran ran = Cli.to(server).run("submit", file(content));

    assertThat(ran.code()).isEqualTo(64);
    assertThat(ran.err()).contains("task.json: " + reason).contains("nothing was submitted");
    isOneLine(ran.err());
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_file_that_is_not_there_is_64() {
    Cli.Ran ran = Cli.to(server).run("submit", folder.resolve("none.json").toString());

    assertThat(ran.code()).isEqualTo(64);
    assertThat(ran.err()).contains("none.json: there is no such file");
  }

  @Test
  void a_task_that_the_server_refuses_is_64_with_its_reason() throws IOException {
    server.on(SUBMIT, 400, "{\"status\":400,\"message\":\"executors: at least one\"}");

    Cli.Ran ran = Cli.to(server).run("submit", file("{}"));

    assertThat(ran.code()).isEqualTo(64);
    assertThat(ran.err()).contains("was not submitted: executors: at least one");
    isOneLine(ran.err());
  }

  @Test
  void a_value_that_the_server_refuses_is_64_with_its_reason() {
    server.on("GET /api/v1/tasks?page_size=100&state=DONE", 400, recorded("invalid.json"));

    Cli.Ran ran = Cli.to(server).run("list", "--state", "DONE");

    assertThat(ran.code()).isEqualTo(64);
    assertThat(ran.err()).contains("state: 'DONE' is none of WAITING, QUEUED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "explain", "cancel", "logs", "watch"})
  void what_is_not_found_is_66(String command) {
    server
        .on("GET /api/v1/tasks/nothing?view=basic", 404, recorded("not-found.json"))
        .on("GET /api/v1/tasks/nothing/explain", 404, recorded("not-found.json"))
        .on("POST /api/v1/tasks/nothing/cancel", 404, recorded("not-found.json"))
        .on("GET /api/v1/tasks/nothing/logs/stdout", 404, recorded("not-found.json"))
        .on("GET /api/v1/tasks/nothing/events", 404, recorded("not-found.json"));

    Cli.Ran ran = Cli.to(server).run(command, "nothing");

    assertThat(ran.code()).isEqualTo(66);
    assertThat(ran.err().strip()).isEqualTo("millrace: task nothing not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"get one", "list", "explain one", "cancel one", "logs one", "watch"})
  void no_server_is_69_and_says_how_to_start_one(String arguments) throws IOException {
    try (var taken = new Socket()) { // its port is nobody else's, and nobody listens there
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String nobody = "http://127.0.0.1:" + taken.getLocalPort();

      Cli.Ran ran = Cli.to(nobody).run(arguments.split(" "));

      assertThat(ran.code()).isEqualTo(69);
      assertThat(ran.err())
          .contains("no server at " + nobody + ": start one with ./millrace serve");
      isOneLine(ran.err());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"get one", "list", "logs one", "watch one"})
  void a_server_of_another_kind_is_69(String arguments) {
    Cli.Ran ran = Cli.to(server).run(arguments.split(" "));

    assertThat(ran.code()).isEqualTo(69);
    assertThat(ran.err()).contains("is no Millrace server");
    isOneLine(ran.err());
  }

  @Test
  void a_face_that_is_not_served_is_69() throws IOException {
    server.on(SUBMIT, 404, recorded("unknown-path.json"));

    Cli.Ran ran = Cli.to(server).run("submit", file("{}"));

    assertThat(ran.code()).isEqualTo(69);
    assertThat(ran.err()).contains("lacks this face");
  }

  @Test
  void a_server_that_cannot_now_is_69_and_says_when() {
    server.on(
        GET,
        new ScriptedServer.Reply.Whole(
            503,
            "application/problem+json",
            "{\"status\":503,\"detail\":\"the disk is full\"}",
            Map.of("Retry-After", "5")));

    Cli.Ran ran = Cli.to(server).run("get", ID);

    assertThat(ran.code()).isEqualTo(69);
    assertThat(ran.err()).contains("the disk is full; try again in 5 s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | sign in with user name and password | name a user with --user",
        "403 | you may not                         | not permitted: you may not",
      })
  void who_may_not_gets_77(int status, String detail, String help) {
    server.on(GET, status, "{\"status\":%d,\"detail\":\"%s\"}".formatted(status, detail.strip()));

    Cli.Ran ran = Cli.to(server).run("get", ID);

    assertThat(ran.code()).isEqualTo(77);
    assertThat(ran.err()).contains(help);
    isOneLine(ran.err());
  }

  @Test
  void a_server_that_fails_is_125() {
    server.on(GET, 500, "{\"status\":500,\"detail\":\"the log has it under incident 1f\"}");

    Cli.Ran ran = Cli.to(server).run("get", ID);

    assertThat(ran.code()).isEqualTo(125);
    assertThat(ran.err()).contains("failed: the log has it under incident 1f");
  }

  @ParameterizedTest
  @CsvSource({
    "complete-task-basic.json, 0",
    "failed-task-basic.json, 3",
    "lost-task-basic.json, 125",
    "cancelled-task-basic.json, 130",
  })
  void a_command_that_waits_exits_with_the_outcome(String ended, int code) throws IOException {
    server.on(SUBMIT, "{\"id\":\"" + ID + "\"}").stream(EVENTS, recorded("failed-events.txt"))
        .on(GET, recorded(ended));

    assertThat(Cli.to(server).run("submit", "--wait", file("{}")).code()).isEqualTo(code);
    assertThat(Cli.to(server).run("watch", ID).code()).isEqualTo(code);
    assertThat(Cli.to(server).run("watch", "--json", ID).code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"'{\"exit_code\":255}', 255", "'{\"exit_code\":256}', 1", "'{}', 1"})
  void an_executor_error_never_looks_like_success(String outcome, int code) {
    server.stream(EVENTS, recorded("failed-events.txt"))
        .on(GET, "{\"state\":\"EXECUTOR_ERROR\",\"outcome\":%s}".formatted(outcome));

    assertThat(Cli.to(server).run("watch", ID).code()).isEqualTo(code);
  }

  @Test
  void of_several_the_first_that_did_not_end_well_counts() throws IOException {
    server.on(SUBMIT, "{\"id\":\"" + ID + "\"}").stream(EVENTS, recorded("failed-events.txt"))
        .on(GET, recorded("complete-task-basic.json"))
        .on(GET, recorded("failed-task-basic.json"))
        .on(GET, recorded("lost-task-basic.json"));
    String task = file("{}");

    assertThat(Cli.to(server).run("submit", "--wait", task, task, task).code()).isEqualTo(3);
  }

  @Test
  void cancelling_goes_on_after_a_failure_and_exits_with_the_first() {
    server
        .on("POST /api/v1/tasks/nothing/cancel", 404, recorded("not-found.json"))
        .on("POST /api/v1/tasks/" + ID + "/cancel", 202, recorded("failed-cancel.json"));

    Cli.Ran ran = Cli.to(server).run("cancel", "nothing", ID);

    assertThat(ran.code()).isEqualTo(66);
    assertThat(ran.out().strip()).isEqualTo(ID + " EXECUTOR_ERROR");
  }
}
