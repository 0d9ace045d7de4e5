package org.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.run.RunId;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskId;

/**
 * The command line is tested against recorded answers of this API; here they are shown to be what
 * it answers today, byte for byte. {@code mvn -Drecord=true -pl dialects/api -am test} writes them
 * anew.
 */
@Timeout(60)
final class RecordedAnswersTest {
  private static final Path RECORDED =
      Path.of(System.getProperty("millrace.root"))
          .resolve("cli/src/test/resources/org/millrace/cli/recorded");
  private static final boolean RECORD = Boolean.getBoolean("record");

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

  private static void isRecorded(String name, String answer) throws IOException {
    Path file = RECORDED.resolve(name);
    if (RECORD) {
      Files.createDirectories(RECORDED);
      Files.writeString(file, answer);
    }
    assertThat(file).content().isEqualTo(answer);
  }

  @Test
  void of_a_task_that_failed() throws Exception {
    TaskId id = server.ran(Specs.withSecrets());
    String task = "/tasks/" + id;

    isRecorded("failed-task.json", server.get(task).body());
    isRecorded("failed-task-basic.json", server.get(task + "?view=basic").body());
    isRecorded("failed-explain.json", server.get(task + "/explain").body());
    isRecorded(
        "failed-events.txt", server.get(task + "/events", "Accept", "text/event-stream").body());
    isRecorded("failed-cancel.json", server.send("POST", task + "/cancel").body());
  }

  @Test
  void of_tasks_that_ended_in_every_way() throws Exception {
    TaskId complete = server.ran(Specs.exits(0));
    TaskId lost = server.ran(Specs.brings("/lost"));
    TaskId cancelled = server.running(Specs.waits(1));
    server.send("POST", "/tasks/" + cancelled + "/cancel");
    server.awaitEnd(cancelled);

    isRecorded("complete-task-basic.json", basic(complete));
    isRecorded("lost-task-basic.json", basic(lost));
    isRecorded("cancelled-task-basic.json", basic(cancelled));
    isRecorded("list-1.json", server.get("/tasks?page_size=2").body());
    isRecorded("list-2.json", server.get("/tasks?page_size=2&page_token=after-2").body());
  }

  private String basic(TaskId id) throws Exception {
    return server.get("/tasks/" + id + "?view=basic").body();
  }

  @Test
  void of_a_task_that_waits() throws Exception {
    var often = new RetryPolicy(3, Duration.ofMinutes(1), Duration.ofMinutes(1), false);
    TaskId id = server.submit(Specs.retried(Specs.brings("/lost"), often));
    server.eventually(
        () -> server.engine().views().find(id, Caller.ANONYMOUS).task().waitsFor().isPresent());

    isRecorded("waiting-explain.json", server.get("/tasks/" + id + "/explain").body());
  }

  @Test
  void of_a_task_that_no_runtime_takes() throws Exception {
    server.runtime().isUnavailable(new Cause("no-bwrap", "bubblewrap is not there", "install it"));
    TaskId id = server.submit(Specs.exits(0));
    server.clock().advance(Duration.ofSeconds(4));

    isRecorded("queued-explain.json", server.get("/tasks/" + id + "/explain").body());
  }

  @Test
  void of_a_run_that_failed() throws Exception {
    byte[] graph =
        """
        name: première suite ✓
        on_failure: continue
        nodes:
          first: {container: {image: busybox, command: [exit, 0]}}
          second: {after: [first], container: {image: busybox, command: [exit, 3]}}
          third: {after: [first, second]}
        """
            .getBytes(StandardCharsets.UTF_8);
    String submitted = server.post("/runs", graph).body();
    String id = submitted.replaceAll(".*:\"|\".*", "");
    server.eventually(() ->
        server
            .engine()
            .runs()
            .views()
            .find(new RunId(id), Caller.ANONYMOUS)
            .run()
            .state()
            .isFinal());
    String run = "/runs/" + id;

    isRecorded("run-submitted.json", submitted);
    isRecorded("run-valid.json", server.post("/runs/validate", graph).body());
    isRecorded("run.json", server.get(run).body());
    isRecorded("run-list.json", server.get("/runs?page_size=100").body());
    isRecorded("run-nodes.json", server.get(run + "/nodes?page_size=1000&edges=true").body());
    isRecorded("run-node.json", server.get(run + "/nodes/second").body());
    isRecorded("run-barred-node.json", server.get(run + "/nodes/third").body());
    isRecorded("run-explain.json", server.get(run + "/explain").body());
    isRecorded("run-node-explain.json", server.get(run + "/nodes/third/explain").body());
    isRecorded("run-events.txt", server.get(run + "/events", "Accept", "text/event-stream").body());
    isRecorded("run-events.json", server.get(run + "/events?page_size=1000&after=0").body());
    isRecorded("run-cancel.json", server.send("POST", run + "/cancel").body());
    isRecorded("run-conflict.json", server.send("POST", run + "/pause").body());
    isRecorded("run-rerun.json", server.send("POST", run + "/rerun").body());
  }

  @Test
  void of_a_graph_that_is_broken() throws Exception {
    byte[] graph =
        "nodes:\n  a: {after: [b]}\n  c: {contianer: {}}\n".getBytes(StandardCharsets.UTF_8);

    isRecorded("run-broken.json", server.post("/runs", graph).body());
  }

  @Test
  void of_what_is_refused() throws Exception {
    isRecorded("not-found.json", server.get("/tasks/nothing").body());
    isRecorded("invalid.json", server.get("/tasks?state=DONE").body());
    isRecorded("unknown-path.json", server.get("/nothing").body());
  }
}
