package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A server that is not root's: the usual one on somebody's own machine. */
class OrdinaryUserEndToEndTest {
  private static final int USER = 12_345;
  private static final String HELLO =
      "{\"executors\": [{\"image\": \"debian\", \"command\": [\"echo\", \"hello\"]}]}";
  private static final String SLEEPER =
      "{\"executors\": [{\"image\": \"debian\", \"command\": [\"sleep\", \"87654\"]}]}";

  @Test
  void its_tasks_run_are_cancelled_and_leave_nothing_behind() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/bwrap")) || System.getenv("CI") != null,
        "bubblewrap is not installed");
    assumeTrue(System.getProperty("user.name").equals("root"), "only root can become another user");
    try (var folder = DataFolder.create();
        var server =
            PackagedServer.startAs(
                USER, folder.path(), "runtimes.container=deny", "engine.sweep-every=2s")) {
      JsonNode hello = server.awaitEnd(server.submit(HELLO));
      assertThat(hello.path("state").asText()).as("%s", hello).isEqualTo("COMPLETE");
      assertThat(hello.at("/logs/0/logs/0/stdout").asText()).isEqualTo("hello\n");

      String sleeper = server.submit(SLEEPER);
      PackagedServer.await(Duration.ofMinutes(1), () -> isRunning("sleep 87654"));
      server.cancel(sleeper);

      assertThat(server.awaitEnd(sleeper).path("state").asText()).isEqualTo("CANCELED");
      assertThat(isRunning("sleep 87654")).isFalse();
      PackagedServer.await(Duration.ofMinutes(1), () -> !isRunning(folder.path() + "/data/work"));
    }
  }

  private static boolean isRunning(String words) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .anyMatch(line -> line.contains(words));
  }
}
