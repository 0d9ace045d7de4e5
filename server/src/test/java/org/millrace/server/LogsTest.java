package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.server.config.LoggingSection;
import org.millrace.server.config.LoggingSection.Format;
import org.slf4j.LoggerFactory;

/** What a line of the log may be made of. */
final class LogsTest {
  @TempDir private Path folder;

  @AfterEach
  void quiet() {
    Logs.quiet();
  }

  @Test
  void what_a_caller_sent_never_makes_a_line_of_its_own() throws IOException {
    Logs.configure(new LoggingSection("INFO", Map.of(), Format.TEXT, Optional.of(folder)));

    LoggerFactory.getLogger("test").info("task={} ended", "a\r\n2026 ERROR \u001b[31mforged");
    LoggerFactory.getLogger("test").info("{next} one, done");

    assertThat(Files.readAllLines(folder.resolve("millrace.log")))
        .satisfiesExactly(
            line -> assertThat(line).endsWith("test - task=a 2026 ERROR  [31mforged ended"),
            line -> assertThat(line).endsWith("test - {next} one, done"));
  }
}
