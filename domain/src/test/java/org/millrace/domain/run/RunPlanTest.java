package org.millrace.domain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.graph.BrokenGraph;
import org.millrace.domain.graph.Edge;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.graph.Reference.Root;
import org.millrace.domain.run.RunPlan.PlannedEdge;
import org.millrace.domain.run.RunPlan.PlannedNode;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.Work;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

final class RunPlanTest {
  private static final RunSpec SPEC =
      new RunSpec(
          Owner.ANONYMOUS, "api", Optional.empty(), Optional.empty(), Map.of(), FailurePolicy.STOP);

  @Test
  void a_reference_is_an_edge() throws BrokenGraph {
    RunPlan plan = plan(List.of(node("a", echo("x")), node("b", echo("${nodes.a.values.x}"))));

    assertThat(plan.graph().edges()).containsExactly(edge("a", "b"));
    assertThat(plan.edge(0).leads()).isTrue();
    assertThat(plan.node(0).state()).isEqualTo(NodeState.READY);
    assertThat(plan.node(1)).isEqualTo(RunNode.planned(1, new NodeKey("b"), 1, 1));
  }

  @Test
  void beside_edges_that_the_author_wrote_a_reference_is_there_for_its_value_alone()
      throws BrokenGraph {
    RunPlan plan =
        plan(
            List.of(
                node("a", echo("x")),
                node("b", echo("x")),
                node("c", echo("${nodes.a.values.x}${nodes.b.values}${nodes.a.values.y}"))),
            planned("b", "c"));

    assertThat(plan.graph().edges()).containsExactly(edge("b", "c"), edge("a", "c"));
    assertThat(plan.edge(0).leads()).isTrue();
    assertThat(plan.edge(1).leads()).isFalse();
    assertThat(plan.node(2)).isEqualTo(RunNode.planned(2, new NodeKey("c"), 2, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "${nodes.none.values.x}, 'node ''b'': ${nodes.none.values.x} names a node that is not there'",
    "${nodes.a.value.x}, 'node ''b'': at character 10: ''.values'' is wanted'",
    "${nodes.b.values.x}, node 'b' waits for itself",
    "${item.x}, 'node ''b'': at character 1: ''item'' is nothing to refer to here'",
  })
  void a_reference_that_leads_nowhere_is_refused_with_its_node(String text, String why) {
    assertThatThrownBy(() -> plan(List.of(node("a", echo("x")), node("b", echo(text)))))
        .isInstanceOf(BrokenGraph.class)
        .hasMessageContaining(why);
  }

  @Test
  void nodes_that_refer_to_each_other_are_a_cycle() {
    assertThatThrownBy(() ->
            plan(
                List.of(
                    node("a", echo("${nodes.b.values.x}")),
                    node("b", echo("${nodes.a.values.x}")))))
        .isInstanceOf(BrokenGraph.class)
        .hasMessageContaining("nodes wait for each other: ");
  }

  @Test
  void a_task_is_adopted_once() {
    var adopted = new NodePlan.Adopted(new TaskId("theirs"));

    assertThatThrownBy(() ->
            plan(
                List.of(
                    new PlannedNode(new NodeKey("a"), adopted),
                    new PlannedNode(new NodeKey("b"), adopted))))
        .isInstanceOf(BrokenGraph.class)
        .hasMessageContaining("node 'b': node 'a' adopts task theirs too");
  }

  @Test
  void no_node_is_called_as_items_of_another_will_be() throws BrokenGraph {
    var each = new NodePlan.Each(new Value.Items(List.of()), task(echo("x")), 1);
    List<PlannedNode> others = List.of(node("a[x]", echo("x")), node("b[0]", echo("x")));

    plan(List.of(new PlannedNode(new NodeKey("a"), each), others.get(0), others.get(1)));

    assertThatThrownBy(
            () -> plan(List.of(node("a[07]", echo("x")), new PlannedNode(new NodeKey("a"), each))))
        .isInstanceOf(BrokenGraph.class)
        .hasMessageContaining("node 'a[07]': an item of node 'a' has this name");
  }

  @Test
  void a_condition_asks_about_the_node_that_its_edge_leaves() {
    var condition =
        new Condition(
            new Reference.OfNode(new NodeKey("b"), new ValuePath(List.of())),
            new Condition.Test.There(true));

    assertThatThrownBy(() ->
            plan(
                List.of(node("a", echo("x")), node("b", echo("x")), node("c", echo("x"))),
                new PlannedEdge(edge("a", "c"), Optional.of(condition))))
        .isInstanceOf(BrokenGraph.class)
        .hasMessageContaining("it can only ask about node 'a'");
  }

  @Test
  void every_fault_is_told() {
    assertThatThrownBy(() ->
            plan(
                List.of(
                    node("a", echo("${nodes.x.values}")),
                    node("a", echo("${nodes.y.values}")),
                    node("b", echo("${nope.x}"))),
                planned("z", "b")))
        .isInstanceOfSatisfying(
            BrokenGraph.class, broken -> assertThat(broken.faults()).hasSize(5));
  }

  @Test
  void a_spread_node_may_refer_to_its_item() throws Exception {
    TaskSpec item = task(echo("${nodes.a.values.x} ${item.name} ${index}"));
    RunPlan plan =
        plan(
            List.of(
                node("a", echo("x")),
                new PlannedNode(
                    new NodeKey("b"),
                    new NodePlan.Each(new Value.Text("${nodes.a.values.list}"), item, 10))));
    assertThat(plan.graph().edges()).containsExactly(edge("a", "b"));

    assertThat(NodePlan.filled(item, Set.of(Root.NODES, Root.ITEM), RunPlanTest::itself).work())
        .isEqualTo(echo("<${nodes.a.values.x}> <${item.name}> <${index}>"));
  }

  @Test
  void every_text_of_executors_inputs_and_outputs_may_refer() throws Exception {
    String any = "${nodes.a.values.x}";
    var work =
        new ContainerWork(
            List.of(
                new ExecutorSpec(
                    any,
                    List.of("sh", "-c", "echo ${HOME} $" + any),
                    Optional.of(any),
                    Optional.of(any),
                    Optional.of(any),
                    Optional.of(any),
                    Map.of("A", any),
                    false)),
            List.of(
                new Input(
                    Optional.of("n"),
                    Optional.empty(),
                    new Input.Location(any),
                    any,
                    FileType.FILE,
                    Optional.empty()),
                new Input(
                    Optional.empty(),
                    Optional.empty(),
                    new Input.Content(any),
                    "/in",
                    FileType.FILE,
                    Optional.empty())),
            List.of(
                new Output(
                    Optional.empty(), Optional.empty(), any, any, Optional.of(any), FileType.FILE)),
            List.of("/v"));

    ContainerWork filled =
        (ContainerWork) NodePlan.filled(task(work), Set.of(Root.NODES), RunPlanTest::itself).work();

    String put = "<" + any + ">";
    ExecutorSpec executor = filled.executors().getFirst();
    assertThat(executor.image()).isEqualTo(put);
    assertThat(executor.command()).containsExactly("sh", "-c", "echo ${HOME} " + any);
    assertThat(List.of(executor.workdir(), executor.stdin(), executor.stdout(), executor.stderr()))
        .containsOnly(Optional.of(put));
    assertThat(executor.env()).containsEntry("A", put);
    assertThat(filled.inputs().getFirst().source()).isEqualTo(new Input.Location(put));
    assertThat(filled.inputs().getFirst().path()).isEqualTo(put);
    assertThat(filled.inputs().getLast().source()).isEqualTo(new Input.Content(put));
    assertThat(filled.outputs().getFirst().url()).isEqualTo(put);
    assertThat(filled.outputs().getFirst().path()).isEqualTo(put);
    assertThat(filled.outputs().getFirst().pathPrefix()).contains(put);
  }

  @Test
  void steps_get_values_beside_them_and_keep_their_references() throws Exception {
    StepsWork steps =
        steps(
            call("start", "http://h/${nodes.a.values.x}?key=${step.key}"),
            call("collect", "http://h/${steps.start.body.id}/${nodes.a.values.x}"));

    StepsWork filled =
        (StepsWork) NodePlan.filled(task(steps), Set.of(Root.NODES), RunPlanTest::itself).work();

    assertThat(filled.steps()).isEqualTo(steps.steps());
    assertThat(filled.given())
        .containsExactly(Map.entry("${nodes.a.values.x}", new Value.Text("<${nodes.a.values.x}>")));
  }

  @Test
  void a_step_refers_to_earlier_ones_only() {
    StepsWork steps =
        steps(call("start", "http://h/${steps.collect.body}"), call("collect", "http://h/"));

    assertThatThrownBy(() -> plan(List.of(node("a", steps))))
        .isInstanceOf(BrokenGraph.class)
        .hasMessageContaining("${steps.collect.body} is no earlier step of step 'start'");
  }

  @Test
  void what_is_one_reference_stands_for_whatever_is_there() throws Exception {
    var list = new Value.Items(List.of(new Value.Numeral("1")));

    Work filled =
        NodePlan.filled(task(echo("${nodes.a.values.list}")), Set.of(Root.NODES), _ -> list).work();

    assertThat(filled).isEqualTo(new InProcessWork("echo", list));
    assertThatThrownBy(() ->
            NodePlan.filled(task(echo("x${nodes.a.values.list}")), Set.of(Root.NODES), _ -> list))
        .isInstanceOf(MissingValue.class)
        .hasMessage("${nodes.a.values.list}: it is a list, where a text or a number is wanted");
  }

  @Test
  void a_chain_of_a_hundred_thousand_references_is_an_ordinary_plan() throws BrokenGraph {
    List<PlannedNode> nodes = new ArrayList<>();
    nodes.add(node("n0", echo("x")));
    IntStream.range(1, 100_000)
        .forEach(i -> nodes.add(node("n" + i, echo("${nodes.n" + (i - 1) + ".values.result}"))));

    assertThat(plan(nodes).graph().edges()).hasSize(99_999);
  }

  private static Value itself(Reference reference) {
    return new Value.Text("<" + reference + ">");
  }

  private static RunPlan plan(List<PlannedNode> nodes, PlannedEdge... edges) throws BrokenGraph {
    return RunPlan.of(SPEC, nodes, List.of(edges));
  }

  private static PlannedNode node(String key, Work work) {
    return new PlannedNode(new NodeKey(key), new NodePlan.Single(task(work)));
  }

  private static Edge edge(String from, String to) {
    return new Edge(new NodeKey(from), new NodeKey(to));
  }

  private static PlannedEdge planned(String from, String to) {
    return new PlannedEdge(edge(from, to), Optional.empty());
  }

  private static InProcessWork echo(String text) {
    return new InProcessWork("echo", new Value.Text(text));
  }

  private static StepsWork steps(Step... steps) {
    return new StepsWork(List.of(steps), Map.of());
  }

  private static Step call(String name, String url) {
    return new Step.Call(
        name,
        new HttpRequest("GET", url, Map.of(), Optional.empty()),
        Set.of(),
        Optional.empty(),
        Duration.ofSeconds(5));
  }

  private static TaskSpec task(Work work) {
    return new TaskSpec(
        Owner.ANONYMOUS,
        "api",
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        TaskSpec.NORMAL_PRIORITY,
        work,
        Resources.NONE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }
}
