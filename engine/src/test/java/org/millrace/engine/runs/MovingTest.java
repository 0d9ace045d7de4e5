package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.millrace.engine.runs.World.ALICE;
import static org.millrace.engine.runs.World.list;
import static org.millrace.engine.runs.World.map;
import static org.millrace.engine.runs.World.number;
import static org.millrace.engine.runs.World.text;
import static org.millrace.engine.runs.World.when;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.run.Condition.Test.Above;
import org.millrace.domain.run.Condition.Test.Among;
import org.millrace.domain.run.Condition.Test.There;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodeEvent.Begun;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;

/** What follows from what: which nodes begin, with which values, and what an end tells others. */
class MovingTest {
  private final World world = new World();

  private Cause cause(String key) {
    return world.rows.node(key).cause().orElseThrow();
  }

  private RunState state() {
    return world.rows.run().state();
  }

  // --- what goes well ---

  @Test
  void a_chain_that_only_computes_is_done_in_one_turn_and_stored_in_one_transaction()
      throws Exception {
    world
        .echo("a", map("n", number(1)))
        .echo(
            "b", map("n", text("${nodes.a.values.n}"), "all", list(text("is ${nodes.a.values.n}"))))
        .echo("c", text("${nodes.b.values.all[0]}!"));

    world.started(FailurePolicy.STOP);

    assertThat(state()).isEqualTo(RunState.COMPLETE);
    assertThat(world.given("c")).isEqualTo(text("is 1!"));
    assertThat(world.given("b"))
        .as("a reference alone stands for whatever is there")
        .isEqualTo(map("n", number(1), "all", list(text("is 1"))));
    assertThat(world.rows.written()).as("transactions").hasSize(1);
    assertThat(world.tasks.all())
        .extracting(view -> view.task().state())
        .containsExactly(TaskState.COMPLETE, TaskState.COMPLETE, TaskState.COMPLETE);
  }

  @Test
  void a_node_begins_when_all_before_it_have_ended_well_and_not_before() throws Exception {
    world.tasks("a", "b", "join").edge("a", "join").edge("b", "join");

    world.started(FailurePolicy.STOP);
    assertThat(world.states())
        .containsExactly(entry("a", "ACTIVE"), entry("b", "ACTIVE"), entry("join", "WAITING"));
    world.complete("a", map());
    assertThat(world.states()).containsEntry("join", "WAITING");
    world.complete("b", map());
    assertThat(world.states()).containsEntry("join", "ACTIVE");
    assertThat(state()).isEqualTo(RunState.RUNNING);
    world.complete("join", map());

    assertThat(state()).isEqualTo(RunState.COMPLETE);
    assertThat(world.tasks.all()).as("nothing starts twice").hasSize(3);
  }

  @Test
  void barriers_pass_and_what_is_there_already_is_adopted() throws Exception {
    world.existing("known", "alice");
    world
        .node("theirs", new NodePlan.Adopted(new TaskId("known")))
        .node("gate", new NodePlan.Barrier())
        .tasks("after")
        .edge("theirs", "gate")
        .edge("gate", "after");

    world.started(FailurePolicy.STOP);
    assertThat(world.states())
        .containsExactly(
            entry("theirs", "ACTIVE"), entry("gate", "WAITING"), entry("after", "WAITING"));
    world.complete("theirs", map());

    assertThat(world.states())
        .containsExactly(
            entry("theirs", "COMPLETED"), entry("gate", "COMPLETED"), entry("after", "ACTIVE"));
  }

  @Test
  void a_paused_run_tells_ends_and_starts_nothing() throws Exception {
    world.tasks("a", "b").edge("a", "b");
    var run = world.started(FailurePolicy.STOP);
    world.requests.pause(run, ALICE);

    world.complete("a", map());
    assertThat(world.states()).containsExactly(entry("a", "COMPLETED"), entry("b", "READY"));
    world.requests.resume(run, ALICE);
    world.advancer.runOnce();

    assertThat(world.states()).containsEntry("b", "ACTIVE");
  }

  @Test
  void whoever_waits_for_one_node_is_told_a_thousand_at_a_time() throws Exception {
    world.tasks("a");
    for (int i = 0; i < 2_500; i++) {
      world.node("b" + i, new NodePlan.Barrier()).edge("a", "b" + i);
    }
    world.started(FailurePolicy.STOP);
    world.rows.written();

    world.complete("a", map());

    assertThat(state()).isEqualTo(RunState.COMPLETE);
    assertThat(world.rows.written())
        .hasSizeGreaterThan(4)
        .allSatisfy(changes -> assertThat(changes).hasSizeLessThanOrEqualTo(1_100));
  }

  @Test
  void tasks_of_one_transaction_are_bounded_by_their_weight_too() throws Exception {
    for (int i = 0; i < 6; i++) {
      world.task("big" + i, text("x".repeat(1 << 20)));
    }
    world.submit.submit(world.plan(FailurePolicy.STOP), Optional.empty());

    world.advancer.runOnce();

    assertThat(world.rows.written()).extracting(List::size).containsExactly(4, 2);
    assertThat(world.states().values()).containsOnly("ACTIVE");
  }

  // --- policies ---

  /** a fails; b and its join depend on it, c does not. */
  private void oneOfTwoBranchesFails(FailurePolicy policy) throws Exception {
    world.tasks("a", "c").echo("b", map()).tasks("d").node("join", new NodePlan.Barrier());
    world.edge("a", "b").edge("b", "join").edge("c", "d").edge("d", "join");
    world.started(policy);
    world.fail("a", "no such column");
  }

  @Test
  void stop_cancels_what_runs_and_starts_nothing_new() throws Exception {
    oneOfTwoBranchesFails(FailurePolicy.STOP);
    world.rows.endWithTasks(world.now);

    assertThat(world.states())
        .isEqualTo(
            Map.of(
                "a", "FAILED", "b", "WAITING", "c", "FAILED", "d", "WAITING", "join", "WAITING"));
    assertThat(state()).isEqualTo(RunState.FAILED);
    Task cancelled =
        world.tasks.find(world.rows.node("c").task().orElseThrow()).orElseThrow().task();
    assertThat(cancelled.state()).isEqualTo(TaskState.CANCELED);
    assertThat(cancelled.outcome().orElseThrow().toString())
        .contains("run " + world.rows.run().id() + ", of which a node failed");
  }

  @Test
  void after_a_failure_that_stops_the_run_nothing_of_the_same_turn_is_begun() throws Exception {
    world.echo("a", map()).task("unfit", text("${nodes.a.values.n}")).tasks("b").edge("a", "b");

    world.started(FailurePolicy.STOP);

    assertThat(world.states()).containsEntry("unfit", "FAILED").containsEntry("b", "READY");
    assertThat(world.rows.written())
        .singleElement()
        .satisfies(changes ->
            assertThat(changes)
                .as("b is not even tried")
                .noneMatch(change -> change.event() instanceof Begun && change.place() == 2));
    assertThat(world.tasks.all()).hasSize(1);
  }

  @Test
  void continue_skips_what_depends_on_the_failure_with_that_cause_and_goes_on_elsewhere()
      throws Exception {
    oneOfTwoBranchesFails(FailurePolicy.CONTINUE);
    assertThat(world.states()).containsEntry("b", "BARRED").containsEntry("c", "ACTIVE");
    assertThat(cause("b").code()).isEqualTo("dependency-failed");
    assertThat(cause("b").message()).isEqualTo("node 'a' failed");

    world.complete("c", map());
    assertThat(world.states()).containsEntry("d", "ACTIVE");
    world.complete("d", map());

    assertThat(world.states()).containsEntry("join", "BARRED");
    assertThat(cause("join")).as("the cause, not the node between").isEqualTo(cause("b"));
    assertThat(state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void hold_lets_what_depends_on_the_failure_wait_until_it_is_tried_again() throws Exception {
    oneOfTwoBranchesFails(FailurePolicy.HOLD);
    world.complete("c", map());
    world.complete("d", map());
    assertThat(world.states())
        .isEqualTo(
            Map.of(
                "a",
                "FAILED",
                "b",
                "WAITING",
                "c",
                "COMPLETED",
                "d",
                "COMPLETED",
                "join",
                "WAITING"));
    assertThat(state()).isEqualTo(RunState.RUNNING);

    world.requests.rerun(world.rows.run().id(), List.of(), ALICE);
    world.advancer.runOnce();
    world.complete("a", map());

    assertThat(world.states().values()).containsOnly("COMPLETED");
    assertThat(state()).isEqualTo(RunState.COMPLETE);
    assertThat(world.tasks.all()).as("c and d were not done again").hasSize(5);
  }

  // --- conditions ---

  @ParameterizedTest
  @CsvSource({"9, COMPLETED, SKIPPED", "2, SKIPPED, COMPLETED"})
  void of_two_guarded_arms_the_one_whose_condition_holds_is_gone_and_their_join_runs(
      int value, String large, String small) throws Exception {
    world.echo("a", map("n", number(value))).echo("large", map()).echo("small", map());
    world.echo("join", map());
    world.edge("a", "large", when("a", "n", new Above(new Value.Numeral("3"))));
    world.edge("a", "small", when("a", "n", new Among(List.of(number(1), number(2)))));
    world.edge("large", "join").edge("small", "join");

    world.started(FailurePolicy.STOP);

    assertThat(world.states())
        .isEqualTo(Map.of("a", "COMPLETED", "large", large, "small", small, "join", "COMPLETED"));
    assertThat(state()).isEqualTo(RunState.COMPLETE);
  }

  @Test
  void a_condition_that_asks_about_what_is_not_there_fails_the_node_it_leads_to() throws Exception {
    world.echo("a", map("n", text("nine"))).echo("b", map()).echo("c", map()).echo("d", map());
    world.edge("a", "b", when("a", "n", new Above(new Value.Numeral("3"))));
    world.edge("a", "c", when("a", "other", new Above(new Value.Numeral("3"))));
    world.edge("a", "d", when("a", "other", new There(false)));

    world.started(FailurePolicy.CONTINUE);

    assertThat(world.states())
        .isEqualTo(Map.of("a", "COMPLETED", "b", "FAILED", "c", "FAILED", "d", "COMPLETED"));
    assertThat(cause("b").code()).isEqualTo("value-missing");
    assertThat(cause("b").message())
        .contains("${nodes.a.values.n}", "a text", "a number is wanted");
    assertThat(cause("c").message()).contains("${nodes.a.values.other}", "has no field 'other'");
    assertThat(cause("c").byCaller()).isTrue();
    assertThat(cause("c").help())
        .startsWith("look at what that node left: millrace graph show ")
        .endsWith(" --values 'a'");
  }

  @Test
  void an_arm_that_waits_for_just_this_failure_is_gone_and_others_are_not() throws Exception {
    world.tasks("a").echo("mend", map()).echo("other", map()).echo("plain", map());
    world.edge("a", "mend", when("a", "state", new Among(List.of(text("EXECUTOR_ERROR")))));
    world.edge("a", "other", when("a", "state", new Among(List.of(text("COMPLETE")))));
    world.edge("a", "plain");
    world.started(FailurePolicy.CONTINUE);

    world.fail("a", "oops");

    assertThat(world.states())
        .isEqualTo(
            Map.of("a", "FAILED", "mend", "COMPLETED", "other", "BARRED", "plain", "BARRED"));
  }

  @Test
  void a_condition_that_cannot_be_decided_of_a_failure_bars_as_the_failure_does() throws Exception {
    world.tasks("a").echo("mend", map());
    world.edge("a", "mend", when("a", "nothing", new Above(new Value.Numeral("1"))));
    world.started(FailurePolicy.CONTINUE);

    world.fail("a", "oops");

    assertThat(world.states()).containsEntry("mend", "BARRED");
    assertThat(cause("mend").message()).isEqualTo("node 'a' failed");
  }

  /** Nothing is there of a node that was skipped; so what asks for that would hold. */
  @Test
  void what_is_after_a_skipped_node_is_skipped_whatever_its_condition_asks() throws Exception {
    world.echo("a", map("n", number(1))).echo("b", map()).echo("c", map());
    world.edge("a", "b", when("a", "n", new Above(new Value.Numeral("3"))));
    world.edge("b", "c", when("b", "n", new There(false)));

    world.started(FailurePolicy.STOP);

    assertThat(world.states()).isEqualTo(Map.of("a", "COMPLETED", "b", "SKIPPED", "c", "SKIPPED"));
  }

  @Test
  void an_edge_that_is_there_for_its_value_alone_leads_nowhere() throws Exception {
    world.echo("a", map("n", number(1))).echo("b", map()).echo("c", text("${nodes.a.values.n}"));
    world.edge("b", "c", when("b", "nothing", new There(true)));

    world.started(FailurePolicy.STOP);

    assertThat(world.states()).as("its author's edge does not").containsEntry("c", "SKIPPED");
  }

  // --- nodes that cannot begin ---

  @Test
  void a_value_that_is_missing_fails_the_node_with_the_reference_named() throws Exception {
    world
        .echo("a", map("n", number(1)))
        .task("b", text("${nodes.a.values.files[0]}"))
        .task("c", text("x"));

    world.started(FailurePolicy.CONTINUE);

    assertThat(world.states()).isEqualTo(Map.of("a", "COMPLETED", "b", "FAILED", "c", "ACTIVE"));
    assertThat(cause("b").code()).isEqualTo("value-missing");
    assertThat(cause("b").message())
        .isEqualTo("${nodes.a.values.files[0]}: it has no field 'files'");
  }

  @Test
  void what_is_not_admitted_once_its_values_are_known_fails_alone() throws Exception {
    world
        .echo("a", map("n", text("evil")))
        .task("b", text("${nodes.a.values.n}"))
        .task("c", text("${nodes.a.values.task}"));
    world.admission =
        spec -> {
          if (spec.work().toString().contains("evil") && spec.work().toString().contains("work")) {
            throw Refusal.invalid("arguments", "must not be evil");
          }
          return spec;
        };

    world.started(FailurePolicy.CONTINUE);

    assertThat(world.states()).containsEntry("b", "FAILED").containsEntry("c", "ACTIVE");
    assertThat(cause("b"))
        .isEqualTo(Cause.ofCaller("not-admitted", "arguments: must not be evil", ""));
  }

  @Test
  void where_nothing_can_be_admitted_at_the_moment_nothing_fails_and_it_is_tried_again()
      throws Exception {
    world.echo("a", map("n", number(1))).task("b", text("${nodes.a.values.n}"));
    world.submit.submit(world.plan(FailurePolicy.STOP), Optional.empty());
    world.admission =
        _ -> {
          throw new Refusal(new Failure.Unavailable("the keys are away", Duration.ofSeconds(1)));
        };

    assertThatThrownBy(world.advancer::runOnce).hasMessage("the keys are away");
    assertThat(world.states()).isEqualTo(Map.of("a", "READY", "b", "WAITING"));
    world.admission = spec -> spec;
    world.advancer.runOnce();

    assertThat(world.states()).isEqualTo(Map.of("a", "COMPLETED", "b", "ACTIVE"));
  }

  @Test
  void a_defect_fails_the_node_it_meets_and_no_other() throws Exception {
    world.echo("a", map("n", number(1))).task("b", text("${nodes.a.values.n}")).tasks("c");
    world.submit.submit(world.plan(FailurePolicy.CONTINUE), Optional.empty());
    world.admission =
        _ -> {
          throw new IllegalStateException("secret inner workings");
        };

    world.advancer.runOnce();

    assertThat(world.states()).isEqualTo(Map.of("a", "COMPLETED", "b", "FAILED", "c", "ACTIVE"));
    assertThat(cause("b").code()).isEqualTo("defect");
    assertThat(cause("b").toString()).contains("see the server's log").doesNotContain("inner");
    assertThat(cause("b").byCaller()).isFalse();
  }

  @Test
  void another_users_task_and_one_that_is_not_there_are_adopted_by_nobody() throws Exception {
    world.existing("theirs", "mallory");
    world
        .node("x", new NodePlan.Adopted(new TaskId("theirs")))
        .node("y", new NodePlan.Adopted(new TaskId("nowhere")));

    world.started(FailurePolicy.CONTINUE);

    assertThat(world.states().values()).containsOnly("FAILED");
    assertThat(cause("x").message()).isEqualTo("there is no task theirs of this owner");
    assertThat(cause("y").message()).isEqualTo("there is no task nowhere of this owner");
  }

  // --- others meanwhile ---

  @Test
  void what_was_decided_of_older_rows_begins_nothing_twice() throws Exception {
    world.tasks("a", "b").edge("a", "b");
    world.submit.submit(world.plan(FailurePolicy.STOP), Optional.empty());
    List<String> turns = new ArrayList<>();
    world.rows.beforeNextWrite(() -> {
      try {
        turns.add("another server");
        world.advancer.runOnce();
      } catch (InterruptedException never) {
        throw new AssertionError(never);
      }
    });

    world.advancer.runOnce();

    assertThat(turns).hasSize(1);
    assertThat(world.tasks.all()).as("one task, of the server that was first").hasSize(1);
    assertThat(world.states()).isEqualTo(Map.of("a", "ACTIVE", "b", "WAITING"));
  }

  @ParameterizedTest
  @EnumSource(FailurePolicy.class)
  void a_run_that_was_cancelled_meanwhile_starts_nothing(FailurePolicy policy) throws Exception {
    world.tasks("a");
    var run = world.submit.submit(world.plan(policy), Optional.empty());
    world.rows.beforeNextWrite(
        () -> world.rows.apply(run, new RunEvent.CancelRequested("bob"), world.now));

    world.advancer.runOnce();

    assertThat(world.tasks.all()).isEmpty();
    assertThat(state()).isEqualTo(RunState.CANCELED);
  }

  @Test
  void a_turn_with_nothing_to_do_writes_nothing_and_rings_no_bell() throws Exception {
    world.tasks("a");
    world.started(FailurePolicy.STOP);
    world.rows.written();
    long rings = world.work.rings();

    world.advancer.runOnce();

    assertThat(world.rows.written()).isEmpty();
    assertThat(world.work.rings()).isEqualTo(rings).isPositive();
  }
}
