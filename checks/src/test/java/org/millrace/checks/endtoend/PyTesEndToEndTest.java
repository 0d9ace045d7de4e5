package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * py-tes, unmodified, from the Python registry: create, get in all three views, list, cancel, wait.
 */
class PyTesEndToEndTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("millrace.root"), "checks/src/test/python/pytes_session.py");

  @TempDir private static Path folder;

  @BeforeAll
  static void makes_an_environment() throws Exception {
    assertDone(run(Map.of(), "python3", "-m", "venv", environment().toString()));
  }

  private static Path environment() {
    return folder.resolve("venv");
  }

  @Test
  void a_session_with_the_newest_release() throws Exception {
    session("py-tes");
  }

  @Test
  @Tag("full")
  void a_session_with_an_older_release() throws Exception {
    session("py-tes==1.1.2");
  }

  private static void session(String release) throws IOException, InterruptedException {
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
    assertDone(
        run(
            Map.of(),
            environment().resolve("bin/pip").toString(),
            "install",
            "-q",
            "--no-compile",
            "--disable-pip-version-check",
            "--target",
            library.toString(),
            release));
    return library;
  }

  /**
   * Where Python or its registry cannot be had there is nothing to test, but in CI there must be.
   */
  private static void assertDone(Ended step) {
    assumeTrue(
        step.exitCode == 0 || System.getenv("CI") != null,
        () -> "py-tes cannot be installed here: " + step.output);
    assertThat(step.exitCode).as(step.output).isZero();
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
