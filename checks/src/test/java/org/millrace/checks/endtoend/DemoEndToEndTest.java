package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code millrace demo}: a task, every graph of {@code examples/graphs}, and two workers. */
final class DemoEndToEndTest {
  private DataFolder folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = DataFolder.create();
  }

  @AfterEach
  void removeFolder() throws IOException {
    folder.close();
  }

  @Test
  void it_runs_a_task_all_graphs_of_the_examples_and_two_workers_and_shows_what_they_did()
      throws Exception {
    Path said = folder.path().resolve("said");
    List<String> command =
        PackagedServer.command("demo", "--data", folder.path().resolve("demo").toString());
    Process demo =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();

    assertThat(demo.waitFor(5, TimeUnit.MINUTES)).isTrue();

    String output = Files.readString(said);
    assertThat(demo.exitValue()).as(output).isZero();
    assertThat(output)
        .contains("5. It ended COMPLETE.", "8 the")
        .contains("diamond: COMPLETE", "short SKIPPED", "[long] 9 words, which is long")
        .contains("image-pipeline: COMPLETE", "thumbnail[3] COMPLETED")
        .containsPattern("the first of the thumbnails is [0-9a-f]{16}\\n")
        .contains("service-chain: COMPLETE", "collect: GET", "[count] the first word is a\n")
        .contains("DOWNLOAD 200 Success", "FILESIZE 200 Success")
        .contains("attempt 1 in dane: the worker answered 412: Unfinished dependencies")
        .containsPattern("FILESIZE has saved a result: \\{\"bytes\":[1-9]\\d*}\\n");
    try (var examples =
        Files.list(Path.of(System.getProperty("millrace.root"), "examples/graphs"))) {
      assertThat(examples).allSatisfy(file -> assertThat(output).contains("" + file.getFileName()));
    }
  }
}
