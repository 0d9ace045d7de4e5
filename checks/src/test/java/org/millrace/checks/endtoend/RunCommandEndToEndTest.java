package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code millrace run}, as a person at a terminal uses it. */
final class RunCommandEndToEndTest {
  private DataFolder folder;
  private Path here;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = DataFolder.create();
    here = folder.path();
  }

  @AfterEach
  void removeFolder() throws IOException {
    folder.close();
  }

  @Test
  void it_exits_as_the_task_did_and_leaves_only_what_the_task_stored() throws Exception {
    Files.writeString(here.resolve("in.txt"), "hello\n");
    Process run =
        run(
            """
            {"inputs": [{"url": "file://%1$s/in.txt", "path": "/work/in.txt"}],
             "outputs": [{"url": "file://%1$s/out.txt", "path": "/work/out.txt"}],
             "executors": [{"image": "any", "workdir": "/work",
               "command": ["sh", "-c", "tr a-z A-Z <in.txt >out.txt; exit 7"]}]}
            """
                .formatted(here));

    assertThat(run.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(run.exitValue()).as(said()).isEqualTo(7);
    assertThat(here.resolve("out.txt")).hasContent("HELLO");
    assertThat(statesLeft()).isEmpty();
  }

  @Test
  void a_signal_cancels_the_task_and_nothing_is_left() throws Exception {
    Process run =
        run(
            """
            {"executors": [{"image": "any", "command": ["sleep", "4321.25"]}]}
            """);
    PackagedServer.await(Duration.ofMinutes(2), RunCommandEndToEndTest::sleeping);

    run.destroy();

    assertThat(run.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(sleeping()).as(said()).isFalse();
    assertThat(statesLeft()).isEmpty();
  }

  @Test
  void settings_meant_for_a_server_are_not_in_its_way() throws Exception {
    Process run =
        run(
            """
            {"executors": [{"image": "any", "command": ["true"]}]}
            """,
            "--set",
            "faces.api.enabled=false",
            "--set",
            "engine.dispatch=false",
            "--set",
            "security.users.ada=$2y$04$KmEIuH3aJjFdcB8V/UPzCu4Dw.8ktKzgYYc87P0ai.fIRCpDYZHE.");

    assertThat(run.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(run.exitValue()).as(said()).isZero();
  }

  private Process run(String task, String... options) throws IOException {
    Files.writeString(here.resolve("task.json"), task);
    List<String> command = PackagedServer.command("run");
    command.addAll(List.of(options));
    command.add("task.json");
    var builder = new ProcessBuilder(command).directory(here.toFile()).redirectErrorStream(true);
    builder.environment().put("MILLRACE_USER", "ada");
    builder.environment().put("MILLRACE_HOME", here.resolve("home").toString());
    return builder.redirectOutput(here.resolve("said").toFile()).start();
  }

  private String said() throws IOException {
    return Files.readString(here.resolve("said"), StandardCharsets.UTF_8);
  }

  private static boolean sleeping() {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .anyMatch(line -> line.endsWith("sleep 4321.25"));
  }

  /** Folders of servers that ended with their one task. */
  private static List<Path> statesLeft() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/var/tmp"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("millrace-run"))
          .toList();
    }
  }
}
