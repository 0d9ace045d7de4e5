package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The {@code dane} package, unmodified, from the Python registry. Installed once for all tests, in
 * an environment of its own.
 */
final class DanePackage {
  private static final Path FOLDER =
      Path.of(System.getProperty("millrace.root"), "checks/target/dane-package");
  private static final long LONGEST_MINUTES = 10;
  private static boolean tried;
  private static Optional<String> trouble = Optional.empty();

  private DanePackage() {}

  /**
   * The Python that has it. Where Python or its registry cannot be had there is nothing to test,
   * but in CI there must be.
   */
  static synchronized String python() throws IOException, InterruptedException {
    if (!tried) {
      tried = true;
      trouble = install();
    }
    assumeTrue(
        trouble.isEmpty() || System.getenv("CI") != null,
        () -> "dane cannot be installed here: " + trouble);
    assertThat(trouble).isEmpty();
    return FOLDER.resolve("bin/python").toString();
  }

  private static Optional<String> install() throws IOException, InterruptedException {
    Optional<String> none = run("python3", "-m", "venv", "--clear", FOLDER.toString());
    return none.isPresent()
        ? none
        : run(
            FOLDER.resolve("bin/pip").toString(),
            "install",
            "-q",
            "--disable-pip-version-check",
            "dane==0.4.3",
            "requests");
  }

  /** What it said, if it did not end well. */
  private static Optional<String> run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("dane-package", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();
    String said = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    return ended && process.exitValue() == 0
        ? Optional.empty()
        : Optional.of((ended ? "" : "it does not end; ") + "it said: " + said);
  }
}
