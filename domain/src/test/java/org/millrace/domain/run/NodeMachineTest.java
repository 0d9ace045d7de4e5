package org.millrace.domain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.NodeEvent.Begun;
import org.millrace.domain.run.NodeEvent.EntryTold;
import org.millrace.domain.run.NodeEvent.ItemsMade;
import org.millrace.domain.run.NodeEvent.LetGo;
import org.millrace.domain.run.NodeEvent.MadeAnew;
import org.millrace.domain.run.NodeEvent.Passed;
import org.millrace.domain.run.NodeEvent.Spread;
import org.millrace.domain.run.NodeEvent.TaskEnded;
import org.millrace.domain.run.NodeEvent.ToldAll;
import org.millrace.domain.run.NodeEvent.TriedAgain;
import org.millrace.domain.run.NodeEvent.Unfit;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;

final class NodeMachineTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final TaskId TASK = new TaskId("task-1");
  private static final Cause WHY = new Cause("why", "because", "");
  private static final FailurePolicy ANY = FailurePolicy.CONTINUE;

  /** An event, the states of a node that it can change, and the states of a run in which it can. */
  record Row(NodeEvent event, Set<NodeState> nodes, Set<RunState> runs) {}

  private static Stream<Row> table() {
    Set<RunState> starting = Set.of(RunState.RUNNING);
    Set<RunState> telling = Set.of(RunState.RUNNING, RunState.PAUSED);
    Set<RunState> all = Set.of(RunState.values());
    return Stream.of(
        new Row(
            new EntryTold(EdgeMark.TAKEN, Optional.empty()),
            Set.of(NodeState.WAITING, NodeState.SPREAD),
            telling),
        new Row(new Begun(TASK), Set.of(NodeState.READY), starting),
        new Row(new Passed(), Set.of(NodeState.READY), starting),
        new Row(new Unfit(WHY), Set.of(NodeState.READY), starting),
        new Row(new Spread(3), Set.of(NodeState.READY), starting),
        new Row(new ItemsMade(0, 2), Set.of(NodeState.SPREAD), starting),
        new Row(new TaskEnded(TASK, TaskState.COMPLETE), Set.of(NodeState.ACTIVE), all),
        new Row(
            new LetGo(), Set.of(NodeState.ACTIVE), Set.of(RunState.STOPPING, RunState.CANCELING)),
        new Row(new ToldAll(0), Set.of(NodeState.ENDED), telling),
        new Row(new TriedAgain(), Set.of(), telling), // only what failed and is held
        new Row(
            new MadeAnew(0, NodeState.READY, Entries.of(0)),
            Set.of(NodeState.values()),
            Set.of(RunState.REWINDING)));
  }

  @ParameterizedTest
  @MethodSource("table")
  void what_is_not_in_the_table_changes_nothing(Row row) {
    for (RunState state : RunState.values()) {
      for (NodeState at : NodeState.values()) {
        NodeTransition transition =
            NodeMachine.apply(aRun(state, ANY), aNode(at), row.event(), NOW);

        assertThat(transition.changed())
            .as("%s of a node %s in a run %s", row.event(), at, state)
            .isEqualTo(row.nodes().contains(at) && row.runs().contains(state));
        if (!transition.changed()) {
          assertThat(transition.run()).isEqualTo(aRun(state, ANY));
          assertThat(transition.node()).isEqualTo(aNode(at));
        }
      }
    }
  }

  @Test
  void the_table_has_every_event() {
    assertThat(table().<Class<?>>map(row -> row.event().getClass()))
        .containsExactlyInAnyOrder(NodeEvent.class.getPermittedSubclasses());
  }

  @Test
  void a_node_is_ready_with_the_last_edge_that_is_told_to_it() {
    RunNode node = RunNode.planned(0, new NodeKey("join"), 2, 2);

    RunNode once = told(node, EdgeMark.TAKEN);
    assertThat(once.state()).isEqualTo(NodeState.WAITING);
    assertThat(told(once, EdgeMark.NOT_TAKEN).state()).isEqualTo(NodeState.READY);
  }

  @Test
  void a_node_to_which_no_way_leads_is_skipped_and_tells_so() {
    RunNode skipped = told(RunNode.planned(0, new NodeKey("arm"), 1, 1), EdgeMark.NOT_TAKEN);

    assertThat(skipped.end()).contains(NodeEnd.SKIPPED);
    assertThat(skipped.telling()).isTrue();
  }

  @Test
  void an_edge_that_is_there_for_its_value_does_not_lead() {
    RunNode node = RunNode.planned(0, new NodeKey("arm"), 2, 1);

    assertThat(told(told(node, EdgeMark.PASSED), EdgeMark.NOT_TAKEN).end())
        .contains(NodeEnd.SKIPPED);
    assertThat(told(told(node, EdgeMark.TAKEN), EdgeMark.PASSED).state())
        .isEqualTo(NodeState.READY);
  }

  @Test
  void what_depends_on_a_failed_node_keeps_the_first_cause() {
    RunNode node = RunNode.planned(0, new NodeKey("after"), 2, 2);

    RunNode once = node(node, RunState.RUNNING, new EntryTold(EdgeMark.BARRED, Optional.of(WHY)));
    RunNode ended =
        node(
            once,
            RunState.RUNNING,
            new EntryTold(EdgeMark.BARRED, Optional.of(new Cause("b", "b", ""))));

    assertThat(ended.end()).contains(NodeEnd.BARRED);
    assertThat(ended.cause()).contains(WHY);
  }

  @Test
  void a_condition_that_cannot_be_decided_fails_the_node() {
    RunNode node = RunNode.planned(0, new NodeKey("after"), 1, 1);

    RunNode failed =
        node(node, RunState.RUNNING, new EntryTold(EdgeMark.UNDECIDED, Optional.of(WHY)));

    assertThat(failed.end()).contains(NodeEnd.FAILED);
    assertThat(failed.cause()).contains(WHY);
  }

  @Test
  void a_task_of_an_earlier_turn_ends_nothing() {
    RunNode node = aNode(NodeState.ACTIVE);

    assertThat(
            node(node, RunState.RUNNING, new TaskEnded(new TaskId("another"), TaskState.COMPLETE)))
        .isEqualTo(node);
  }

  @ParameterizedTest
  @EnumSource(TaskState.class)
  void a_node_ends_as_its_task_does(TaskState state) {
    var event = new TaskEnded(TASK, state);
    RunNode node = aNode(NodeState.ACTIVE);
    if (!state.isFinal()) {
      assertThatThrownBy(() -> node(node, RunState.RUNNING, event))
          .isInstanceOf(IllegalArgumentException.class);
      return;
    }

    assertThat(node(node, RunState.RUNNING, event).end())
        .contains(state == TaskState.COMPLETE ? NodeEnd.COMPLETED : NodeEnd.FAILED);
  }

  @Test
  void a_failed_node_is_told_only_where_the_run_goes_on_without_it() {
    var failed = new TaskEnded(TASK, TaskState.EXECUTOR_ERROR);
    for (FailurePolicy policy : FailurePolicy.values()) {
      NodeTransition transition =
          NodeMachine.apply(aRun(RunState.RUNNING, policy), aNode(NodeState.ACTIVE), failed, NOW);

      assertThat(transition.node().telling()).isEqualTo(policy == FailurePolicy.CONTINUE);
      assertThat(transition.run().tally())
          .isEqualTo(
              switch (policy) {
                case STOP, CONTINUE -> new RunTally(9, 4, 1);
                case HOLD -> new RunTally(10, 4, 1);
              });
      assertThat(transition.run().state())
          .isEqualTo(policy == FailurePolicy.STOP ? RunState.STOPPING : RunState.RUNNING);
    }
  }

  @ParameterizedTest
  @EnumSource(RunState.class)
  void a_held_node_is_completed_by_the_task_that_failed_it(RunState state) {
    Run run =
        new RunEdit(aRun(state, FailurePolicy.HOLD)).tally(new RunTally(10, 4, 1)).settled(NOW);
    NodeTransition mended =
        NodeMachine.apply(run, failed(Entries.of(0)), new TaskEnded(TASK, TaskState.COMPLETE), NOW);

    assertThat(mended.changed()).isEqualTo(state.tells());
    if (state.tells()) {
      assertThat(mended.node().end()).contains(NodeEnd.COMPLETED);
      assertThat(mended.node().telling()).isTrue();
      assertThat(mended.node().generation()).as("nobody who decided of it is late").isEqualTo(1);
      assertThat(mended.run().tally()).isEqualTo(new RunTally(9, 4, 0));
    }
  }

  @Test
  void nothing_else_completes_a_failed_node() {
    Run holding = aRun(RunState.RUNNING, FailurePolicy.HOLD);
    var complete = new TaskEnded(TASK, TaskState.COMPLETE);
    RunNode held = failed(Entries.of(0));
    RunNode unfit =
        NodeMachine.apply(
                holding,
                new NodeEdit(aNode(NodeState.READY)).task(TASK).done(),
                new Unfit(WHY),
                NOW)
            .node();

    for (TaskState again :
        List.of(TaskState.EXECUTOR_ERROR, TaskState.SYSTEM_ERROR, TaskState.CANCELED)) {
      assertThat(NodeMachine.apply(holding, held, new TaskEnded(TASK, again), NOW).changed())
          .as("it failed again: %s", again)
          .isFalse();
    }
    assertThat(
            NodeMachine.apply(
                    holding, held, new TaskEnded(new TaskId("other"), TaskState.COMPLETE), NOW)
                .changed())
        .isFalse();
    assertThat(unfit.task()).as("what it became before").contains(TASK);
    assertThat(NodeMachine.apply(holding, unfit, complete, NOW).changed())
        .as("it was not the task that failed it")
        .isFalse();
    for (FailurePolicy policy : List.of(FailurePolicy.STOP, FailurePolicy.CONTINUE)) {
      assertThat(NodeMachine.apply(aRun(RunState.RUNNING, policy), held, complete, NOW).changed())
          .isFalse();
    }
  }

  @Test
  void a_run_is_complete_when_its_last_node_is_mended() {
    Run run =
        new RunEdit(aRun(RunState.RUNNING, FailurePolicy.HOLD))
            .tally(new RunTally(1, 0, 1))
            .settled(NOW);

    assertThat(
            NodeMachine.apply(
                    run, failed(Entries.of(0)), new TaskEnded(TASK, TaskState.COMPLETE), NOW)
                .run()
                .state())
        .isEqualTo(RunState.COMPLETE);
  }

  @Test
  void a_held_node_is_tried_again_while_the_run_goes_on() {
    Run run = aRun(RunState.RUNNING, FailurePolicy.HOLD);
    NodeTransition failed =
        NodeMachine.apply(
            run, aNode(NodeState.ACTIVE), new TaskEnded(TASK, TaskState.SYSTEM_ERROR), NOW);
    NodeTransition again = NodeMachine.apply(failed.run(), failed.node(), new TriedAgain(), NOW);

    assertThat(again.node().state()).isEqualTo(NodeState.READY);
    assertThat(again.node().generation()).isEqualTo(failed.node().generation() + 1);
    assertThat(again.run().tally()).isEqualTo(new RunTally(10, 4, 0));
  }

  /**
   * What a late server decided in an earlier rewind would leave it waiting for marks that are set.
   */
  @Test
  void a_held_node_is_not_made_anew_by_who_is_late_in_a_rewind() {
    RunNode held = failed(Entries.of(0));
    var late = new MadeAnew(0, NodeState.WAITING, Entries.of(1));

    for (RunState state : List.of(RunState.RUNNING, RunState.PAUSED)) {
      NodeTransition transition =
          NodeMachine.apply(aRun(state, FailurePolicy.HOLD), held, late, NOW);
      assertThat(transition.changed()).isFalse();
    }
  }

  @Test
  void who_is_late_in_a_rewind_makes_nothing_anew_in_the_next_one() {
    Run second = RunMachine.apply(ended(), new RunEvent.RewindBegun(0, List.of(7)), NOW);
    var ofFirst = new MadeAnew(0, NodeState.READY, Entries.of(0));
    var ofSecond = new MadeAnew(1, NodeState.READY, Entries.of(0));
    RunNode outside = aNode(NodeState.ENDED);

    assertThat(NodeMachine.apply(second, outside, ofFirst, NOW).changed()).isFalse();
    assertThat(NodeMachine.apply(second, outside, ofSecond, NOW).changed()).isTrue();
  }

  private static Run ended() {
    return aRun(RunState.COMPLETE, ANY);
  }

  @Test
  void only_what_failed_and_is_held_is_tried_again() {
    Run holding =
        new RunEdit(aRun(RunState.PAUSED, FailurePolicy.HOLD))
            .tally(new RunTally(10, 5, 1))
            .settled(NOW);
    RunNode failed = failed(new Entries(0, 1, 0, 0));

    RunNode again = NodeMachine.apply(holding, failed, new TriedAgain(), NOW).node();
    assertThat(again.state()).isEqualTo(NodeState.READY);
    assertThat(again.entries()).isEqualTo(failed.entries());
    for (NodeState state : NodeState.values()) {
      assertThat(NodeMachine.apply(holding, aNode(state), new TriedAgain(), NOW).changed())
          .as("%s", state)
          .isFalse();
    }
    for (FailurePolicy policy : List.of(FailurePolicy.STOP, FailurePolicy.CONTINUE)) {
      Run other = aRun(RunState.RUNNING, policy);
      assertThat(NodeMachine.apply(other, failed, new TriedAgain(), NOW).changed()).isFalse();
    }
  }

  /** Its work is guarded by a condition that never held. */
  @Test
  void a_node_whose_condition_could_not_be_decided_is_not_tried_again() {
    Run holding = aRun(RunState.RUNNING, FailurePolicy.HOLD);
    RunNode undecided = failed(new Entries(0, 1, 0, 1));

    assertThat(NodeMachine.apply(holding, undecided, new TriedAgain(), NOW).changed()).isFalse();
  }

  @Test
  void a_spread_node_ends_with_the_last_of_its_items() {
    RunNode node = node(aNode(NodeState.READY), RunState.RUNNING, new Spread(2));
    assertThat(node.state()).isEqualTo(NodeState.SPREAD);

    RunNode once = told(node, EdgeMark.TAKEN);
    assertThat(once.state()).isEqualTo(NodeState.SPREAD);
    assertThat(told(once, EdgeMark.TAKEN).end()).contains(NodeEnd.COMPLETED);
    assertThat(told(once, EdgeMark.BARRED).end()).contains(NodeEnd.BARRED);
  }

  @Test
  void an_empty_list_ends_at_once() {
    assertThat(node(aNode(NodeState.READY), RunState.RUNNING, new Spread(0)).end())
        .contains(NodeEnd.COMPLETED);
  }

  @Test
  void items_are_counted_in_and_get_their_places_once() {
    NodeTransition made =
        NodeMachine.apply(
            aRun(RunState.RUNNING, ANY), aNode(NodeState.SPREAD), new ItemsMade(0, 2), NOW);

    assertThat(made.run().nextPlace()).isEqualTo(22);
    assertThat(made.run().tally()).isEqualTo(new RunTally(12, 5, 0));
    assertThat(NodeMachine.apply(made.run(), made.node(), new ItemsMade(0, 2), NOW).changed())
        .isFalse();
  }

  @Test
  void an_end_that_all_were_told_of_is_told_no_more() {
    RunNode told = node(aNode(NodeState.ENDED), RunState.RUNNING, new ToldAll(0));

    assertThat(told.telling()).isFalse();
    assertThat(node(told, RunState.RUNNING, new ToldAll(0))).isEqualTo(told);
    assertThat(node(aNode(NodeState.ENDED), RunState.RUNNING, new ToldAll(1)).telling())
        .as("of those that were there at another rewind")
        .isTrue();
  }

  @Test
  void a_run_is_complete_with_its_last_node_and_ends_at_that_moment() {
    Run run =
        new Run(
            new RunId("run-1"),
            Owner.ANONYMOUS,
            ANY,
            RunState.RUNNING,
            new RunTally(1, 1, 0),
            1,
            NOW.minusSeconds(9),
            Optional.empty(),
            Optional.empty(),
            0,
            List.of());

    Run ended =
        NodeMachine.apply(
                run, aNode(NodeState.ACTIVE), new TaskEnded(TASK, TaskState.COMPLETE), NOW)
            .run();

    assertThat(ended.state()).isEqualTo(RunState.COMPLETE);
    assertThat(ended.endedAt()).contains(NOW);
  }

  @Test
  void while_nodes_are_made_anew_they_are_not_counted() {
    Run run = aRun(RunState.REWINDING, ANY);

    assertThat(
            NodeMachine.apply(
                    run,
                    aNode(NodeState.ENDED),
                    new MadeAnew(0, NodeState.WAITING, Entries.of(1)),
                    NOW)
                .run())
        .isEqualTo(run);
  }

  private static RunNode told(RunNode node, EdgeMark mark) {
    return node(node, RunState.RUNNING, new EntryTold(mark, Optional.empty()));
  }

  private static RunNode node(RunNode node, RunState run, NodeEvent event) {
    return NodeMachine.apply(aRun(run, ANY), node, event, NOW).node();
  }

  private static Run aRun(RunState state, FailurePolicy policy) {
    return new Run(
        new RunId("run-1"),
        Owner.ANONYMOUS,
        policy,
        state,
        new RunTally(10, 5, 0),
        20,
        NOW.minusSeconds(9),
        state.isFinal() ? Optional.of(NOW.minusSeconds(1)) : Optional.empty(),
        Optional.empty(),
        0,
        List.of());
  }

  private static RunNode failed(Entries entries) {
    return new RunNode(
        0,
        new NodeKey("a"),
        1,
        NodeState.ENDED,
        1,
        entries,
        Optional.of(NodeEnd.FAILED),
        Optional.of(TASK),
        Optional.empty(),
        OptionalInt.empty(),
        false,
        0);
  }

  private static RunNode aNode(NodeState state) {
    boolean ended = state == NodeState.ENDED;
    return new RunNode(
        0,
        new NodeKey("a"),
        1,
        state,
        1,
        state == NodeState.WAITING || state == NodeState.SPREAD ? Entries.of(2) : Entries.of(0),
        ended ? Optional.of(NodeEnd.COMPLETED) : Optional.empty(),
        state == NodeState.ACTIVE ? Optional.of(TASK) : Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        ended,
        0);
  }
}
