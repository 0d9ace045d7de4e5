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

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.Condition.Test.Above;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;

/** What callers ask of a run: pausing, cancelling, running again, and what is refused. */
class RunRequestsTest {
  private final World world = new World();
  private RunId run = new RunId("none");

  private void start(FailurePolicy policy) throws InterruptedException {
    run = world.started(policy);
  }

  private static List<NodeKey> keys(String... keys) {
    return Stream.of(keys).map(NodeKey::new).toList();
  }

  private void again(String... from) throws InterruptedException {
    world.requests.rerun(run, keys(from), ALICE);
    world.advancer.runOnce();
  }

  private void assertConflict(ThrowingCallable asked, String saying) {
    assertThatThrownBy(asked)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Conflict.class))
        .hasMessage("run " + run + " is " + saying);
  }

  // --- who ---

  @Test
  void another_users_run_does_not_exist() throws Exception {
    world.tasks("a");
    start(FailurePolicy.HOLD);

    for (ThrowingCallable asked :
        List.<ThrowingCallable>of(
            () -> world.requests.pause(run, MALLORY),
            () -> world.requests.resume(run, MALLORY),
            () -> world.requests.cancel(run, MALLORY),
            () -> world.requests.rerun(run, List.of(), MALLORY))) {
      assertThatThrownBy(asked)
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal ->
                  assertThat(refusal.failure()).isEqualTo(new Failure.NotFound("run " + run)));
    }
    assertThat(world.rows.run().state()).isEqualTo(RunState.RUNNING);
  }

  // --- pausing and cancelling ---

  @Test
  void pausing_and_resuming_are_harmless_when_repeated_and_refused_after_the_end()
      throws Exception {
    world.tasks("a");
    start(FailurePolicy.STOP);

    assertThat(world.requests.pause(run, ALICE).state()).isEqualTo(RunState.PAUSED);
    assertThat(world.requests.pause(run, ALICE).state()).isEqualTo(RunState.PAUSED);
    assertThat(world.requests.resume(run, ALICE).state()).isEqualTo(RunState.RUNNING);
    assertThat(world.requests.resume(run, ALICE).state()).isEqualTo(RunState.RUNNING);
    world.complete("a", map());

    assertConflict(() -> world.requests.pause(run, ALICE), "COMPLETE and cannot be paused");
    assertConflict(() -> world.requests.resume(run, ALICE), "COMPLETE and cannot be resumed");
  }

  @Test
  void cancelling_stops_its_own_tasks_and_leaves_alone_what_was_there_before() throws Exception {
    TaskId known = world.existing("known", "alice");
    world.node("adopted", new NodePlan.Adopted(known)).tasks("x", "later").edge("x", "later");
    start(FailurePolicy.HOLD);
    TaskId own = world.rows.node("x").task().orElseThrow();

    world.requests.cancel(run, ALICE);
    world.advancer.runOnce();
    world.rows.endWithTasks(world.now);

    assertThat(world.rows.run().state()).isEqualTo(RunState.CANCELED);
    assertThat(world.rows.run().cancelledBy()).contains("alice");
    assertThat(world.tasks.find(own).orElseThrow().task().state()).isEqualTo(TaskState.CANCELED);
    assertThat(world.tasks.find(known).orElseThrow().task().state()).isEqualTo(TaskState.QUEUED);
    assertThat(world.rows.node("adopted").cause().orElseThrow().code()).isEqualTo("run-stopped");
    assertThat(world.states()).containsEntry("later", "WAITING");
    assertThat(world.requests.cancel(run, ALICE).state()).as("again").isEqualTo(RunState.CANCELED);
  }

  @Test
  void of_many_tasks_each_is_cancelled_once_whatever_the_pieces() throws Exception {
    for (int i = 0; i < 600; i++) {
      world.tasks("t" + i);
    }
    start(FailurePolicy.STOP);
    world.requests.cancel(run, ALICE);

    world.advancer.runOnce();

    assertThat(world.tasks.finals()).hasSize(600);
    assertThat(world.tasks.all()).allMatch(view -> view.task().state() == TaskState.CANCELED);
  }

  // --- running again ---

  @Test
  void of_an_ended_run_the_failed_node_and_those_after_it_are_made_anew_and_no_others()
      throws Exception {
    world.tasks("a", "b").echo("c", text("${nodes.b.values.n}")).tasks("other").edge("a", "b");
    start(FailurePolicy.CONTINUE);
    world.complete("other", map());
    world.complete("a", map());
    TaskId first = world.rows.node("a").task().orElseThrow();
    world.fail("b", "oops");
    assertThat(world.rows.run().state()).isEqualTo(RunState.FAILED);

    again();

    assertThat(world.states())
        .isEqualTo(Map.of("a", "COMPLETED", "b", "ACTIVE", "c", "WAITING", "other", "COMPLETED"));
    assertThat(world.rows.node("a").task()).contains(first);
    assertThat(world.rows.node("b").generation()).isEqualTo(2);
    world.complete("b", map("n", number(7)));
    assertThat(world.given("c")).isEqualTo(number(7));
    assertThat(world.rows.run().state()).isEqualTo(RunState.COMPLETE);
    assertThat(world.tasks.all()).hasSize(5);
  }

  @Test
  void from_a_node_that_ended_well_all_after_it_are_made_anew() throws Exception {
    world.echo("a", map()).tasks("b", "c").edge("a", "b").edge("b", "c");
    start(FailurePolicy.STOP);
    world.complete("b", map());
    world.complete("c", map());

    again("b");

    assertThat(world.states()).isEqualTo(Map.of("a", "COMPLETED", "b", "ACTIVE", "c", "WAITING"));
    world.complete("b", map());
    world.complete("c", map());
    assertThat(world.rows.run().state()).isEqualTo(RunState.COMPLETE);
    assertThat(world.rows.run().rewinds()).isEqualTo(1);
  }

  @Test
  void of_a_spread_node_the_failed_item_alone_is_made_anew() throws Exception {
    Value items = list(map("name", text("x")), map("name", text("y")));
    world.each("s", items, 10).echo("join", text("${nodes.s.values.items}"));
    start(FailurePolicy.CONTINUE);
    world.complete("s[0]", map());
    world.fail("s[1]", "oops");
    assertThat(world.states()).containsEntry("join", "BARRED");

    again();
    assertThat(world.states())
        .isEqualTo(Map.of("s", "SPREAD", "join", "WAITING", "s[0]", "COMPLETED", "s[1]", "ACTIVE"));
    world.complete("s[1]", map());

    assertThat(world.rows.run().state()).isEqualTo(RunState.COMPLETE);
    assertThat(world.given("s[1]")).isEqualTo(text("1: y"));
  }

  @Test
  void what_is_spread_again_as_a_whole_loses_its_items_first() throws Exception {
    world.tasks("ls").each("s", text("${nodes.ls.values.found}"), 10);
    start(FailurePolicy.STOP);
    world.complete("ls", map("found", list(map("name", text("x")), map("name", text("y")))));
    world.complete("s[0]", map());
    world.complete("s[1]", map());

    again("ls");
    assertThat(world.states()).isEqualTo(Map.of("ls", "ACTIVE", "s", "WAITING"));
    world.complete("ls", map("found", list(map("name", text("z")))));

    assertThat(world.states()).containsOnlyKeys("ls", "s", "s[0]").containsEntry("s[0]", "ACTIVE");
    assertThat(world.given("s[0]")).isEqualTo(text("0: z"));
  }

  /** A condition that could not be decided is asked again of a value that is made anew. */
  @Test
  void where_a_condition_could_not_be_decided_the_node_that_it_asked_is_made_anew()
      throws Exception {
    world.tasks("a").echo("b", map());
    world.edge("a", "b", when("a", "n", new Above(new Value.Numeral("3"))));
    start(FailurePolicy.CONTINUE);
    world.complete("a", map("n", text("nine")));
    assertThat(world.states()).containsEntry("b", "FAILED");

    again();
    assertThat(world.states()).isEqualTo(Map.of("a", "ACTIVE", "b", "WAITING"));
    world.complete("a", map("n", number(9)));

    assertThat(world.rows.run().state()).isEqualTo(RunState.COMPLETE);
  }

  @Test
  void a_crash_in_the_middle_of_making_anew_is_mended_by_doing_it_again() throws Exception {
    world.tasks("a", "b", "c").edge("a", "b").edge("b", "c");
    start(FailurePolicy.STOP);
    world.complete("a", map());
    world.complete("b", map());
    world.complete("c", map());
    world.requests.rerun(run, keys("b"), ALICE);
    world.rows.beforeNextWrite(() ->
        world.rows.beforeNextWrite(() -> {
          throw StoredRun.away(); // marks are forgotten, and the nodes not yet made anew
        }));

    assertThatThrownBy(world.advancer::runOnce).hasMessage("the store is away");
    assertThat(world.rows.run().state()).isEqualTo(RunState.REWINDING);
    world.advancer.runOnce();

    assertThat(world.states()).isEqualTo(Map.of("a", "COMPLETED", "b", "ACTIVE", "c", "WAITING"));
    assertThat(world.rows.node("b").generation()).isEqualTo(2);
  }

  // --- what is refused ---

  @Test
  void an_ended_run_in_which_nothing_failed_wants_to_be_told_where_to_begin() throws Exception {
    world.echo("a", map());
    start(FailurePolicy.STOP);

    assertConflict(
        () -> world.requests.rerun(run, List.of(), ALICE),
        "COMPLETE and has no node that failed: name those to begin with");
  }

  @Test
  void one_that_goes_on_is_not_run_again() throws Exception {
    world.tasks("a");
    start(FailurePolicy.CONTINUE);

    assertConflict(
        () -> world.requests.rerun(run, keys("a"), ALICE),
        "RUNNING and cannot be run again before it has ended");
  }

  @Test
  void nodes_that_are_not_there_or_were_skipped_are_named() throws Exception {
    world.echo("a", map("n", number(1))).echo("b", map());
    world.edge("a", "b", when("a", "n", new Above(new Value.Numeral("3"))));
    start(FailurePolicy.STOP);

    assertThatThrownBy(() -> world.requests.rerun(run, keys("x"), ALICE))
        .hasMessage("from: run " + run + " has no node 'x'");
    assertThatThrownBy(() -> world.requests.rerun(run, keys("a", "b"), ALICE))
        .hasMessage("from: node 'b' was skipped: name one that it waits for");
    assertThat(world.rows.run().state()).isEqualTo(RunState.COMPLETE);
  }

  @Test
  void of_a_run_that_is_held_only_what_failed_is_tried_again() throws Exception {
    world.tasks("a", "b", "c");
    start(FailurePolicy.HOLD);
    assertConflict(
        () -> world.requests.rerun(run, List.of(), ALICE), "RUNNING and has no node that failed");
    world.fail("b", "oops");
    world.fail("c", "oops");
    assertConflict(
        () -> world.requests.rerun(run, keys("b", "a"), ALICE),
        "RUNNING and goes on, and node 'a' has not failed: it cannot be made anew");

    again("b");

    assertThat(world.states()).isEqualTo(Map.of("a", "ACTIVE", "b", "ACTIVE", "c", "FAILED"));
  }

  @Test
  void a_held_node_behind_an_undecided_condition_is_not_tried_past_it() throws Exception {
    world.echo("a", map("n", text("nine"))).echo("b", map()).tasks("other");
    world.edge("a", "b", when("a", "n", new Above(new Value.Numeral("3"))));
    start(FailurePolicy.HOLD);
    String saying =
        "RUNNING and goes on, and the condition before node 'b' cannot be decided:"
            + " cancel the run, then run again from 'a'";

    assertConflict(() -> world.requests.rerun(run, List.of(), ALICE), saying);
    assertConflict(() -> world.requests.rerun(run, keys("b"), ALICE), saying);
    world.fail("other", "oops");
    again();

    assertThat(world.states()).containsEntry("b", "FAILED").containsEntry("other", "ACTIVE");
  }

  @Test
  void of_two_who_run_it_again_at_once_the_second_is_told_so() throws Exception {
    world.tasks("a", "b");
    start(FailurePolicy.STOP);
    world.complete("a", map());
    world.complete("b", map());
    world.rows.beforeNextWrite(
        () -> world.rows.apply(run, new RunEvent.RewindBegun(0, List.of(1)), world.now));

    assertConflict(
        () -> world.requests.rerun(run, keys("a"), ALICE),
        "REWINDING and was run again by somebody else just now");
    assertConflict(
        () -> world.requests.cancel(run, ALICE),
        "REWINDING and cannot be cancelled at this moment: try again");
    assertConflict(
        () -> world.requests.rerun(run, keys("a"), ALICE),
        "REWINDING and cannot be run again before it has ended");
  }

  @Test
  void of_two_who_try_a_held_node_again_at_once_the_second_is_told_so() throws Exception {
    world.tasks("a");
    start(FailurePolicy.HOLD);
    world.fail("a", "oops");
    world.rows.beforeNextWrite(() -> world.requests.rerun(run, keys("a"), ALICE));

    assertConflict(
        () -> world.requests.rerun(run, keys("a"), ALICE),
        "RUNNING and was run again by somebody else just now");
    assertThat(world.rows.node("a").generation()).isEqualTo(2);
  }
}
