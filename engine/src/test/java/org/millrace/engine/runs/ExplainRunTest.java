package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.engine.runs.World.ALICE;
import static org.millrace.engine.runs.World.MALLORY;
import static org.millrace.engine.runs.World.NOON;
import static org.millrace.engine.runs.World.list;
import static org.millrace.engine.runs.World.map;
import static org.millrace.engine.runs.World.number;
import static org.millrace.engine.runs.World.text;
import static org.millrace.engine.runs.World.when;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.Condition.Test.Above;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.value.Value;

/** What a run and its nodes wait for, since when, and the chain to the cause. */
class ExplainRunTest {
  private final World world = new World();
  private RunId run = new RunId("none");

  private void start(FailurePolicy policy) throws InterruptedException {
    run = world.started(policy);
  }

  private RunExplanation ofRun() {
    return world.explain.explain(run, ALICE);
  }

  private RunExplanation of(String node) {
    return world.explain.explain(run, new NodeKey(node), ALICE);
  }

  private static List<String> chain(RunExplanation why) {
    return why.chain().stream().map(NodeKey::text).toList();
  }

  private void pass(long seconds) {
    world.now = world.now.plusSeconds(seconds);
  }

  // --- a node ---

  @Test
  void a_node_far_down_is_explained_by_the_chain_to_the_one_that_all_wait_for() throws Exception {
    world.tasks("a", "b", "c", "quick").edge("a", "b").edge("b", "c").edge("quick", "c");
    start(FailurePolicy.STOP);
    pass(60);
    world.complete("quick", map());

    RunExplanation why = of("c");

    assertThat(chain(why)).containsExactly("c", "b", "a");
    assertThat(why.state()).isEqualTo("WAITING");
    assertThat(why.summary())
        .isEqualTo(
            "it waits for 1 of the nodes before it; node 'a' is a task:"
                + " it is ready and starts at the next turn");
    assertThat(why.task().orElseThrow().task())
        .isEqualTo(world.rows.node("a").task().orElseThrow());
    assertThat(why.node()).contains(new NodeKey("c"));
  }

  @Test
  void since_when_is_the_last_change_of_the_node_and_else_the_beginning_of_its_run()
      throws Exception {
    world.tasks("a", "b").edge("a", "b");
    start(FailurePolicy.STOP);
    pass(60);
    assertThat(of("b").since()).isEqualTo(NOON);

    world.complete("a", map());

    assertThat(of("a").since()).isEqualTo(NOON.plusSeconds(60));
    assertThat(of("b").since()).as("it is a task now").isEqualTo(NOON.plusSeconds(60));
  }

  @Test
  void behind_a_held_failure_its_cause_is_told() throws Exception {
    world.tasks("a", "b").edge("a", "b");
    start(FailurePolicy.HOLD);
    world.fail("a", "no such column");

    RunExplanation why = of("b");

    assertThat(chain(why)).containsExactly("b", "a");
    assertThat(why.summary())
        .isEqualTo(
            "it waits for 1 of the nodes before it; node 'a' failed, and is held until it is run"
                + " again");
    assertThat(why.causes()).extracting(Cause::message).containsExactly("no such column");
  }

  @Test
  void a_spread_node_waits_for_an_item_and_says_how_many_have_ended() throws Exception {
    Value items = list(map("name", text("x")), map("name", text("y")), map("name", text("z")));
    world.each("s", items, 10).tasks("join").edge("s", "join");
    start(FailurePolicy.STOP);
    world.complete("s[0]", map());

    assertThat(chain(of("join"))).containsExactly("join", "s", "s[1]");
    assertThat(of("s").summary())
        .startsWith("1 of its 3 items have ended; node 's[1]' is a task: ");
    world.complete("s[1]", map());
    assertThat(chain(of("s"))).containsExactly("s", "s[2]");
  }

  @Test
  void of_more_items_than_one_page_the_first_that_goes_on_is_found() throws Exception {
    world.each("s", new Value.Items(Collections.nCopies(1_002, map("name", text("x")))), 2_000);
    start(FailurePolicy.STOP);
    for (int i = 0; i < 1_001; i++) {
      world.tasks.end(
          world.rows.node("s[" + i + "]").task().orElseThrow(),
          new Outcome.Completed(),
          AttemptReport.EMPTY,
          NOON);
    }
    world.rows.endWithTasks(NOON);
    world.advancer.runOnce();

    assertThat(chain(of("s"))).containsExactly("s", "s[1001]");
    assertThat(of("s").summary()).startsWith("1001 of its 1002 items have ended; ");
  }

  @Test
  void a_node_that_is_ready_in_a_run_that_starts_nothing_says_what_would_help() throws Exception {
    world.tasks("a", "b").edge("a", "b");
    start(FailurePolicy.STOP);
    world.requests.pause(run, ALICE);
    world.complete("a", map());

    RunExplanation why = of("b");

    assertThat(why.summary()).isEqualTo("it is ready; nothing starts while its run is PAUSED");
    assertThat(why.causes())
        .containsExactly(
            new Cause("run-paused", "run " + run + " is PAUSED", "millrace graph resume " + run));
    world.requests.resume(run, ALICE);
    assertThat(of("b").summary()).isEqualTo("it is ready and starts at the next turn");
    assertThat(of("b").causes()).isEmpty();
  }

  @Test
  void a_node_that_never_came_to_its_turn_says_how_its_run_ended() throws Exception {
    world.tasks("a", "b").edge("a", "b");
    start(FailurePolicy.STOP);
    world.fail("a", "oops");

    RunExplanation why = of("b");

    assertThat(why.state()).isEqualTo("WAITING");
    assertThat(why.summary())
        .isEqualTo("its run ended FAILED before it did; run it again from here to have it done");
    assertThat(why.causes()).as("why").extracting(Cause::message).containsExactly("oops");
  }

  @Test
  void each_end_has_its_words() throws Exception {
    world.tasks("a", "x").echo("b", map("n", number(1))).echo("c", map()).echo("d", map());
    world.edge("a", "d").edge("b", "c", when("b", "n", new Above(new Value.Numeral("3"))));
    start(FailurePolicy.CONTINUE);
    world.fail("a", "oops");

    assertThat(of("a").state()).isEqualTo("FAILED");
    assertThat(of("a").summary()).isEqualTo("it failed");
    assertThat(of("b").summary()).isEqualTo("it ended well");
    assertThat(of("c").state()).isEqualTo("SKIPPED");
    assertThat(of("c").summary()).isEqualTo("it had nothing to do: no way led to it");
    assertThat(of("d").state()).isEqualTo("BARRED");
    assertThat(of("d").summary()).isEqualTo("it was skipped, since a node before it failed");
    assertThat(of("d").causes()).extracting(Cause::message).containsExactly("node 'a' failed");
    assertThat(chain(of("d"))).containsExactly("d");
  }

  @Test
  void a_chain_is_told_to_a_thousand_nodes_and_no_further() throws Exception {
    world.tasks("n0");
    for (int i = 1; i < 1_200; i++) {
      world.tasks("n" + i).edge("n" + (i - 1), "n" + i);
    }
    start(FailurePolicy.STOP);

    RunExplanation why = of("n1199");

    assertThat(why.chain()).hasSize(1_000).endsWith(new NodeKey("n200"));
    assertThat(why.summary()).endsWith("node 'n200' waits for other nodes");
  }

  @Test
  void what_nobody_may_see_or_is_not_there_is_not_found() throws Exception {
    world.tasks("a");
    start(FailurePolicy.STOP);

    assertThatThrownBy(() -> world.explain.explain(run, MALLORY))
        .hasMessage("run " + run + " not found");
    assertThatThrownBy(() -> world.explain.explain(run, new NodeKey("a"), MALLORY))
        .hasMessage("run " + run + " not found");
    assertThatThrownBy(() -> of("b")).hasMessage("node 'b' of run " + run + " not found");
  }

  // --- a run ---

  @Test
  void a_run_that_goes_on_tells_of_what_runs_and_once_something_failed_of_that() throws Exception {
    world.tasks("a", "b", "c").edge("a", "c");
    start(FailurePolicy.HOLD);
    assertThat(ofRun().summary()).isEqualTo("2 nodes run, 3 are open");
    assertThat(chain(ofRun())).containsExactly("a", "b");
    assertThat(ofRun().causes())
        .extracting(Cause::message)
        .containsExactly(
            "node 'a' is ACTIVE: it is ready and starts at the next turn",
            "node 'b' is ACTIVE: it is ready and starts at the next turn");

    world.fail("a", "no such column");
    assertThat(ofRun().summary()).isEqualTo("1 nodes run, 3 are open, 1 failed");
    assertThat(chain(ofRun())).containsExactly("a");
    assertThat(ofRun().causes())
        .containsExactly(
            new Cause(
                "node-failed",
                "node 'a' failed: no such column",
                "mend it, and run again from it"));
    world.complete("b", map());

    assertThat(ofRun().summary()).isEqualTo("nothing runs, and 2 nodes are open, 1 failed");
  }

  @Test
  void a_failed_node_without_a_task_tells_its_own_cause() throws Exception {
    world.echo("a", map()).task("b", text("${nodes.a.values.n}"));
    start(FailurePolicy.STOP);

    assertThat(ofRun().summary()).isEqualTo("a node failed");
    assertThat(ofRun().causes())
        .extracting(Cause::message)
        .containsExactly("node 'b' failed: ${nodes.a.values.n}: it has no field 'n'");
  }

  @Test
  void of_a_run_that_stopped_the_failure_is_told_apart_from_what_was_stopped_for_it()
      throws Exception {
    world.tasks("a", "b");
    start(FailurePolicy.STOP);
    world.fail("a", "oops");
    world.rows.endWithTasks(world.now);

    assertThat(ofRun().state()).isEqualTo("FAILED");
    assertThat(ofRun().summary()).isEqualTo("2 nodes failed");
    assertThat(ofRun().causes())
        .extracting(Cause::message)
        .containsExactly("node 'a' failed: oops", "node 'b' was stopped before its end");
  }

  @Test
  void of_many_nodes_ten_are_told() throws Exception {
    for (int i = 0; i < 1_020; i++) {
      world.tasks("n" + i);
    }
    start(FailurePolicy.HOLD);
    assertThat(chain(ofRun())).hasSize(10).startsWith("n0");
    for (int i : new int[] {3, 1_010}) {
      world.fail("n" + i, "oops");
    }

    assertThat(chain(ofRun())).as("wherever they are").containsExactly("n3", "n1010");
  }

  @Test
  void a_run_of_another_state_says_so() throws Exception {
    world.tasks("a", "b").edge("a", "b");
    start(FailurePolicy.STOP);
    world.requests.pause(run, ALICE);
    assertThat(ofRun().summary())
        .isEqualTo("it was paused: nothing new starts; 1 nodes run, 2 are open");
    world.requests.cancel(run, ALICE);
    assertThat(ofRun().summary()).isEqualTo("cancelled by alice; what runs is being stopped");
    assertThat(chain(ofRun())).containsExactly("a");
    pass(5);
    world.advancer.runOnce();
    world.rows.endWithTasks(world.now);
    assertThat(ofRun().state()).isEqualTo("CANCELED");
    assertThat(ofRun().summary()).isEqualTo("it was cancelled by alice");
    assertThat(ofRun().since()).isEqualTo(NOON.plusSeconds(5));
    world.rows.apply(run, new RunEvent.RewindBegun(0, List.of(0)), world.now);
    assertThat(ofRun().summary()).isEqualTo("its nodes are being made anew");
    world.advancer.runOnce();
    world.complete("a", map());
    world.complete("b", map());

    assertThat(ofRun().state()).isEqualTo("COMPLETE");
    assertThat(ofRun().summary()).isEqualTo("every node ended well or had nothing to do");
    assertThat(ofRun().causes()).isEmpty();
    assertThat(ofRun().node()).isEmpty();
    assertThat(ofRun().task()).isEqualTo(Optional.empty());
  }
}
