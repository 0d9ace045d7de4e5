package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.graph.Edge;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.value.Value;

/**
 * Trees of tasks: every form, every mistake, whose turn it is, and the run that becomes of them.
 */
class JobTreeTest {
  private static JobTree tree(String json) throws Exception {
    return JobTree.given(PythonJson.read(json)).numbered(1);
  }

  private static String shown(JobTree tree) {
    return switch (tree) {
      case JobTree.Leaf(String key, long number) -> key + number;
      case JobTree.Row(List<JobTree> items) ->
          items.stream().map(JobTreeTest::shown).collect(Collectors.joining(" ", "(", ")"));
      case JobTree.Fork(List<JobTree> items) ->
          items.stream().map(JobTreeTest::shown).collect(Collectors.joining(" ", "[", "]"));
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          "debug"                                                          | DEBUG1
          "{\\"taskSequential\\": [\\"a\\", \\"b\\"]}"                     | (A1 B2)
          "\\"quoted\\""                                                   | "QUOTED"1
          {"Task": {"task_key": "a"}}                                      | A1
          {"Task": {"task_key": "a", "task_id": 7, "task_state": 200, "task_msg": "x", "job_id": 3}} | A1
          {"taskSequential": ["a", {"taskParallel": ["b", {"Task": {"task_key": "c"}}]}, "a"]} | (A1 [B2 C3] A4)
          {"taskParallel": []}                                             | []
          """)
  void every_form_is_read(String json, String tree) throws Exception {
    assertThat(shown(tree(json))).isEqualTo(tree);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ["a"]                                   | 400
          1                                       | 400
          null                                    | 400
          true                                    | 400
          "123"                                   | 500
          "[1]"                                   | 500
          "true"                                  | 500
          ""                                      | 500
          " "                                     | 500
          {}                                      | 500
          {"a": 1, "b": 2}                        | 500
          {"taskFoo": ["A"]}                      | 400
          {"taskContainer": ["A"]}                | 400
          {"Foo": ["A"]}                          | 400
          {"taskParallel": "A"}                   | 400
          {"taskParallel": [["A"]]}               | 400
          {"taskParallel": [1]}                   | 400
          {"taskParallel": [{"a": 1, "b": 2}]}    | 500
          {"taskParallel": [""]}                  | 500
          {"Task": "A"}                           | 400
          {"Task": {}}                            | 400
          {"Task": {"task_key": ""}}              | 500
          {"Task": {"task_key": null}}            | 500
          {"Task": {"task_key": 3}}               | 500
          {"Task": {"task_key": "a", "foo": 1}}   | 400
          {"Task": {"task_key": "a\\u0000"}}      | 400
          """)
  void every_mistake_has_its_status(String json, int status) {
    assertThatThrownBy(() -> tree(json))
        .isInstanceOfSatisfying(
            JobRefused.class, refused -> assertThat(refused.status()).isEqualTo(status));
  }

  @Test
  void what_is_too_large_or_too_deep_is_refused() {
    String many = "{\"taskParallel\": [%s]}".formatted("\"a\",".repeat(100_000) + "\"a\"");
    assertThatThrownBy(() -> tree(many))
        .isInstanceOfSatisfying(
            JobRefused.class, refused -> assertThat(refused.status()).isEqualTo(413));
    String hollow =
        "{\"taskParallel\": [%s]}".formatted("{\"taskParallel\": []},".repeat(2_000) + "\"a\"");
    assertThatThrownBy(() -> tree(hollow)).isInstanceOf(JobRefused.class);
    String deep = "{\"taskSequential\": [".repeat(60) + "\"a\"" + "]}".repeat(60);
    assertThatThrownBy(() -> tree(deep)).hasMessageContaining("containers in each other");
    assertThatThrownBy(() -> tree("\"" + "ß".repeat(100) + "\""))
        .as("twice as many in capitals")
        .hasMessageContaining("at most 150 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (1 [2 3] 4) |         | 1
          (1 [2 3] 4) | 1       | 2 3
          (1 [2 3] 4) | 1 3     | 2
          (1 [2 3] 4) | 1 2 3   | 4
          (1 [2 3] 4) | 1 2 3 4 |
          (1 [2 3] 4) | 2 3 4   | 1
          [(1 2) 3 4] | 1       | 2 3 4
          """)
  void the_first_that_is_not_done_of_a_row_and_all_that_are_not_of_a_fork(
      String tree, String done, String next) throws Exception {
    String json =
        tree.startsWith("[")
            ? "{\"taskParallel\": [{\"taskSequential\": [\"a\", \"b\"]}, \"c\", \"d\"]}"
            : "{\"taskSequential\": [\"a\", {\"taskParallel\": [\"b\", \"c\"]}, \"d\"]}";
    Set<Long> already =
        done == null
            ? Set.of()
            : List.of(done.split(" ")).stream().map(Long::parseLong).collect(Collectors.toSet());

    String turn =
        tree(json).next(already::contains).stream()
            .map(leaf -> Long.toString(leaf.number()))
            .collect(Collectors.joining(" "));

    assertThat(turn).isEqualTo(next == null ? "" : next);
    assertThat(tree(json).isDone(already::contains)).isEqualTo(next == null);
  }

  private static RunPlan plan(String json) throws Exception {
    JobTree tree = tree(json);
    var job =
        new Job(
            5,
            "u",
            "ITM1",
            tree,
            Value.NOTHING,
            new Value.Numeral("1"),
            new Value.Fields(Map.of()));
    List<TaskId> tasks = tree.leaves().map(leaf -> new TaskId("t" + leaf.number())).toList();
    return JobPlan.of(job, new Owner("dane"), tasks);
  }

  private static List<String> edges(RunPlan plan) {
    List<String> edges = new ArrayList<>();
    for (Edge edge : plan.graph().edges()) {
      edges.add(edge.toString());
    }
    return edges;
  }

  @Test
  void a_row_has_edges_and_a_fork_has_none() throws Exception {
    RunPlan plan = plan("{\"taskSequential\": [\"a\", {\"taskParallel\": [\"b\", \"c\"]}, \"d\"]}");

    assertThat(plan.spec().policy()).isEqualTo(FailurePolicy.HOLD);
    assertThat(edges(plan)).containsExactly("A 1 -> B 2", "A 1 -> C 3", "B 2 -> D 4", "C 3 -> D 4");
  }

  @Test
  void between_two_forks_is_a_barrier() throws Exception {
    RunPlan plan =
        plan(
            "{\"taskSequential\": [{\"taskParallel\": [\"a\", \"b\"]}, {\"taskParallel\": [\"c\","
                + " \"d\"]}]}");

    assertThat(edges(plan))
        .containsExactly(
            "A 1 -> join 2 of 2", "B 2 -> join 2 of 2", "join 2 of 2 -> C 3", "join 2 of 2 -> D 4");
  }

  @Test
  void empty_containers_are_done() throws Exception {
    assertThat(
            edges(
                plan(
                    "{\"taskSequential\": [\"a\", {\"taskParallel\": []}, {\"taskParallel\":"
                        + " [\"b\", {\"taskSequential\": []}]}, \"c\"]}")))
        .containsExactly("A 1 -> B 2", "B 2 -> C 3");
    assertThat(plan("{\"taskParallel\": []}").graph().size()).isEqualTo(1);
  }

  /** Edges grow with the tree, not with its square. */
  @Test
  void many_forks_have_few_edges() throws Exception {
    String fork = "{\"taskParallel\": [%s]}".formatted("\"a\",".repeat(99) + "\"a\"");
    String row = "{\"taskSequential\": [%s]}".formatted((fork + ",").repeat(8) + fork);

    assertThat(plan(row).graph().edges()).hasSizeLessThan(2_000);
  }
}
