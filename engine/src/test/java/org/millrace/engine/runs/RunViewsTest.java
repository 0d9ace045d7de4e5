package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.engine.runs.World.ALICE;
import static org.millrace.engine.runs.World.MALLORY;
import static org.millrace.engine.runs.World.list;
import static org.millrace.engine.runs.World.map;
import static org.millrace.engine.runs.World.number;
import static org.millrace.engine.runs.World.text;
import static org.millrace.engine.runs.World.when;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.run.Condition.Test.Above;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

/** What callers may see of runs, and what nodes left for those after them. */
class RunViewsTest {
  private final World world = new World();
  private RunId run = new RunId("none");

  private void start(FailurePolicy policy) throws InterruptedException {
    run = world.started(policy);
  }

  private Left left(String node) {
    return world.views.values(run, new NodeKey(node), ALICE);
  }

  private Value values(String node) {
    assertThat(left(node)).isInstanceOf(Left.Values.class);
    return ((Left.Values) left(node)).values();
  }

  private Value task(String node, String state) {
    TaskId task = world.rows.node(node).task().orElseThrow();
    return map("task", text(task.text()), "state", text(state));
  }

  // --- who sees what ---

  @Test
  void nothing_of_another_users_run_is_there() throws Exception {
    world.tasks("a");
    start(FailurePolicy.STOP);
    var key = new NodeKey("a");

    for (ThrowingCallable look :
        List.<ThrowingCallable>of(
            () -> world.views.find(run, MALLORY),
            () -> world.views.nodes(run, 0, 9, MALLORY),
            () -> world.views.nodes(run, List.of(0), MALLORY),
            () -> world.views.node(run, key, MALLORY),
            () -> world.views.plan(run, 0, MALLORY),
            () -> world.views.values(run, key, MALLORY),
            () -> world.views.entering(run, 0, 9, MALLORY),
            () -> world.views.entering(run, 0, 0, 9, MALLORY),
            () -> world.views.history(run, 0, 9, MALLORY))) {
      assertThatThrownBy(look).hasMessage("run " + run + " not found");
    }
    assertThat(world.views.list(Optional.empty(), Optional.empty(), 9, MALLORY)).isEmpty();
    assertThat(world.views.list(Optional.empty(), Optional.empty(), 9, ALICE)).hasSize(1);
    assertThat(world.views.find(run, Caller.ANONYMOUS).run()).isEqualTo(world.rows.run());
  }

  @Test
  void its_owner_sees_nodes_plans_edges_and_history() throws Exception {
    world.tasks("a", "b", "c").edge("a", "c").edge("b", "c");
    start(FailurePolicy.STOP);
    world.complete("a", map());

    assertThat(world.views.nodes(run, 1, 1, ALICE)).extracting(RunNode::place).containsExactly(1);
    assertThat(world.views.nodes(run, List.of(2, 7, 0), ALICE))
        .extracting(RunNode::place)
        .containsExactly(2, 0);
    assertThat(world.views.plan(run, 0, ALICE)).containsInstanceOf(NodePlan.Single.class);
    assertThat(world.views.entering(run, 2, 1, ALICE))
        .extracting(RunStore.StoredEdge::from)
        .as("the one without a mark first")
        .containsExactly(1);
    assertThat(world.views.entering(run, 0, 2, 9, ALICE).get(2)).hasSize(2);
    assertThat(world.views.history(run, world.views.newestLine() - 1, 9, ALICE))
        .singleElement()
        .satisfies(line -> assertThat(line.state()).isEqualTo("COMPLETED"));
    assertThatThrownBy(() -> world.views.current(new RunId("other")))
        .hasMessage("run other not found");
  }

  // --- what nodes left ---

  @Test
  void a_task_leaves_its_values_whether_it_ended_well_or_not() throws Exception {
    world.tasks("a", "b").echo("c", text("plain")).node("gate", new NodePlan.Barrier());
    start(FailurePolicy.CONTINUE);
    assertThat(left("a")).as("it has not ended").isEqualTo(new Left.Nothing());
    world.fail("a", "oops");

    assertThat(values("a"))
        .isEqualTo(
            map(
                "task", text(world.rows.node("a").task().orElseThrow().text()),
                "state", text("EXECUTOR_ERROR"),
                "said", text("oops")));
    assertThat(((Value.Fields) values("c")).values()).containsEntry("result", text("plain"));
    assertThat(values("gate")).isEqualTo(map());
  }

  @Test
  void what_was_skipped_or_could_not_begin_left_nothing() throws Exception {
    world
        .echo("a", map("n", number(1)))
        .echo("skipped", map())
        .task("unfit", text("${nodes.a.values.x}"));
    world.echo("barred", map()).edge("unfit", "barred");
    world.edge("a", "skipped", when("a", "n", new Above(new Value.Numeral("3"))));
    start(FailurePolicy.CONTINUE);

    for (String node : List.of("skipped", "unfit", "barred")) {
      assertThat(left(node)).as(node).isEqualTo(new Left.Nothing());
    }
  }

  @Test
  void a_spread_node_leaves_what_its_items_left_and_null_for_those_that_left_nothing()
      throws Exception {
    world.each("s", list(map("name", text("x")), map("title", text("y"))), 10);
    start(FailurePolicy.CONTINUE);
    world.complete("s[0]", map());

    assertThat(values("s")).isEqualTo(map("items", list(task("s[0]", "COMPLETE"), Value.NOTHING)));
  }

  @Test
  void items_that_left_too_much_are_not_shown_at_once_but_each_by_itself() throws Exception {
    Value item = map("name", text("x"));
    world.each("s", new Value.Items(Collections.nCopies(3, item)), 10);
    start(FailurePolicy.STOP);
    for (int i = 0; i < 3; i++) {
      world.complete("s[" + i + "]", map("much", text("x".repeat(400_000))));
    }

    assertThat(left("s")).isEqualTo(new Left.TooMuch());
    assertThat(left("s[1]")).isInstanceOf(Left.Values.class);
  }

  @Test
  void of_many_items_all_are_there_in_their_order() throws Exception {
    world.node(
        "s",
        new NodePlan.Each(
            new Value.Items(Collections.nCopies(1_001, Value.NOTHING)),
            World.spec("echo", map("i", text("${index}"))),
            2_000));
    start(FailurePolicy.STOP);

    List<Value> items = ((Value.Items) values().of(to("s", "items"))).values();

    assertThat(items).hasSize(1_001);
    assertThat(((Value.Fields) items.get(1_000)).values()).containsEntry("i", number(1_000));
  }

  // --- references to it ---

  private LeftValues values() {
    return new LeftValues(run, world.rows, world.tasks);
  }

  private static Reference.OfNode to(String node, Object... path) {
    return new Reference.OfNode(
        new NodeKey(node),
        new ValuePath(
            Arrays.stream(path)
                .map(step ->
                    step instanceof Integer item
                        ? new ValuePath.Step.Item(item)
                        : new ValuePath.Step.Field((String) step))
                .map(ValuePath.Step.class::cast)
                .toList()));
  }

  @Test
  void a_reference_to_what_is_not_there_says_why() throws Exception {
    world.echo("a", map("n", number(1))).echo("skipped", map()).tasks("open", "gone");
    world.edge("a", "skipped", when("a", "n", new Above(new Value.Numeral("3"))));
    start(FailurePolicy.STOP);
    world.complete("gone", map());
    world.tasks.forget(world.rows.node("gone").task().orElseThrow());

    assertThat(values().of(to("a", "n"))).isEqualTo(number(1));
    assertThatThrownBy(() -> values().of(to("a", "m")))
        .hasMessage("${nodes.a.values.m}: it has no field 'm'");
    assertThatThrownBy(() -> values().of(to("b", "m")))
        .hasMessage("${nodes.b.values.m}: no such node");
    assertThatThrownBy(() -> values().of(to("skipped", "m")))
        .hasMessage("${nodes.skipped.values.m}: node 'skipped' was skipped and left nothing");
    assertThatThrownBy(() -> values().of(to("open", "m")))
        .hasMessage("${nodes.open.values.m}: node 'open' has not ended");
    assertThatThrownBy(() -> values().of(to("gone", "m")))
        .hasMessage("${nodes.gone.values.m}: what node 'gone' left is gone");
    assertThatThrownBy(() -> values().of(new Reference.OfIndex()))
        .hasMessage("${index}: it is nothing that a node leaves");
  }

  @Test
  void one_item_is_read_by_itself_however_much_all_of_them_left() throws Exception {
    Value item = map("name", text("x"));
    world.each("s", new Value.Items(Collections.nCopies(20, item)), 20);
    start(FailurePolicy.STOP);
    for (int i = 0; i < 20; i++) {
      world.complete("s[" + i + "]", map("i", number(i), "much", text("x".repeat(1 << 20))));
    }

    assertThat(values().of(to("s", "items", 7, "i"))).isEqualTo(number(7));
    assertThatThrownBy(() -> values().of(to("s", "items", 7, "j")))
        .hasMessage("${nodes.s.values.items[7].j}: it has no field 'j'");
    assertThatThrownBy(() -> values().of(to("s", "items")))
        .hasMessageContaining("its items left too much to be read at once; refer to one");
  }

  @Test
  void an_item_that_left_nothing_is_null_also_when_it_is_read_by_itself() throws Exception {
    world.each("s", list(map("title", text("y")), map("name", text("x"))), 10);
    start(FailurePolicy.CONTINUE);
    world.complete("s[1]", map());

    assertThat(values().of(to("s", "items", 0))).isEqualTo(Value.NOTHING);
    assertThatThrownBy(() -> values().of(to("s", "items", 0, "i")))
        .hasMessageContaining("is null, which has no fields");
    assertThatThrownBy(() -> values().of(to("s", "items", 2)))
        .hasMessageContaining("has 2 items, and so none of number 2");
  }
}
