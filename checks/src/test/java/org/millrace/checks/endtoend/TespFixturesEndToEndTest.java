package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.millrace.testkit.runtime.TestEngine;
import org.millrace.testkit.runtime.Waiting;

/**
 * TESP's fixtures that need neither FTP nor S3, driven as its smoke tests do: one look a second,
 * and no state may be seen but the expected one and those before it. What is expected stands in
 * {@code docs/tesp-fixtures.md}, which is read here, so that the page stays true.
 */
class TespFixturesEndToEndTest {
  private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
  private static final Path FIXTURES = ROOT.resolve("checks/src/test/resources/tesp");
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z_0-9-]+)` \\|[^|]*\\| (`[^|]*) \\| (`[^|]*) \\|[^|]*\\|");
  private static final Set<String> ON_THE_WAY = Set.of("QUEUED", "INITIALIZING", "RUNNING");

  /** As long as the most patient of the smoke tests waits. */
  private static final int MOST_LOOKS = 120;

  private static final int CONTAINERS = 2;
  private static final int SANDBOX = 3;

  @Test
  @Tag("full")
  void each_ends_in_containers_as_the_page_says() throws Exception {
    endAsThePageSays(CONTAINERS, Place.CONTAINERS);
  }

  @Test
  void each_ends_in_the_sandbox_as_the_page_says() throws Exception {
    endAsThePageSays(SANDBOX, Place.SANDBOX);
  }

  @Test
  void the_page_has_a_row_for_each_of_them() throws Exception {
    try (Stream<Path> files = Files.list(FIXTURES)) {
      assertThat(page(CONTAINERS).keySet())
          .hasSize(16)
          .containsExactlyInAnyOrderElementsOf(
              files.map(file -> file.getFileName().toString().replace(".json", "")).toList());
    }
  }

  private static void endAsThePageSays(int column, Place place) throws Exception {
    Map<String, String> expected = page(column);
    try (var files = served();
        var data = DataFolder.create();
        var server = PackagedServer.start(data.path(), place.settings())) {
      Map<String, String> ids = new LinkedHashMap<>();
      for (String fixture : expected.keySet()) {
        ids.put(fixture, server.submit(text(fixture, files)));
      }
      Map<String, String> found = new LinkedHashMap<>();
      for (var one : ids.entrySet()) {
        String state = expected.get(one.getKey()).replaceAll("`(.*)`.*", "$1");
        if (state.equals("CANCELED")) {
          lookUntil(server, one.getValue(), "RUNNING");
          server.cancel(one.getValue());
        }
        lookUntil(server, one.getValue(), state);
        found.put(one.getKey(), words(server.task(one.getValue())));
      }
      assertThat(found).isEqualTo(expected);
      if (place == Place.CONTAINERS) {
        assertNoContainers(ids.values());
      }
      assertThat(files.uploads())
          .containsOnly(
              Map.entry("env_test_1", "first upload successful\n"),
              Map.entry("env_test_2", "second upload successful\n"),
              Map.entry("output_file.txt", "an input\n"),
              Map.entry("file_1", "one\n"),
              Map.entry("file_2", "two\n"));
    }
  }

  /** By name, what the page says of it in that column. */
  private static Map<String, String> page(int column) throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/tesp-fixtures.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.put(row.group(1), row.group(column));
      }
    }
    return rows;
  }

  private static FileServer served() throws IOException {
    return new FileServer()
        .with("/test_data/test.txt", "a test\n")
        .with("/test_data/input_file.txt", "an input\n")
        .with("/test_data/input_dir/file_1", "one\n")
        .with("/test_data/input_dir/file_2", "two\n");
  }

  /** As it is, but for the host of its files. */
  private static String text(String fixture, FileServer files) throws IOException {
    return Files.readString(FIXTURES.resolve(fixture + ".json"))
        .replace("http://172.17.0.1:5000", files.base());
  }

  private static void lookUntil(PackagedServer server, String id, String state) throws Exception {
    for (int look = 0; look < MOST_LOOKS; look++) {
      String seen = server.get("/v1/tasks/" + id).path("state").asText();
      if (seen.equals(state)) {
        return;
      }
      assertThat(ON_THE_WAY).as("%s", server.task(id)).contains(seen);
      TimeUnit.SECONDS.sleep(1); // as the smoke tests do
    }
    assertThat(server.task(id).path("state").asText()).isEqualTo(state);
  }

  private static void assertNoContainers(Collection<String> ids) throws Exception {
    for (String id : ids) {
      Waiting.until(() ->
          TestEngine.shared()
              .docker("ps", "-aq", "--filter", "label=org.millrace.task=" + id)
              .isEmpty());
    }
  }

  /** The state, and how each executor that ran ended. */
  private static String words(JsonNode task) {
    String codes =
        StreamSupport.stream(task.path("logs").path(0).path("logs").spliterator(), false)
            .map(log -> log.path("exit_code").asText())
            .collect(Collectors.joining(", "));
    return ("`" + task.path("state").asText() + "` " + codes).strip();
  }
}
