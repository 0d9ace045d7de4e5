package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.millrace.engine.runs.World.list;
import static org.millrace.engine.runs.World.map;
import static org.millrace.engine.runs.World.number;
import static org.millrace.engine.runs.World.text;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunState;
import org.millrace.domain.value.Value;

/** A node that becomes a task for each item of a list that is known only when it begins. */
class SpreadingTest {
  private final World world = new World();

  private static Value named(String name) {
    return map("name", text(name));
  }

  @Test
  void each_item_becomes_a_task_with_its_values_and_the_join_finds_what_they_left_in_order()
      throws Exception {
    world
        .echo("ls", map("found", list(named("x"), named("y"))))
        .each("s", text("${nodes.ls.values.found}"), 10)
        .echo("join", list(text("${nodes.s.values.items[1].r}"), text("${nodes.s.values.items}")));
    world.started(FailurePolicy.STOP);
    assertThat(world.states())
        .containsExactly(
            entry("ls", "COMPLETED"),
            entry("s", "SPREAD"),
            entry("join", "WAITING"),
            entry("s[0]", "ACTIVE"),
            entry("s[1]", "ACTIVE"));
    assertThat(world.given("s[0]")).isEqualTo(text("0: x"));
    assertThat(world.given("s[1]")).isEqualTo(text("1: y"));

    world.complete("s[1]", map("r", number(2)));
    assertThat(world.states()).containsEntry("s", "SPREAD");
    world.complete("s[0]", map("r", number(1)));

    assertThat(world.rows.run().state()).isEqualTo(RunState.COMPLETE);
    assertThat(world.given("join"))
        .isEqualTo(list(number(2), list(left("s[0]", number(1)), left("s[1]", number(2)))));
  }

  private Value left(String item, Value r) {
    String task = world.rows.node(item).task().orElseThrow().text();
    return map("task", text(task), "state", text("COMPLETE"), "r", r);
  }

  @Test
  void items_are_made_a_thousand_at_a_time_at_places_after_all_others() throws Exception {
    world.node(
        "s",
        new NodePlan.Each(
            new Value.Items(Collections.nCopies(2_500, named("x"))),
            World.spec("work", text("${index}")),
            NodePlan.Each.MOST));
    world.tasks("other");

    world.started(FailurePolicy.STOP);

    assertThat(
            world.rows.written().stream().mapToInt(SpreadingTest::items).filter(made -> made > 0))
        .containsExactly(1_000, 1_000, 500);
    assertThat(world.rows.run().nextPlace()).isEqualTo(2_502);
    assertThat(world.rows.run().tally().active()).isEqualTo(2_501);
    assertThat(IntStream.of(0, 999, 1_000, 2_499))
        .allSatisfy(index -> {
          assertThat(world.rows.node("s[" + index + "]").place()).isEqualTo(index + 2);
          assertThat(world.given("s[" + index + "]")).isEqualTo(number(index));
        });
  }

  private static int items(List<RunStore.NodeChange> changes) {
    return changes.stream().mapToInt(change -> change.items().size()).sum();
  }

  @Test
  void what_another_server_made_meanwhile_is_not_made_twice() throws Exception {
    world.each("s", new Value.Items(Collections.nCopies(3, named("x"))), 10);
    var run = world.submit.submit(world.plan(FailurePolicy.STOP), Optional.empty());
    var moving = world.rows.find(run).orElseThrow();
    assertThat(moving.run().state()).isEqualTo(RunState.RUNNING);
    world.rows.beforeNextWrite(() -> world.rows.beforeNextWrite(this::goOn)); // the second: items

    world.advancer.runOnce();

    assertThat(world.states()).hasSize(4);
    assertThat(world.tasks.all()).hasSize(3);
  }

  private void goOn() {
    try {
      world.advancer.runOnce();
    } catch (InterruptedException never) {
      throw new AssertionError(never);
    }
  }

  @Test
  void over_nothing_it_has_ended_well() throws Exception {
    world.each("s", list(), 10).echo("join", text("${nodes.s.values.items}"));

    world.started(FailurePolicy.STOP);

    assertThat(world.given("join")).isEqualTo(list());
    assertThat(world.rows.run().state()).isEqualTo(RunState.COMPLETE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "name; no-list; what it is to be spread over is a text, where a list is wanted",
        "many; too-many-items; the list has 3 items, and at most 2 are allowed",
        "none; value-missing; ${nodes.ls.values.none}: it has no field 'none'"
      })
  void what_cannot_be_spread_fails_and_says_why(String field, String code, String message)
      throws Exception {
    world
        .echo("ls", map("name", text("x"), "many", list(named("a"), named("b"), named("c"))))
        .each("s", text("${nodes.ls.values." + field + "}"), 2);

    world.started(FailurePolicy.STOP);

    Cause why = world.rows.node("s").cause().orElseThrow();
    assertThat(why.code()).isEqualTo(code);
    assertThat(why.message()).isEqualTo(message);
    assertThat(why.byCaller()).isTrue();
    assertThat(world.rows.run().state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void an_item_whose_value_is_missing_fails_with_it_and_no_other() throws Exception {
    world
        .each("s", list(named("x"), map("title", text("y"))), 10)
        .tasks("after")
        .edge("s", "after");

    world.started(FailurePolicy.CONTINUE);
    world.complete("s[0]", map());

    assertThat(world.rows.node("s[1]").cause().orElseThrow().message())
        .isEqualTo("${item.name}: it has no field 'name'");
    assertThat(world.states())
        .containsEntry("s[0]", "COMPLETED")
        .containsEntry("s", "BARRED")
        .containsEntry("after", "BARRED");
    assertThat(world.rows.node("after").cause().orElseThrow().message())
        .isEqualTo("node 's[1]' failed");
  }
}
