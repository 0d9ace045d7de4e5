package org.millrace.dane.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.dane.elasticsearch.ElasticsearchConfig.Pair;

/**
 * DANE's library, unmodified, from the Python registry, with the client that it brings: all that
 * its handler does, and a worker that reads one result and saves another.
 */
class PythonWorkerTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("millrace.root"), "dialects/dane/src/test/python/dane_session.py");
  private static final Pair PAIR = new Pair("workers", "pa:ss word");

  @TempDir private static Path folder;

  @BeforeAll
  static void makes_an_environment() throws Exception {
    assertDone("python3", "-m", "venv", environment().toString());
    assertDone(
        environment().resolve("bin/pip").toString(),
        "install",
        "-q",
        "--no-compile",
        "--disable-pip-version-check",
        "dane==0.4.3");
  }

  private static Path environment() {
    return folder.resolve("venv");
  }

  @Test
  void a_session_with_the_library_of_today() throws Exception {
    session(Map.of());
  }

  @Test
  @Tag("full")
  void a_session_whose_client_speaks_of_compatibility() throws Exception {
    session(Map.of("ELASTIC_CLIENT_APIVERSIONING", "true"));
  }

  private static void session(Map<String, String> variables) throws Exception {
    Path errors = Files.createTempFile(folder, "errors", ".txt");
    try (var server = EsServer.start(ElasticsearchConfig.standard().with(PAIR))) {
      var builder =
          new ProcessBuilder(
                  environment().resolve("bin/python").toString(),
                  SCRIPT.toString(),
                  Integer.toString(server.address().getPort()),
                  PAIR.user(),
                  PAIR.password())
              .directory(folder.toFile())
              .redirectError(errors.toFile());
      builder.environment().put("HOME", folder.toString());
      builder.environment().put("PYTHONUTF8", "1");
      builder.environment().putAll(variables);
      Process python = builder.start();
      Optional<String> last;
      try {
        last = conversation(python, server);
      } finally {
        python.descendants().forEach(ProcessHandle::destroy);
        python.getOutputStream().close();
      }
      int exitCode = python.waitFor();
      String said = Files.readString(errors, StandardCharsets.UTF_8);
      assertThat(exitCode).as(said).isZero();
      assertThat(last).as(said).contains("dane is content");
    }
  }

  /** Answers of workers that the script asks for arrive; tells its last line. */
  private static Optional<String> conversation(Process python, EsServer server) throws IOException {
    Optional<String> last = Optional.empty();
    try (BufferedReader lines = python.inputReader(StandardCharsets.UTF_8)) {
      Writer replies = python.outputWriter(StandardCharsets.UTF_8);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = Optional.of(line);
        String[] words = line.split(" ", 3);
        switch (words[0]) {
          case "begin" -> server.begin(words[1]);
          case "answer" -> server.answer(words[1], words[2]);
          default -> {
            continue;
          }
        }
        replies.write("done\n");
        replies.flush();
      }
    }
    return last;
  }

  /**
   * Where Python or its registry cannot be had there is nothing to test, but in CI there must be.
   */
  private static void assertDone(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    int exitCode =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    String said = Files.readString(output, StandardCharsets.UTF_8);
    assumeTrue(
        exitCode == 0 || System.getenv("CI") != null,
        () -> "dane cannot be installed here: " + said);
    assertThat(exitCode).as(said).isZero();
  }
}
