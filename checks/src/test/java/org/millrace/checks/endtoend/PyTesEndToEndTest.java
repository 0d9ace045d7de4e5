package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * py-tes, unmodified, from the Python registry: create, get in all three views, list, cancel, wait.
 */
class PyTesEndToEndTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("millrace.root"), "checks/src/test/python/pytes_session.py");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"py-tes", "py-tes==1.1.2"})
  void a_session_with(String release) throws Exception {
    Path python = environment(release);
    try (var data = DataFolder.create();
        var server = PackagedServer.start(data.path())) {
      var session = run(python.toString(), SCRIPT.toString(), server.address().toString());
      assertThat(session.exitCode).as(session.output).isZero();
      assertThat(session.output).endsWith("py-tes is content\n");
    }
  }

  private Path environment(String release) throws IOException, InterruptedException {
    Path environment = folder.resolve("venv");
    var made = run("python3", "-m", "venv", environment.toString());
    var installed =
        made.exitCode != 0
            ? made
            : run(environment.resolve("bin/pip").toString(), "install", "-q", release);
    assumeTrue(
        installed.exitCode == 0 || System.getenv("CI") != null,
        () -> release + " cannot be installed here: " + installed.output);
    assertThat(installed.exitCode).as(installed.output).isZero();
    return environment.resolve("bin/python");
  }

  private record Ended(int exitCode, String output) {}

  private Ended run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    int exitCode = builder.start().waitFor();
    return new Ended(exitCode, Files.readString(output, StandardCharsets.UTF_8));
  }
}
