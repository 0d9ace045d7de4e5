package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.engine.views.TaskView;
import org.millrace.server.config.ServerConfig;
import org.millrace.server.config.Sources;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.runtime.Waiting;

/** Steps and handlers in a whole server, with a real service beside it. */
class OwnRuntimesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private TemporaryFolder temporary;
  private Path folder;
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private volatile String word = "progress";
  private HttpServer service;

  @BeforeEach
  void serve() throws IOException {
    temporary = TemporaryFolder.create("millrace-test");
    folder = temporary.path();
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] json =
              ("{\"id\": 7, \"status\": \"" + word + "\"}").getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, json.length);
          exchange.getResponseBody().write(json);
          exchange.close();
        });
    service.start();
  }

  @AfterEach
  void end() throws IOException {
    service.stop(0);
    temporary.close();
  }

  private MillraceServer open(String... settings) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of("http.port=0", "runtimes.container=deny", "engine.poll-every=20ms"));
    all.addAll(List.of(settings));
    MillraceServer server =
        MillraceServer.open(
            ServerConfig.from(
                new Sources()
                    .flag("data", folder.resolve("data").toString(), "test")
                    .assignments(all)));
    server.start();
    return server;
  }

  private String url(String path) {
    return "http://127.0.0.1:" + service.getAddress().getPort() + path;
  }

  private org.millrace.domain.task.HttpRequest request(String method, String path) {
    return new org.millrace.domain.task.HttpRequest(
        method, url(path), Map.of("Authorization", "Bearer hunter22"), Optional.empty());
  }

  private StepsWork job() {
    ValuePath status = new ValuePath(List.of(new ValuePath.Step.Field("status")));
    return new StepsWork(
        List.of(
            new Step.Call(
                "start",
                request("POST", "/jobs?token=hunter33"),
                Set.of(),
                Optional.empty(),
                PATIENCE),
            new Step.Poll(
                "wait",
                request("GET", "/jobs/${steps.start.body.id}"),
                status,
                Set.of("progress"),
                Set.of("complete"),
                Set.of(),
                Optional.empty(),
                Duration.ofMillis(20),
                Optional.empty(),
                Duration.ZERO,
                PATIENCE)),
        Map.of());
  }

  private static TaskId submit(MillraceServer server, Work work) {
    return server.engine().submitTask().submit(Fixtures.aSpec().withWork(work), Optional.empty());
  }

  private static TaskState ended(MillraceServer server, TaskId id) throws InterruptedException {
    return server.engine().submitAndWait().await(id, Caller.ANONYMOUS, PATIENCE).state();
  }

  private static String get(MillraceServer server, String path) throws Exception {
    URI at = server.listening().getFirst().resolve(path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(at).build(), BodyHandlers.ofString()).body();
    }
  }

  private long times(String beginning) {
    return asked.stream().filter(one -> one.startsWith(beginning)).count();
  }

  @Test
  void work_for_workers_is_told_that_no_broker_is_configured() throws Exception {
    var work = new WorkerWork("dane", "Video.ASR", "ASR", "a", new Value.Fields(Map.of()));
    try (MillraceServer server = open()) {
      TaskId id = submit(server, work);

      assertThat(ended(server, id)).isEqualTo(TaskState.SYSTEM_ERROR);
      assertThat(server.engine().explain().explain(id, Caller.ANONYMOUS).causes())
          .singleElement()
          .satisfies(cause -> {
            assertThat(cause.code()).isEqualTo("broker-off");
            assertThat(cause.message()).contains("broker.kind is none");
            assertThat(cause.byCaller()).isFalse();
          });
    }
  }

  @Test
  void a_job_of_a_service_outlives_the_server_that_started_it() throws Exception {
    TaskId id;
    try (MillraceServer first = open()) {
      id = submit(first, job());
      Waiting.until(() -> times("GET /jobs/7") > 1);
    }
    word = "complete";
    try (MillraceServer second = open()) {
      assertThat(ended(second, id)).isEqualTo(TaskState.COMPLETE);

      TaskView view = second.engine().views().find(id, Caller.ANONYMOUS);
      assertThat(view.attempts()).hasSize(1);
      assertThat(view.attempts().getFirst().report().value().map(Value::toString).orElse(""))
          .contains("complete");
      assertThat(get(second, "/api/v1/tasks/" + id + "/logs/stdout"))
          .contains("start: POST " + url("/jobs?token=***") + " 200")
          .contains("wait: GET " + url("/jobs/7") + " 200");
    }
    assertThat(times("POST /jobs?token=hunter33 Bearer hunter22")).isEqualTo(1);
    assertThat(times("POST")).isEqualTo(1);
    assertThat(everythingStored()).doesNotContain("hunter");
  }

  @Test
  void nodes_that_refer_to_others_have_credentials_that_nobody_sees() throws Exception {
    String graph =
        """
        nodes:
          first:
            steps:
              - {name: ask, call: "%1$s", headers: {X-Auth-Key: hunter22}}
          second:
            for_each: [1, 2]
            steps:
              - name: ask
                call: "%1$s/${item}/${nodes.first.values.steps.ask.body.id}?token=hunter33"
                headers: {Authorization: Bearer hunter44}
          third:
            after: [second]
            steps:
              - name: ask
                call: "%1$s/third/${nodes.first.values.steps.ask.body.id}"
                headers: {Authorization: "Bearer ${nodes.first.values.steps.ask.body.status}"}
        """
            .formatted(url(""));
    try (MillraceServer server = open()) {
      String run = posted(server, "/api/v1/runs", graph);
      Waiting.until(() -> get(server, "/api/v1/runs/" + run).contains("\"COMPLETE\""));
    }
    assertThat(times("GET /1/7?token=hunter33 Bearer hunter44")).isEqualTo(1);
    assertThat(times("GET /2/7?token=hunter33 Bearer hunter44")).isEqualTo(1);
    assertThat(times("GET /third/7 Bearer progress")).isEqualTo(1);
    assertThat(everythingStored()).doesNotContain("hunter");
  }

  private static String posted(MillraceServer server, String path, String yaml) throws Exception {
    URI at = server.listening().getFirst().resolve(path);
    HttpRequest request =
        HttpRequest.newBuilder(at)
            .header("Content-Type", "application/yaml")
            .POST(BodyPublishers.ofString(yaml))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String answer = client.send(request, BodyHandlers.ofString()).body();
      return answer.replaceFirst("(?s).*\"id\" *: *\"([^\"]+)\".*", "$1");
    }
  }

  private String everythingStored() throws IOException {
    var all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  @Test
  void a_cancelled_job_is_no_longer_asked_for() throws Exception {
    try (MillraceServer server = open()) {
      TaskId id = submit(server, job());
      Waiting.until(() -> times("GET /jobs/7") > 1);

      server.engine().cancelTask().cancel(id, Caller.ANONYMOUS);

      assertThat(ended(server, id)).isEqualTo(TaskState.CANCELED);
      int before = asked.size();
      assertThat(ended(server, submit(server, new InProcessWork("sleep", seconds()))))
          .isEqualTo(TaskState.COMPLETE);
      assertThat(asked)
          .as("the question that was on its way may be heard late, and no other")
          .hasSizeBetween(before, before + 1);
    }
  }

  private static Value seconds() {
    return new Value.Fields(Map.of("seconds", new Value.Numeral("0.5")));
  }

  @Test
  void handlers_do_their_work_and_say_whose_fault_it_is() throws Exception {
    try (MillraceServer server = open()) {
      TaskId echo = submit(server, new InProcessWork("echo", seconds()));
      TaskId fail = submit(server, new InProcessWork("fail", new Value.Text("as told")));

      assertThat(ended(server, echo)).isEqualTo(TaskState.COMPLETE);
      assertThat(ended(server, fail)).isEqualTo(TaskState.EXECUTOR_ERROR);
      assertThat(get(server, "/api/v1/tasks/" + fail + "/explain")).contains("as told");
    }
  }

  @Test
  void they_are_told_with_the_others_and_have_lanes() throws Exception {
    try (MillraceServer server = open()) {
      assertThat(MillraceServer.runtimesLine(server.engine().runtimes().offers()))
          .contains(", steps, in-process");
      assertThat(get(server, "/api/v1/runtimes")).contains("\"steps\"", "\"in-process\"");
      assertThat(get(server, "/api/v1/lanes")).contains("\"steps\"", "\"in-process\"");
    }
  }

  @Test
  void what_is_off_says_so_to_who_asks_for_it() throws Exception {
    try (MillraceServer server = open("runtimes.steps=deny", "runtimes.in-process=deny")) {
      assertThat(MillraceServer.runtimesLine(server.engine().runtimes().offers()))
          .contains("; not steps: ", "runtimes.steps is deny", "; not in-process: ");
      TaskId id = submit(server, job());

      assertThat(ended(server, id)).isEqualTo(TaskState.SYSTEM_ERROR);
      assertThat(get(server, "/api/v1/tasks/" + id + "/explain"))
          .contains("\"runtime-off\"", "runtime 'steps' is off here: runtimes.steps is deny");
      assertThat(asked).isEmpty();
    }
  }
}
