package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The {@code dane} package, unmodified, from the Python registry. Installed once for all tests, in
 * an environment of its own.
 */
final class DanePackage {
  private static final Path FOLDER = Path.of("target/dane-package").toAbsolutePath();
  private static boolean installed;

  private DanePackage() {}

  /** The Python that has it. */
  static synchronized String python() throws IOException, InterruptedException {
    if (!installed) {
      assertDone("python3", "-m", "venv", "--clear", FOLDER.toString());
      assertDone(
          FOLDER.resolve("bin/pip").toString(),
          "install",
          "-q",
          "--disable-pip-version-check",
          "dane==0.4.3",
          "requests");
      installed = true;
    }
    return FOLDER.resolve("bin/python").toString();
  }

  /** Where Python or its registry cannot be had there is nothing to test, but in CI must be. */
  private static void assertDone(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("dane-package", ".txt");
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    String said = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    assumeTrue(
        code == 0 || System.getenv("CI") != null, () -> "dane cannot be installed here: " + said);
    assertThat(code).as(said).isZero();
  }
}
