package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * py-tes, unmodified, from the Python registry: create, get in all three views, list, cancel, wait.
 */
class PyTesEndToEndTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("millrace.root"), "checks/src/test/python/pytes_session.py");

  @TempDir private static Path folder;

  @BeforeAll
  static void makes_an_environment() throws Exception {
    Ended made = run(Map.of(), "python3", "-m", "venv", environment().toString());
    assertThat(made.exitCode).as(made.output).isZero();
  }

  private static Path environment() {
    return folder.resolve("venv");
  }

  @ParameterizedTest
  @ValueSource(strings = {"py-tes", "py-tes==1.1.2"})
  void a_session_with(String release) throws Exception {
    Path library = install(release);
    try (var data = DataFolder.create();
        var server = PackagedServer.start(data.path())) {
      Ended session =
          run(
              Map.of("PYTHONPATH", library.toString()),
              environment().resolve("bin/python").toString(),
              SCRIPT.toString(),
              server.address().toString());
      assertThat(session.exitCode).as(session.output).isZero();
      assertThat(session.output).endsWith("py-tes is content\n");
    }
  }

  private static Path install(String release) throws IOException, InterruptedException {
    Path library = folder.resolve(release);
    Ended installed =
        run(
            Map.of(),
            environment().resolve("bin/pip").toString(),
            "install",
            "-q",
            "--target",
            library.toString(),
            release);
    assumeTrue(
        installed.exitCode == 0 || System.getenv("CI") != null,
        () -> release + " cannot be installed here: " + installed.output);
    assertThat(installed.exitCode).as(installed.output).isZero();
    return library;
  }

  private record Ended(int exitCode, String output) {}

  private static Ended run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    int exitCode = builder.start().waitFor();
    return new Ended(exitCode, Files.readString(output, StandardCharsets.UTF_8));
  }
}
