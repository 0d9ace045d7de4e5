package org.millrace.testkit.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.RunFixture.aRun;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.engine.StorePorts;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.Over;
import org.millrace.engine.runs.Runs;
import org.millrace.testkit.RunFixture;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.store.Intercepted.Call;

/** Running again what has ended, and trying again what is held. */
final class RerunTest {
  private static final RunId RUN = new RunId("run");

  private final StorePorts store = new InMemoryStore().ports();
  private final Runs runs = Wired.on(store);

  // Held nodes

  @Test
  void all_held_nodes_are_tried_again() {
    held("a", "b");

    Run run = rerun(runs);

    assertThat(node(0).state()).isEqualTo(NodeState.READY);
    assertThat(node(1).state()).isEqualTo(NodeState.READY);
    assertThat(run.tally().failed()).isZero();
  }

  @Test
  void a_held_node_whose_condition_could_not_be_decided_is_left_out() {
    undecided();
    apply(change(2, new NodeEvent.Unfit(aCause("unfit"))));

    rerun(runs);

    assertThat(node(1).hasFailed()).isTrue();
    assertThat(node(2).state()).isEqualTo(NodeState.READY);
  }

  @Test
  void where_nothing_else_is_held_the_answer_tells_what_to_do() {
    undecided();

    assertConflict(() -> rerun(runs), "cancel the run, then run again from 'asked'");
    assertConflict(() -> rerun(runs, "guarded"), "'guarded' cannot be decided: cancel the run");
    assertThat(node(1).hasFailed()).isTrue();
  }

  @Test
  void a_run_in_which_nothing_failed_has_nothing_to_try_again() {
    aRun("run").when(FailurePolicy.HOLD).single("a").submit(store);

    assertConflict(() -> rerun(runs), "has no node that failed");
    assertConflict(() -> rerun(runs, "a"), "'a' has not failed");
  }

  @Test
  void who_comes_second_is_told_that_held_nodes_are_tried_again_already() {
    held("a", "b");
    Runs late = Wired.on(Wired.watched(store, call -> retriedBefore(call)));

    assertConflict(() -> rerun(late), "somebody else just now");
    assertThat(node(0).generation()).isEqualTo(2);
  }

  private void retriedBefore(Call call) {
    if (Wired.changes(call) > 0) {
      rerun(runs);
    }
  }

  @Test
  void many_held_nodes_are_tried_again_a_thousand_at_a_time() {
    RunFixture many = aRun("run").when(FailurePolicy.HOLD);
    for (int place = 0; place < 2500; place++) {
      many = many.single("n" + place);
    }
    many.submit(store);
    List<NodeChange> fail = new ArrayList<>();
    for (RunNode node : store.runViews().nodes(RUN, 0, 2500)) {
      fail.add(NodeChange.of(RUN, node, new NodeEvent.Unfit(aCause("unfit"))));
    }
    store.runs().apply(fail, at(1));
    List<Integer> pieces = new ArrayList<>();
    Runs watched = Wired.on(Wired.watched(store, call -> pieces.add(Wired.changes(call))));

    assertThat(rerun(watched).tally().failed()).isZero();

    assertThat(pieces).containsExactly(1000, 1000, 500);
  }

  // Runs that have ended

  @Test
  void of_two_who_run_it_again_one_is_told_so() {
    ended();
    Runs late = Wired.on(Wired.watched(store, call -> rerunBefore(call, "b")));

    assertConflict(() -> rerun(late, "a"), "run again by somebody else just now");
    assertThat(run().rewindFrom()).containsExactly(1);
  }

  private void rerunBefore(Call call, String from) {
    if (call.arguments().contains(new RunEvent.RewindBegun(0, List.of(0)))) {
      rerun(runs, from);
    }
  }

  /** Where to begin was decided of nodes that are others by now. */
  @Test
  void who_is_so_late_that_it_has_ended_again_is_told_so_too() {
    ended();
    Runs late = Wired.on(Wired.watched(store, call -> rerunToTheEndBefore(call)));

    assertConflict(() -> rerun(late, "a"), "run again by somebody else just now");
    assertThat(run().state()).isEqualTo(RunState.COMPLETE);
  }

  private void rerunToTheEndBefore(Call call) {
    rerunBefore(call, "b");
    if (run().state() == RunState.REWINDING) {
      store.runs().apply(RUN, new RunEvent.Rewound(1, store.runs().count(RUN)), at(1));
    }
  }

  // Fixtures

  /** A run that goes on, and nodes of it that failed. */
  private void held(String... keys) {
    aRun("run").when(FailurePolicy.HOLD).single(keys).submit(store);
    for (int place = 0; place < keys.length; place++) {
      apply(change(place, new NodeEvent.Unfit(aCause("unfit"))));
    }
  }

  /** Node 'guarded' has failed, since what the condition before it asks 'asked' for is missing. */
  private void undecided() {
    aRun("run")
        .when(FailurePolicy.HOLD)
        .single("asked", "guarded", "other")
        .edge(0, 1)
        .submit(store);
    apply(change(0, new NodeEvent.Passed()));
    var told = new NodeEvent.EntryTold(EdgeMark.UNDECIDED, Optional.of(aCause("missing")));
    apply(change(1, told).over(new Over.MarkedEdge(0, EdgeMark.UNDECIDED)));
    assertThat(node(1).hasFailed()).isTrue();
  }

  private void ended() {
    aRun("run").single("a", "b").submit(store);
    apply(change(0, new NodeEvent.Passed()));
    apply(change(1, new NodeEvent.Passed()));
    assertThat(run().state()).isEqualTo(RunState.COMPLETE);
  }

  private static Run rerun(Runs runs, String... from) {
    return runs.requests()
        .rerun(RUN, Arrays.stream(from).map(NodeKey::new).toList(), Caller.ANONYMOUS);
  }

  private static void assertConflict(ThrowingCallable asked, String saying) {
    assertThatThrownBy(asked)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Conflict.class))
        .hasMessageContaining(saying);
  }

  private void apply(NodeChange change) {
    assertThat(store.runs().apply(List.of(change), at(1)).getFirst().orElseThrow().changed())
        .isTrue();
  }

  private NodeChange change(int place, NodeEvent event) {
    return NodeChange.of(RUN, node(place), event);
  }

  private RunNode node(int place) {
    return store.runViews().node(RUN, place).orElseThrow();
  }

  private Run run() {
    return store.runViews().find(RUN).orElseThrow().run();
  }
}
