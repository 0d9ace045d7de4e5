package org.millrace.domain.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;

class NodeValuesTest {
  private static final TaskId TASK = new TaskId("01kjmma2g06pem3eqqhbz0vrdw");
  private static final Value SAID = new Value.Text("said");

  /** What people read is what nodes leave: each way with the kinds of nodes that have it. */
  @Test
  void the_document_names_all_that_nodes_leave() throws IOException {
    Map<String, Set<String>> left = new TreeMap<>();
    leaves(left, "container", ofTask(containers()));
    leaves(left, "steps", ofTask(leaving(fields("steps", fields("NAME", reply())))));
    leaves(left, "in_process", ofTask(leaving(SAID)));
    leaves(left, "task", ofTask(AttemptReport.EMPTY));
    leaves(left, "for_each", NodeValues.ofItems(List.of(Value.NOTHING)));
    leaves(left, "barrier", NodeValues.none());

    assertThat(told()).isEqualTo(left);
  }

  private static Map<String, Set<String>> told() throws IOException {
    String document = Files.readString(Path.of("../docs/graphs.md"));
    int from = document.indexOf("### What nodes leave");
    String section = document.substring(from, document.indexOf("\n### ", from));
    Matcher row = Pattern.compile("\\| `([^`$]+)` \\| (`.+?`) \\| .+ \\|").matcher(section);
    Map<String, Set<String>> told = new TreeMap<>();
    while (row.find()) {
      Set<String> kinds =
          Pattern.compile("[a-z_]+")
              .matcher(row.group(2))
              .results()
              .map(MatchResult::group)
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(told.put(row.group(1), kinds)).as(row.group(1) + " twice").isNull();
    }
    return told;
  }

  private static void leaves(Map<String, Set<String>> all, String kind, Value value) {
    ways("", value)
        .forEach(way -> all.computeIfAbsent(way.substring(1), _ -> new TreeSet<>()).add(kind));
  }

  private static List<String> ways(String to, Value value) {
    return switch (value) {
      case Value.Fields(Map<String, Value> fields) ->
          fields.entrySet().stream()
              .flatMap(field -> ways(to + "." + field.getKey(), field.getValue()).stream())
              .toList();
      case Value.Items(List<Value> items) -> ways(to + "[N]", items.getFirst());
      case Value.Text _, Value.Numeral _, Value.Truth _, Value.Nothing _ -> List.of(to);
    };
  }

  private static Value ofTask(AttemptReport report) {
    return NodeValues.of(TASK, TaskState.COMPLETE, report);
  }

  private static Value fields(String name, Value value) {
    return new Value.Fields(Map.of(name, value));
  }

  private static Value reply() {
    return new Value.Fields(Map.of("status", new Value.Numeral("200"), "body", SAID));
  }

  private static AttemptReport leaving(Value value) {
    return report(List.of(), List.of(), value);
  }

  private static AttemptReport containers() {
    var ran =
        new ExecutorResult(
            0,
            OptionalInt.empty(),
            false,
            Instant.EPOCH,
            Instant.EPOCH,
            ExecutorResult.Usage.NONE,
            "",
            "");
    var stored = new StoredFile("file:///out", "/out", 3, Optional.of("0".repeat(64)));
    return report(List.of(ran), List.of(stored), fields("files", fields("NAME", SAID)));
  }

  private static AttemptReport report(
      List<ExecutorResult> executors, List<StoredFile> outputs, Value value) {
    return new AttemptReport(
        Map.of(),
        Map.of(),
        executors,
        List.of(),
        outputs,
        Optional.empty(),
        Optional.of(value),
        List.of());
  }
}
