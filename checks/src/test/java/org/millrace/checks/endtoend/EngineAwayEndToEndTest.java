package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.testkit.runtime.TestEngine;

/**
 * The container engine is away when the server starts, dies in the middle, and comes back: the lane
 * waits and says why, the rest of the server works, and nothing is lost or done twice.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class EngineAwayEndToEndTest {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String HELLO =
      """
      {"executors": [{"image": "%s", "command": ["echo", "hello"]}]}\
      """
          .formatted(TestEngine.BUSYBOX);
  private static final String ELSEWHERE =
      """
      {"resources": {"backend_parameters": {"runtime": "process"}},
       "executors": [{"image": "any", "command": ["echo", "hello"]}]}\
      """;

  /** Leaves a file each time it is run, and counts until it is told to end. */
  private static final String COUNTS =
      """
      {"volumes": ["/v", "/count"],
       "executors": [{"image": "%s", "command": ["sh", "-c",
         "mktemp /count/XXXXXX >/dev/null; i=0; while [ ! -e /v/go ]; do echo line $i; i=$((i+1)); sleep 0.1; done; echo end $i runs $(ls /count | wc -l)"]}]}\
      """
          .formatted(TestEngine.BUSYBOX);

  @TempDir Path temp;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closesWhatWasOpened() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  @Test
  void away_at_the_start_its_tasks_wait_and_say_why_and_others_run() throws Exception {
    TestEngine engine = engine();
    engine.stop();
    Path data = dataFolder();
    Instant begin = Instant.now().minusSeconds(1);
    PackagedServer server = start(data, engine);
    String waits = server.submit(HELLO);

    JsonNode ran = server.awaitEnd(server.submit(ELSEWHERE));
    assertThat(ran.path("state").asText()).as("%s", ran).isEqualTo("COMPLETE");
    assertThat(server.task(waits).path("state").asText()).isEqualTo("QUEUED");
    assertLaneWaits(server, waits, engine, begin);
    assertThat(explainedByCommand(server, waits))
        .contains("is QUEUED since ")
        .contains("waits in lane container")
        .contains(
            "why: the container engine at " + engine.host() + " does not answer, first noticed at ")
        .contains("what helps: start it");

    server.kill(); // whoever waits is not forgotten, and needs no engine to be remembered
    server = start(data, engine);
    assertLaneWaits(server, waits, engine, begin);
    engine.start();

    JsonNode ended = server.awaitEnd(waits);
    assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("COMPLETE");
    assertThat(ended.at("/logs/0/logs/0/stdout").asText()).isEqualTo("hello\n");
    assertThat(isAvailable(server)).isTrue();
    awaitNothingLeft(data, engine);
  }

  @Test
  @Tag("full")
  void dead_in_the_middle_what_runs_is_adopted_and_what_is_queued_waits() throws Exception {
    TestEngine engine = engine("--live-restore");
    Path data = dataFolder();
    PackagedServer server = start(data, engine);
    List<String> running = List.of(server.submit(COUNTS), server.submit(COUNTS));
    String unwanted = server.submit(COUNTS);
    awaitRunning(server, with(running, unwanted), data);
    String queued = server.submit(COUNTS);

    Instant begin = Instant.now().minusSeconds(1);
    engine.kill();
    assertLaneWaits(server, queued, engine, begin);
    for (String id : running) {
      assertHeld(server, id, engine);
    }
    server.cancel(unwanted);
    assertNotStoppedYet(server, unwanted, engine);
    server.kill();
    server = start(data, engine);
    assertLaneWaits(server, queued, engine, begin);
    assertNotStoppedYet(server, unwanted, engine);
    for (String id : running) {
      assertHeld(server, id, engine);
      assertThat(server.task(id).path("state").asText()).isEqualTo("RUNNING");
    }

    engine.start();
    JsonNode stopped = server.awaitEnd(unwanted);
    assertThat(stopped.path("state").asText()).as("%s", stopped).isEqualTo("CANCELED");
    awaitNotHeld(server, running);
    awaitRunning(server, with(running, queued), data);
    letEnd(data);
    for (String id : with(running, queued)) {
      assertRanOnce(server.awaitEnd(id));
    }
    awaitNothingLeft(data, engine);
  }

  @Test
  @Tag("full")
  void an_engine_that_takes_its_containers_along_is_the_cause_and_not_the_task() throws Exception {
    TestEngine engine = engine();
    Path data = dataFolder();
    PackagedServer server = start(data, engine);
    List<String> running = List.of(server.submit(COUNTS), server.submit(COUNTS));
    awaitRunning(server, running, data);
    String queued = server.submit(HELLO);

    engine.kill();
    engine.start(); // it keeps no containers: what survived the crash is stopped by now

    for (String id : running) {
      JsonNode ended = server.awaitEnd(id);
      assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("SYSTEM_ERROR");
      assertThat(ended.at("/logs/0/system_logs").toString())
          .contains("when its container was stopped, or its engine, and not by this server");
      assertThat(explained(server, id).toString()).contains("live-restore");
    }
    assertThat(server.awaitEnd(queued).path("state").asText()).isEqualTo("COMPLETE");
    awaitNothingLeft(data, engine);
  }

  // --- what is there ---

  private TestEngine engine(String... options) throws Exception {
    TestEngine engine = TestEngine.own(Files.createDirectory(temp.resolve("e")), options);
    opened.add(engine::stopAndRemove);
    return engine;
  }

  private Path dataFolder() throws IOException {
    DataFolder data = DataFolder.create();
    opened.add(data);
    return data.path();
  }

  private PackagedServer start(Path data, TestEngine engine) throws IOException {
    PackagedServer server =
        PackagedServer.start(
            data,
            "runtimes.container=allow",
            "runtimes.process=allow",
            "container.host=" + engine.host(),
            "container.network=none",
            "container.slots=3",
            "engine.sweep-every=2s");
    opened.add(server);
    return server;
  }

  private static List<String> with(List<String> ids, String one) {
    return Stream.concat(ids.stream(), Stream.of(one)).toList();
  }

  /** These, and nothing else, so that each has begun to count. */
  private static void awaitRunning(PackagedServer server, List<String> ids, Path data)
      throws InterruptedException {
    PackagedServer.await(
        SOON,
        () ->
            ids.stream().allMatch(id -> asked(() -> isState(server, id, "RUNNING")))
                && roots(data).size() == ids.size()
                && roots(data).stream().allMatch(EngineAwayEndToEndTest::hasRun));
  }

  private static boolean isState(PackagedServer server, String id, String state) throws Exception {
    return server.task(id).path("state").asText().equals(state);
  }

  private static boolean hasRun(Path root) {
    try (Stream<Path> marks = Files.list(root.resolve("count"))) {
      return marks.findAny().isPresent();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static List<Path> roots(Path data) {
    try (Stream<Path> files = Files.list(data.resolve("work/attempts/container"))) {
      return files.map(attempt -> attempt.resolve("root")).toList();
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** The executors wait for a file in a volume. */
  private static void letEnd(Path data) throws IOException {
    for (Path root : roots(data)) {
      Files.createFile(root.resolve("v/go"));
    }
  }

  // --- what it says ---

  private static JsonNode explained(PackagedServer server, String id) throws Exception {
    return server.get("/api/v1/tasks/" + id + "/explain");
  }

  private static boolean saysAway(JsonNode explanation) {
    return explanation.path("causes").findValuesAsText("code").contains("container-engine-away");
  }

  private static void assertLaneWaits(
      PackagedServer server, String id, TestEngine engine, Instant begin) throws Exception {
    PackagedServer.await(SOON, () -> asked(() -> saysAway(explained(server, id))));
    JsonNode explanation = explained(server, id);
    assertThat(explanation.path("state").asText()).isEqualTo("QUEUED");
    assertThat(explanation.path("summary").asText()).contains("waits in lane container");
    assertThat(Instant.parse(explanation.path("since").asText())).isBeforeOrEqualTo(Instant.now());
    assertSaysWhy(away(explanation), engine, begin);
    assertThat(isAvailable(server)).isFalse();
  }

  /** What was begun is neither lost nor over, and its owner hears what it depends on. */
  private static void assertHeld(PackagedServer server, String id, TestEngine engine)
      throws Exception {
    PackagedServer.await(SOON, () -> asked(() -> saysAway(explained(server, id))));
    JsonNode explanation = explained(server, id);
    assertThat(explanation.path("state").asText()).isEqualTo("RUNNING");
    assertThat(away(explanation).path("message").asText()).contains(engine.host());
  }

  private static void assertNotStoppedYet(PackagedServer server, String id, TestEngine engine)
      throws Exception {
    PackagedServer.await(
        SOON, () -> asked(() -> explained(server, id).toString().contains("not-stopped")));
    JsonNode explanation = explained(server, id);
    assertThat(explanation.path("state").asText()).isEqualTo("CANCELING");
    assertThat(explanation.at("/causes/0/message").asText()).contains(engine.host());
  }

  private static void awaitNotHeld(PackagedServer server, List<String> ids)
      throws InterruptedException {
    PackagedServer.await(
        SOON, () -> ids.stream().noneMatch(id -> asked(() -> saysAway(explained(server, id)))));
  }

  private static JsonNode away(JsonNode explanation) {
    for (JsonNode cause : explanation.path("causes")) {
      if (cause.path("code").asText().equals("container-engine-away")) {
        return cause;
      }
    }
    throw new AssertionError("nothing of the engine: " + explanation);
  }

  private static void assertSaysWhy(JsonNode cause, TestEngine engine, Instant begin) {
    String message = cause.path("message").asText();
    assertThat(message).contains(engine.host() + " does not answer, first noticed at ");
    String since = message.replaceFirst(".* noticed at (\\S+Z): .*", "$1");
    assertThat(Instant.parse(since)).isBetween(begin, Instant.now());
    assertThat(cause.path("help").asText()).contains("start it");
  }

  private static boolean isAvailable(PackagedServer server) throws Exception {
    for (JsonNode runtime : server.get("/api/v1/runtimes").path("runtimes")) {
      if (runtime.path("name").asText().equals("container")) {
        return runtime.path("available").asBoolean();
      }
    }
    throw new AssertionError("the server has no runtime 'container'");
  }

  private static String explainedByCommand(PackagedServer server, String id) throws Exception {
    Process process =
        new ProcessBuilder(
                PackagedServer.command("explain", id, "--server", server.address().toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said;
  }

  // --- how it ends ---

  private static void assertRanOnce(JsonNode task) {
    assertThat(task.path("state").asText()).as("%s", task).isEqualTo("COMPLETE");
    JsonNode attempt = task.path("logs").path(0);
    assertThat(attempt.path("metadata").path("attempt").asText()).as("%s", task).isEqualTo("1");
    List<String> said = attempt.at("/logs/0/stdout").asText().lines().toList();
    int lines = Integer.parseInt(said.get(said.size() - 2).replace("line ", "")) + 1;
    assertThat(said.getLast()).as("%s", task).isEqualTo("end " + lines + " runs 1");
  }

  private static void awaitNothingLeft(Path data, TestEngine engine) throws InterruptedException {
    PackagedServer.await(SOON, () -> roots(data).isEmpty() && engine.docker("ps", "-aq").isEmpty());
  }

  /** A question of a condition that is waited for. */
  private interface Question {
    boolean ask() throws Exception;
  }

  private static boolean asked(Question question) {
    try {
      return question.ask();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
