package org.millrace.dane.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of {@code docs/dane-elasticsearch.md} against what was recorded. */
class DocumentedOperationsTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `([^`]+)` \\| (answered|taken over|refused by name) \\| .+ \\|");

  @Test
  void every_recorded_operation_is_in_the_table_with_what_becomes_of_it() throws IOException {
    Map<String, String> recorded = new LinkedHashMap<>();
    RecordedRequestsTest.recordings()
        .forEach(line -> recorded.put(line.path("operation").asText(), mark(line)));
    assertThat(recorded).hasSize(48);
    assertThat(table()).isEqualTo(recorded);
  }

  private static Map<String, String> table() throws IOException {
    Path page = Path.of(System.getProperty("millrace.root"), "docs", "dane-elasticsearch.md");
    Map<String, String> table = new LinkedHashMap<>();
    List<String> rows = Files.readAllLines(page).stream().filter(l -> l.startsWith("| `")).toList();
    for (String line : rows) {
      Matcher row = ROW.matcher(line);
      assertThat(row.matches()).as(line).isTrue();
      assertThat(table.put(row.group(1), row.group(2))).as(line).isNull();
    }
    return table;
  }

  /** Taken over is what creates tasks or writes states; {@link RecordedRequestsTest} shows that. */
  private static String mark(JsonNode line) {
    for (JsonNode exchange : line.path("exchanges")) {
      String path = exchange.path("request").path("path").asText();
      String body = exchange.path("request").path("body").asText("");
      boolean createsTask =
          body.contains("\"task\"")
              && exchange.path("response").path("body").asText("").contains("\"created\"");
      if (path.contains("/_update/") || createsTask) {
        return "taken over";
      }
    }
    return "answered";
  }
}
