package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The two example tasks of the original's README, over a local HTTP server. */
class TespExamplesEndToEndTest {
  private final byte[] kernel = new byte[5_000_000];
  private final byte[] holyFile = "Hello World!".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @EnumSource
  void sha1sum_of_a_fetched_file_with_stdout_and_stderr(Place place) throws Exception {
    try (var files = served();
        var data = DataFolder.create();
        var server = PackagedServer.start(data.path(), place.settings())) {
      String id =
          server.submit(
              """
              {"inputs": [{"url": "%s/linux-6.5.5.tar.xz", "path": "/data/kernel.tar.gz", "type": "FILE"}],
               "executors": [{"image": "ubuntu:20.04", "command": ["/bin/sha1sum", "./kernel.tar.gz"],
                              "workdir": "/data/", "stdout": "/tmp/stdout.log", "stderr": "/tmp/stderr.log"}]}\
              """
                  .formatted(files.base()));

      JsonNode task = server.awaitEnd(id);

      assertThat(task.path("state").asText()).as("%s", task).isEqualTo("COMPLETE");
      JsonNode executor = task.path("logs").path(0).path("logs").path(0);
      assertThat(executor.path("stdout").asText())
          .isEqualTo(digest("SHA-1", kernel) + "  ./kernel.tar.gz\n");
      assertThat(executor.path("stderr").asText()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void md5sum_with_stdin_and_stdout(Place place) throws Exception {
    try (var files = served();
        var data = DataFolder.create();
        var server = PackagedServer.start(data.path(), place.settings())) {
      String id =
          server.submit(
              """
              {"inputs": [{"url": "%s/holy_file", "path": "/data/file1", "type": "FILE"}],
               "outputs": [{"path": "/data/outfile", "url": "%s/upload", "type": "FILE"}],
               "executors": [{"image": "alpine", "command": ["md5sum"],
                              "stdin": "/data/file1", "stdout": "/data/outfile"}]}\
              """
                  .formatted(files.base(), files.base()));

      JsonNode task = server.awaitEnd(id);

      assertThat(task.path("state").asText()).as("%s", task).isEqualTo("COMPLETE");
      String line = digest("MD5", holyFile) + "  -\n";
      assertThat(files.uploads()).containsOnly(Map.entry("outfile", line));
      JsonNode output = task.path("logs").path(0).path("outputs").path(0);
      assertThat(output.path("path").asText()).isEqualTo("/data/outfile");
      assertThat(output.path("size_bytes").asText()).isEqualTo(String.valueOf(line.length()));
    }
  }

  private FileServer served() throws IOException {
    RandomGenerator.of("L64X128MixRandom").nextBytes(kernel);
    return new FileServer().with("/linux-6.5.5.tar.xz", kernel).with("/holy_file", holyFile);
  }

  private static String digest(String algorithm, byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }
}
