package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.testkit.runtime.TestEngine;

/**
 * The server dies with 20 containers running, or on the way there, again and again. How often:
 * {@code -Dmillrace.kills}, at most 20. The engine's own history tells how often each was started.
 */
@Order(1) // one of the long ones
class KilledServerWithContainersEndToEndTest {
  private static final int KILLS = Math.clamp(Integer.getInteger("millrace.kills", 5) - 4, 1, 20);
  private static final int TASKS = 20;

  /** Two lines a second each: many more, and forking is all that the machine does. */
  private static final String TASK =
      """
      {"volumes": ["/v", "/count"],
       "executors": [{"image": "%s", "command": ["sh", "-c",
         "mktemp /count/XXXXXX >/dev/null; i=0; while [ ! -e /v/go ]; do echo line $i; i=$((i+1)); sleep 0.5; done; echo end $i runs $(ls /count | wc -l)"]}]}\
      """
          .formatted(TestEngine.BUSYBOX);

  @TempDir Path temp;

  @Test
  void all_are_adopted_none_runs_twice_and_no_container_is_left() throws Exception {
    TestEngine engine = TestEngine.own(temp);
    try (var data = DataFolder.create()) {
      PackagedServer server = start(data.path(), engine);
      try {
        for (int kill = 0; kill < KILLS; kill++) {
          long begin = Instant.now().getEpochSecond();
          List<String> ids = submitted(server);
          var random = new Random(kill);
          int most = kill % 2 == 0 ? TASKS : random.nextInt(TASKS);
          PackagedServer.await(Duration.ofMinutes(2), () -> running(engine).size() >= most);
          TimeUnit.MILLISECONDS.sleep(random.nextInt(400)); // any moment of their lives
          server.kill();
          List<String> before = running(engine);

          server = start(data.path(), engine);
          PackagedServer.await(Duration.ofMinutes(2), () -> running(engine).size() == TASKS);
          assertThat(running(engine)).containsAll(before);
          letEnd(data.path());

          for (String id : ids) {
            assertRanOnce(server.awaitEnd(id));
          }
          PackagedServer.await(
              Duration.ofSeconds(30),
              () -> engine.docker("ps", "-aq").isEmpty() && attempts(data.path()).isEmpty());
          assertThat(starts(engine, begin)).containsExactlyInAnyOrderElementsOf(ids);
        }
      } finally {
        server.close();
      }
    } finally {
      engine.stopAndRemove();
    }
  }

  private static PackagedServer start(Path data, TestEngine engine) throws IOException {
    return PackagedServer.start(
        data,
        "runtimes.container=allow",
        "container.host=" + engine.host(),
        "container.network=none",
        "container.slots=" + TASKS,
        "logging.level=warn",
        "engine.sweep-every=2s");
  }

  private static List<String> submitted(PackagedServer server) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      ids.add(server.submit(TASK));
    }
    return ids;
  }

  private static List<String> running(TestEngine engine) {
    return engine.docker("ps", "-q", "--filter", "label=org.millrace.task").lines().toList();
  }

  /** The executors wait for a file in a volume. */
  private static void letEnd(Path data) throws IOException {
    for (Path attempt : attempts(data)) {
      Files.createFile(attempt.resolve("root/v/go"));
    }
  }

  private static List<Path> attempts(Path data) {
    try (Stream<Path> files = Files.list(data.resolve("work/attempts/container"))) {
      return files.toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertRanOnce(JsonNode task) {
    assertThat(task.path("state").asText()).as("%s", task).isEqualTo("COMPLETE");
    JsonNode attempt = task.path("logs").path(0);
    assertThat(attempt.path("metadata").path("attempt").asText()).as("%s", task).isEqualTo("1");
    assertThat(attempt.path("logs")).hasSize(1);
    List<String> said = attempt.path("logs").path(0).path("stdout").asText().lines().toList();
    int lines = Integer.parseInt(said.get(said.size() - 2).replace("line ", "")) + 1;
    assertThat(said.getLast()).as("%s", task).isEqualTo("end " + lines + " runs 1");
  }

  /** Of which tasks the engine has started containers since then; a task for each start. */
  private static List<String> starts(TestEngine engine, long since) {
    String[] command = {
      "events",
      "--since",
      Long.toString(since),
      "--until",
      Long.toString(Instant.now().getEpochSecond() + 1),
      "--filter",
      "event=start",
      "--format",
      "{{index .Actor.Attributes \"org.millrace.task\"}}"
    };
    return engine.docker(command).lines().toList();
  }
}
