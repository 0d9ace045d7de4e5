package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.cli.ScriptedServer.recorded;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class WatchTest {
  private static final String ID = "01kjmma2g06pem3eqqhbz0vrdv";
  private static final String EVENTS = "GET /api/v1/tasks/" + ID + "/events";
  private static final String STAGING =
      """
      event: staging
      data: {"file":"reads.fq","files":2,"moved":12300000,"expected":40000000,"rate":5100000}

      """;

  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        new ScriptedServer()
            .on("GET /api/v1/tasks/" + ID + "?view=basic", recorded("failed-task-basic.json"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String event(int number, String kind, String state) {
    return """
    id: %d
    event: %s
    data: {"sequence":%d,"task":"%s","at":"2026-03-01T12:00:0%dZ","kind":"%s","state":"%s",\
    "attempt":1}

    """
        .formatted(number, kind, number, ID, number, kind, state);
  }

  @Test
  void a_task_is_shown_line_by_line_to_its_end() {
    server.stream(EVENTS, recorded("failed-events.txt"));

    assertThat(Cli.to(server).run("watch", ID).out().lines())
        .containsExactly(
            "12:00:00 QUEUED submitted",
            "12:00:00 INITIALIZING attempt 1 in sandbox",
            "12:00:00 RUNNING attempt 1",
            "12:00:00 EXECUTOR_ERROR: exit-code",
            "executor 0 exited with 3 (see its stdout and stderr)");
  }

  @Test
  void a_broken_line_goes_on_where_it_was() {
    server
        .brokenStream(EVENTS, event(1, "submitted", "QUEUED") + event(2, "started", "RUNNING"))
        .stream(EVENTS, event(3, "ended", "COMPLETE"));

    Cli.Ran ran = Cli.to(server).run("watch", ID);

    assertThat(ran.out().lines())
        .startsWith("12:00:01 QUEUED submitted", "12:00:02 RUNNING attempt 1", "12:00:03 COMPLETE");
    assertThat(server.requests().get(0).header("Last-Event-ID")).isEmpty();
    assertThat(server.requests().get(1).header("Last-Event-ID")).isEqualTo("2");
  }

  @Test
  void a_server_that_stopped_in_order_may_come_back_too() {
    server.stream(EVENTS, event(1, "submitted", "QUEUED"))
        .on(EVENTS, 503, "{\"detail\":\"the server is stopping\"}")
        .stream(EVENTS, event(2, "ended", "COMPLETE"));

    Cli.Ran ran = Cli.to(server).run("watch", ID);

    assertThat(ran.out()).contains("12:00:02 COMPLETE");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void a_server_that_does_not_come_back_is_unreachable() {
    server.stream(EVENTS, event(1, "submitted", "QUEUED"))
        .on(EVENTS, 503, "{\"detail\":\"the server is stopping\"}");

    Cli.Ran ran = Cli.to(server).impatient().run("watch", ID);

    assertThat(ran.code()).isEqualTo(69);
    assertThat(ran.err()).contains("the server is stopping");
  }

  @Test
  void nothing_more_to_come_ends_it() {
    server.stream(EVENTS, event(1, "submitted", "QUEUED")).on(EVENTS, 204, "");

    assertThat(Cli.to(server).run("watch", ID).code()).isEqualTo(3);
  }

  @Test
  void staging_is_a_line_where_lines_cannot_be_rewritten() {
    server.stream(EVENTS, STAGING + STAGING + event(1, "ended", "COMPLETE"));

    assertThat(Cli.to(server).run("watch", ID).out().lines())
        .startsWith("file 2: reads.fq, 12.3 MB of 40.0 MB, 5.1 MB/s", "12:00:01 COMPLETE");
  }

  @Test
  void staging_is_a_bar_at_a_terminal_that_makes_room_for_the_next_line() {
    server.stream(EVENTS, STAGING + event(1, "ended", "COMPLETE"));

    assertThat(Cli.to(server).atTerminal("").with("NO_COLOR", "1").run("watch", ID).out())
        .startsWith(
            "\r\u001b[K[######..............]  30 % file 2: reads.fq, 12.3 MB of 40.0 MB,"
                + " 5.1 MB/s\r\u001b[K12:00:01 COMPLETE");
  }

  @Test
  void bars_go_by_the_stream_they_are_written_to() {
    server.on("POST /ga4gh/tes/v1/tasks", "{\"id\":\"" + ID + "\"}").stream(
        EVENTS, STAGING + event(1, "ended", "COMPLETE"));
    Cli client = Cli.to(server).atTerminal("").reading("{}");

    Cli.Ran seen = client.intoAFile().run("submit", "--wait", "-");
    Cli.Ran unseen = client.withMessagesIntoAFile().run("submit", "--wait", "-");

    assertThat(seen.err()).contains("[######").contains("\u001b");
    assertThat(seen.out().strip()).isEqualTo(ID);
    assertThat(unseen.err()).doesNotContain("[######").doesNotContain("\u001b");
  }

  @Test
  void everything_is_watched_until_nobody_may_follow_any_more() {
    server.stream(
            "GET /api/v1/events",
            "id: 7\nevent: begin\ndata: {\"after\":7}\n\n: still here\n\n"
                + event(8, "submitted", "QUEUED"))
        .on("GET /api/v1/events", 403, "{\"detail\":\"no more\"}");

    Cli.Ran ran = Cli.to(server).run("watch");

    assertThat(ran.out().strip()).isEqualTo("12:00:08 " + ID + " QUEUED submitted");
    assertThat(server.requests().get(1).header("Last-Event-ID")).isEqualTo("8");
    assertThat(ran.code()).isEqualTo(77);
  }

  @Test
  void events_can_be_had_as_json() {
    server.stream(EVENTS, event(1, "ended", "COMPLETE"));

    assertThat(Cli.to(server).run("watch", "--json", ID).out().strip())
        .isEqualTo(
            "{\"sequence\":1,\"task\":\""
                + ID
                + "\",\"at\":\"2026-03-01T12:00:01Z\","
                + "\"kind\":\"ended\",\"state\":\"COMPLETE\",\"attempt\":1}");
  }

  @Test
  void an_event_that_is_no_json_did_not_come_from_millrace() {
    server.stream(EVENTS, "id: 1\nevent: ended\ndata: {\n\n");

    assertThat(Cli.to(server).run("watch", ID).code()).isEqualTo(69);
  }
}
