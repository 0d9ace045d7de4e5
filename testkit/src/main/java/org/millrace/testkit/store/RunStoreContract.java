package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.millrace.domain.run.EdgeMark.BARRED;
import static org.millrace.domain.run.EdgeMark.NOT_TAKEN;
import static org.millrace.domain.run.EdgeMark.TAKEN;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.Fixtures.executorFailed;
import static org.millrace.testkit.Fixtures.threeTimes;
import static org.millrace.testkit.RunFixture.aRun;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.Entries;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeEvent.Begun;
import org.millrace.domain.run.NodeEvent.EntryTold;
import org.millrace.domain.run.NodeEvent.MadeAnew;
import org.millrace.domain.run.NodeEvent.Passed;
import org.millrace.domain.run.NodeEvent.ToldAll;
import org.millrace.domain.run.NodeEvent.TriedAgain;
import org.millrace.domain.run.NodeEvent.Unfit;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.NodeTransition;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.domain.run.RunTally;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;
import org.millrace.engine.runs.RunStore;
import org.millrace.engine.runs.RunStore.EdgeAt;
import org.millrace.engine.runs.RunStore.Leaving;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.Over;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.runs.RunViewStore.RunEventLine;

/** What {@link RunStore} promises, and of {@code TransitionStore} what it promises to nodes. */
public abstract class RunStoreContract extends RunContract {

  // The run

  @Test
  void an_event_of_a_run_is_decided_on_the_run_as_it_is_stored() {
    aRun("run").single("a").submit(store);

    assertThat(apply(new RunEvent.PauseRequested()).state()).isEqualTo(RunState.PAUSED);
    assertThat(apply(new RunEvent.PauseRequested()).state()).isEqualTo(RunState.PAUSED);
    assertThat(apply(new RunEvent.ResumeRequested()).state()).isEqualTo(RunState.RUNNING);

    assertThat(run(RUN).state()).isEqualTo(RunState.RUNNING);
    assertThat(story()).containsExactly("RUNNING", "PAUSED", "RUNNING");
  }

  @Test
  void every_part_of_a_changed_run_is_kept() {
    aRun("run").single("a").submit(store);

    var canceled = apply(new RunEvent.CancelRequested("eve"));
    assertThat(canceled.cancelledBy()).contains("eve");
    assertThat(canceled.endedAt()).contains(at(1));
    assertThat(run(RUN)).isEqualTo(canceled);
    var rewinding = apply(new RunEvent.RewindBegun(0, List.of(3, 1, 2)));
    assertThat(rewinding.rewindFrom()).containsExactly(3, 1, 2);
    assertThat(rewinding.rewinds()).isOne();
    assertThat(run(RUN)).isEqualTo(rewinding);
    var again = apply(new RunEvent.Rewound(1, new RunTally(1, 0, 0)));
    assertThat(again.rewindFrom()).isEmpty();
    assertThat(run(RUN)).isEqualTo(again);
  }

  @Test
  void no_run_has_no_answer() {
    var nobody = new RunId("nobody");

    assertThat(store.runs().apply(nobody, new RunEvent.PauseRequested(), at(1))).isEmpty();
    assertThat(store.runs().toTell(nobody, 9)).isEmpty();
    assertThat(store.runs().leaving(nobody, 0, 9)).isEmpty();
    assertThat(store.runs().ready(nobody, 9)).isEmpty();
    assertThat(store.runs().spreading(nobody, 9)).isEmpty();
    assertThat(store.runs().active(nobody, 0, 9)).isEmpty();
    assertThat(store.runs().edges(nobody, -1, -1, 9)).isEmpty();
    assertThat(store.runs().count(nobody)).isEqualTo(new RunTally(0, 0, 0));
  }

  @Test
  void interruption_is_left_pending() {
    aRun("run").single("a").submit(store);
    NodeChange begun = begun(0, "task");

    assertThat(interrupted(() -> store.runs().busy(Optional.empty(), 9))).hasSize(1);
    assertThat(interrupted(() -> store.runs().apply(RUN, new RunEvent.PauseRequested(), at(1))))
        .isPresent();
    assertThat(interrupted(() -> store.runs().apply(List.of(begun), at(1)))).hasSize(1);
  }

  // What fits

  @Test
  void changes_are_applied_in_order_each_to_what_those_before_it_left() {
    aRun("run").single("a", "b").edge(0, 1).submit(store);
    RunNode a = node(0);
    RunNode b = node(1);

    var done =
        apply(
            NodeChange.of(RUN, a, new Passed()),
            told(0, 1, TAKEN),
            NodeChange.of(RUN, a, new ToldAll(0)),
            NodeChange.of(RUN, b, new Passed()));

    assertThat(done).allMatch(one -> one.orElseThrow().changed());
    assertThat(done.get(0).orElseThrow().run().tally()).isEqualTo(new RunTally(1, 0, 0));
    assertThat(done.get(1).orElseThrow().node().state()).isEqualTo(NodeState.READY);
    assertThat(node(0)).isEqualTo(done.get(2).orElseThrow().node());
    assertThat(node(1)).isEqualTo(done.get(3).orElseThrow().node());
    assertThat(run(RUN)).isEqualTo(done.get(3).orElseThrow().run());
    assertThat(run(RUN).state()).isEqualTo(RunState.COMPLETE);
    assertThat(run(RUN).endedAt()).contains(at(1));
  }

  @Test
  void changes_of_several_runs_may_come_together() {
    aRun("run").single("a").submit(store);
    aRun("other").single("a").submit(store);
    var other = new RunId("other");

    apply(change(0, new Passed()), NodeChange.of(other, node(0), new Passed()));

    assertThat(run(RUN).state()).isEqualTo(RunState.COMPLETE);
    assertThat(run(other).state()).isEqualTo(RunState.COMPLETE);
    assertThat(story()).containsExactly("RUNNING", "a COMPLETED", "COMPLETE");
  }

  @Test
  void no_node_has_no_answer_and_keeps_no_other_from_one() {
    aRun("run").single("a").submit(store);
    NodeChange good = change(0, new Passed());
    var noRun =
        new NodeChange(
            new RunId("nobody"), 0, 1, new Passed(), Optional.empty(), Optional.empty(), List.of());
    var noNode =
        new NodeChange(RUN, 7, 1, new Passed(), Optional.empty(), Optional.empty(), List.of());

    var done = apply(noRun, noNode, good);

    assertThat(done.subList(0, 2)).containsOnly(Optional.empty());
    assertThat(done.get(2).orElseThrow().changed()).isTrue();
  }

  @Test
  void what_was_decided_of_another_generation_does_not_fit() {
    aRun("run").when(FailurePolicy.HOLD).single("a").submit(store);
    NodeChange late = begun(0, "late");
    apply(change(0, new Unfit(aCause("unfit"))));
    apply(change(0, new TriedAgain()));
    RunNode anew = node(0);

    NodeTransition answer = apply(late).getFirst().orElseThrow();

    assertThat(answer).isEqualTo(new NodeTransition(run(RUN), anew, false));
    assertThat(node(0)).isEqualTo(anew);
    assertThat(store.views().find(new TaskId("late"))).isEmpty();
  }

  @Test
  void a_mark_is_stored_with_what_it_tells() {
    aRun("run").single("a", "b", "c").edge(0, 2).edge(1, 2).submit(store);

    pass(0);

    assertThat(fits(told(0, 2, TAKEN))).isTrue();

    assertThat(markOf(0, 2)).contains(TAKEN);
    assertThat(markOf(1, 2)).isEmpty();
    assertThat(node(2).entries()).isEqualTo(new Entries(1, 1, 0, 0));
  }

  @Test
  void every_mark_is_kept() {
    EdgeMark[] marks = EdgeMark.values();
    star(marks.length).submit(store);
    for (int point = 1; point <= marks.length; point++) {
      mark(point, 0, marks[point - 1]);
    }

    assertThat(edges()).extracting(edge -> edge.mark().orElseThrow()).containsExactly(marks);
  }

  @Test
  void an_edge_that_has_a_mark_does_not_fit() {
    aRun("run").single("a", "b", "c").edge(0, 2).edge(1, 2).submit(store);
    pass(0);
    NodeChange first = told(0, 2, TAKEN);
    NodeChange again = told(0, 2, BARRED);

    var done = apply(first, again);

    assertThat(done.get(0).orElseThrow().changed()).isTrue();
    assertThat(done.get(1).orElseThrow().changed()).isFalse();
    assertThat(done.get(1).orElseThrow().node()).isEqualTo(node(2));
    assertThat(fits(told(0, 2, BARRED))).isFalse();
    assertThat(markOf(0, 2)).contains(TAKEN);
    assertThat(node(2).entries()).isEqualTo(new Entries(1, 1, 0, 0));
  }

  @Test
  void an_edge_is_marked_only_while_the_node_that_it_leaves_tells_its_end() {
    aRun("run").single("a", "b").edge(0, 1).submit(store);
    assertThat(fits(told(0, 1, TAKEN))).as("it has not ended").isFalse();

    apply(change(0, new Passed()), change(0, new ToldAll(0)));

    assertThat(fits(told(0, 1, TAKEN))).as("it has told all").isFalse();
    assertThat(markOf(0, 1)).isEmpty();
  }

  @Test
  void an_edge_that_is_not_there_does_not_fit() {
    aRun("run").single("a", "b", "c").edge(0, 2).submit(store);
    pass(1);

    assertThat(fits(told(1, 2, TAKEN))).isFalse();

    assertThat(node(2).state()).isEqualTo(NodeState.WAITING);
    assertThat(edges()).containsExactly(new StoredEdge(0, 2, true, Optional.empty()));
  }

  @Test
  void with_an_event_that_changes_nothing_nothing_is_stored() {
    aRun("run").single("a", "b").spread("c").edge(0, 1).edge(0, 2).submit(store);
    apply(new RunEvent.PauseRequested());
    RunNode before = node(0);

    assertThat(fits(begun(0, "task"))).isFalse();
    apply(new RunEvent.CancelRequested("ada"));
    assertThat(fits(told(0, 1, TAKEN))).isFalse();
    assertThat(fits(items(2, 0, 3))).isFalse();

    assertThat(node(0)).isEqualTo(before);
    assertThat(store.views().find(new TaskId("task"))).isEmpty();
    assertThat(markOf(0, 1)).isEmpty();
    assertThat(store.runViews().nodes(RUN, 3, 9)).isEmpty();
    assertThat(run(RUN).nextPlace()).isEqualTo(3);
    assertThat(story()).containsExactly("RUNNING", "PAUSED", "CANCELED");
  }

  @Test
  void after_a_failure_in_the_middle_nothing_is_stored() {
    north.submit(aTask("known"));
    aRun("run").single("a", "b", "c").spread("d").edge(0, 2).submit(store);
    apply(change(3, new NodeEvent.Spread(2)));
    List<RunNode> before = store.runViews().nodes(RUN, 0, 9);
    var runBefore = run(RUN);
    var linesBefore = lines();
    NodeChange fresh = begun(0, "fresh");
    NodeChange told = told(0, 2, TAKEN);
    NodeChange items = items(3, 0, 2);
    NodeChange known = begun(1, "known");

    assertThatThrownBy(() -> apply(fresh, told, items, known)).isInstanceOf(RuntimeException.class);

    assertThat(store.runViews().nodes(RUN, 0, 9)).isEqualTo(before);
    assertThat(run(RUN)).isEqualTo(runBefore);
    assertThat(lines()).isEqualTo(linesBefore);
    assertThat(markOf(0, 2)).isEmpty();
    assertThat(store.views().find(new TaskId("fresh"))).isEmpty();
    assertThat(history(new TaskId("fresh"))).isEmpty();
  }

  @Test
  void of_two_who_apply_the_same_change_one_changes_something() throws Exception {
    aRun("run").single("a", "b", "c").edge(0, 2).edge(1, 2).submit(store);
    pass(1);
    NodeChange begun = begun(0, "task");
    NodeChange told = told(1, 2, TAKEN);
    Callable<List<Optional<NodeTransition>>> both =
        () -> store.runs().apply(List.of(told, begun), at(1));

    var done = AtOnce.run(List.of(both, both));

    assertThat(done.stream().filter(one -> one.getFirst().orElseThrow().changed())).hasSize(1);
    assertThat(done.stream().filter(one -> one.getLast().orElseThrow().changed())).hasSize(1);
    assertThat(node(2).entries().taken()).isOne();
    assertThat(run(RUN).tally().active()).isOne();
  }

  @Test
  void many_at_once_are_counted_each() throws Exception {
    star(40).submit(store);
    pass(IntStream.rangeClosed(1, 40).toArray());
    List<Callable<List<Optional<NodeTransition>>>> tellers =
        IntStream.rangeClosed(1, 40)
            .<Callable<List<Optional<NodeTransition>>>>mapToObj(
                from -> () -> apply(told(from, 0, from % 2 == 0 ? TAKEN : NOT_TAKEN)))
            .toList();

    AtOnce.run(tellers);

    assertThat(node(0).entries()).isEqualTo(new Entries(0, 20, 0, 0));
    assertThat(node(0).state()).isEqualTo(NodeState.READY);
  }

  @Test
  void some_thousand_changes_are_one_transaction() {
    star(3000).submit(store);
    List<NodeChange> all = new ArrayList<>();
    for (int from = 1; from <= 3000; from++) {
      all.add(change(from, new Passed()));
      all.add(told(from, 0, TAKEN));
    }

    var done = store.runs().apply(all, at(1));

    assertThat(done).hasSize(6000).allMatch(one -> one.orElseThrow().changed());
    assertThat(node(0).entries()).isEqualTo(new Entries(0, 3000, 0, 0));
    assertThat(story()).startsWith("RUNNING", "n1 COMPLETED").endsWith("n0 READY");
  }

  @Test
  void no_changes_are_none() {
    assertThat(store.runs().apply(List.of(), at(1))).isEmpty();
  }

  // Beginning

  @Test
  void a_node_becomes_a_task_that_is_stored_as_any_other() {
    aRun("run").single("a").submit(store);
    var fresh = aTask("task").of("ada").named("n").tagged("k", "v").dueAt(at(1));
    var task = new TaskId("task");

    assertThat(fits(change(0, new Begun(task)).as(fresh.newTask()))).isTrue();

    assertThat(node(0).state()).isEqualTo(NodeState.ACTIVE);
    assertThat(node(0).task()).contains(task);
    assertThat(run(RUN).tally()).isEqualTo(new RunTally(1, 1, 0));
    assertThat(stored(task)).isEqualTo(fresh.task());
    assertThat(view(task).spec()).isEqualTo(fresh.spec());
    assertThat(history(task)).extracting(HistoryEvent::kind).containsExactly(Kind.SUBMITTED);
    assertThat(store.views().list(Asking.forAll().tagged("k", "v").onPagesOf(9).query()).glances())
        .hasSize(1);
    assertThat(north.claimAll(aTask().lane(), at(1))).hasSize(1);
  }

  @Test
  void the_task_of_a_node_has_no_other_name_and_no_bound() {
    aRun("run").single("a").submit(store);
    NodeChange begun = change(0, new Begun(new TaskId("task")));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> begun.as(aTask("task").alsoKnownAs("api", "x").newTask()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> begun.as(aTask("task").refusedAt(1).newTask()));
  }

  @Test
  void a_node_whose_task_is_done_already_ends_with_it_and_what_follows_may_come_in_one_piece() {
    aRun("run").single("a").single("b").edge(0, 1).submit(store);
    var left = new Value.Text("left");
    NodeChange begun = change(0, new Begun(new TaskId("first")));
    NodeChange next = change(1, new Begun(new TaskId("second")));

    var done =
        apply(
            begun.as(aTask("first").createdAt(at(1)).doneAtOnce(left)),
            told(0, 1, EdgeMark.TAKEN),
            change(0, new NodeEvent.ToldAll(0)),
            next.as(aTask("second").createdAt(at(1)).doneAtOnce(left)));

    assertThat(done).allMatch(one -> one.orElseThrow().changed());
    assertThat(node(0).end()).contains(NodeEnd.COMPLETED);
    assertThat(node(1).task()).contains(new TaskId("second"));
    assertThat(store.views().find(new TaskId("second")).orElseThrow().task().state())
        .isEqualTo(TaskState.COMPLETE);
    assertThat(story())
        .containsExactly(
            "RUNNING", "a ACTIVE", "a COMPLETED", "b READY", "b ACTIVE", "b COMPLETED", "COMPLETE");
  }

  @Test
  void a_node_that_is_not_ready_begins_no_task_that_is_done() {
    aRun("run").single("a").single("b").edge(0, 1).submit(store);
    var done = aTask("early").doneAtOnce(Value.NOTHING);

    assertThat(fits(change(1, new Begun(new TaskId("early"))).as(done))).isFalse();

    assertThat(store.views().find(new TaskId("early"))).isEmpty();
  }

  @Test
  void a_node_adopts_a_task_that_is_there() {
    north.submit(aTask("theirs"));
    aRun("run").adopting("a", new TaskId("theirs")).submit(store);

    assertThat(fits(change(0, new Begun(new TaskId("theirs"))))).isTrue();

    assertThat(node(0).state()).isEqualTo(NodeState.ACTIVE);
    assertThat(node(0).task()).contains(new TaskId("theirs"));
    end("theirs", completed());
    assertThat(node(0).end()).contains(NodeEnd.COMPLETED);
    assertThat(run(RUN).state()).isEqualTo(RunState.COMPLETE);
  }

  @Test
  void a_node_adopts_no_task_that_is_not_there() {
    aRun("run").adopting("a", new TaskId("nobodys")).submit(store);

    assertThat(fits(change(0, new Begun(new TaskId("nobodys"))))).isFalse();

    assertThat(node(0).state()).isEqualTo(NodeState.READY);
  }

  @Test
  void a_node_that_adopts_a_final_task_ends_at_once() {
    north.ended(aTask("good"), completed());
    north.ended(aTask("bad"), executorFailed());
    aRun("run")
        .when(FailurePolicy.CONTINUE)
        .adopting("a", new TaskId("good"))
        .adopting("b", new TaskId("bad"))
        .submit(store);

    var done =
        apply(change(0, new Begun(new TaskId("good"))), change(1, new Begun(new TaskId("bad"))));

    assertThat(done.get(0).orElseThrow().node()).isEqualTo(node(0));
    assertThat(node(0).end()).contains(NodeEnd.COMPLETED);
    assertThat(node(1).end()).contains(NodeEnd.FAILED);
    assertThat(run(RUN).state()).isEqualTo(RunState.FAILED);
    assertThat(story())
        .containsExactly("RUNNING", "a ACTIVE", "a COMPLETED", "b ACTIVE", "b FAILED", "FAILED");
  }

  // Items

  @Test
  void items_are_stored_as_they_are_and_move_the_next_place_on() {
    aRun("run").single("a").spread("b").submit(store);
    apply(change(1, new NodeEvent.Spread(5)));
    NodeChange first = items(1, 0, 3);

    assertThat(fits(first)).isTrue();
    assertThat(fits(items(1, 3, 2))).isTrue();

    assertThat(store.runViews().items(RUN, 1, 0, 9))
        .extracting(item -> item.key().text())
        .containsExactly("b[0]", "b[1]", "b[2]", "b[3]", "b[4]");
    assertThat(node(2)).isEqualTo(first.items().getFirst().node());
    assertThat(store.runViews().plan(RUN, 2)).contains(first.items().getFirst().plan());
    assertThat(run(RUN).nextPlace()).isEqualTo(7);
    assertThat(run(RUN).tally()).isEqualTo(new RunTally(7, 0, 0));
    assertThat(store.runs().ready(RUN, 9))
        .extracting(RunNode::place)
        .containsExactly(0, 2, 3, 4, 5, 6);
  }

  // Made anew

  @Test
  void edges_lose_their_marks_while_nodes_are_made_anew_and_no_others_do() {
    aRun("run")
        .single("a", "b", "c", "d")
        .edge(0, 1)
        .edge(1, 2)
        .edge(1, 3)
        .edge(0, 3)
        .submit(store);
    for (StoredEdge edge : edges()) {
      mark(edge.from(), edge.to(), TAKEN);
    }
    List<EdgeAt> some = List.of(new EdgeAt(1, 2), new EdgeAt(1, 3), new EdgeAt(2, 3));
    forget(0, some);
    assertThat(edges()).as("it goes on").allMatch(edge -> edge.mark().isPresent());
    rewind();
    forget(0, some);
    assertThat(edges()).as("another rewind").allMatch(edge -> edge.mark().isPresent());

    forget(1, some);
    forget(1, some);

    assertThat(edges())
        .containsExactly(
            new StoredEdge(0, 1, true, Optional.of(TAKEN)),
            new StoredEdge(0, 3, true, Optional.of(TAKEN)),
            new StoredEdge(1, 2, true, Optional.empty()),
            new StoredEdge(1, 3, true, Optional.empty()));
  }

  private void forget(int rewind, List<EdgeAt> edges, Integer... items) {
    store.runs().forget(RUN, rewind, edges, List.of(items));
  }

  @Test
  void a_node_made_anew_is_another_one_and_nothing_else_changes() {
    aRun("run").single("a", "b").edge(0, 1).submit(store);
    mark(0, 1, TAKEN);
    rewind();

    apply(change(0, new MadeAnew(1, NodeState.READY, node(0).entries())));

    assertThat(node(0).generation()).isEqualTo(2);
    assertThat(markOf(0, 1)).as("it was not forgotten").contains(TAKEN);
  }

  /** The run is cancelled, and being made anew. */
  private void rewind() {
    apply(new RunEvent.CancelRequested("ada"));
    apply(new RunEvent.RewindBegun(0, List.of(0)));
    assertThat(run(RUN).state()).isEqualTo(RunState.REWINDING);
  }

  /** The node after it was made anew meanwhile, and has heard of nothing. */
  @Test
  void who_told_an_end_before_a_rewind_and_is_late_has_not_told_all() {
    aRun("run").when(FailurePolicy.HOLD).single("a", "b").edge(0, 1).submit(store);
    apply(change(0, new Passed()));
    List<NodeChange> late = List.of(told(0, 1, TAKEN), change(0, new ToldAll(0)));
    apply(new RunEvent.CancelRequested("ada"));
    apply(new RunEvent.RewindBegun(0, List.of(1)));
    apply(change(1, new MadeAnew(1, NodeState.WAITING, Entries.of(1))));
    apply(new RunEvent.Rewound(1, store.runs().count(RUN)));
    assertThat(run(RUN).state()).isEqualTo(RunState.RUNNING);

    assertThat(store.runs().apply(late, at(9)))
        .allSatisfy(one -> assertThat(one.orElseThrow().changed()).isFalse());
    assertThat(store.runs().toTell(RUN, 9)).containsExactly(node(0));
    apply(told(0, 1, TAKEN), change(0, new ToldAll(1)));
    assertThat(node(1).state()).isEqualTo(NodeState.READY);
    assertThat(store.runs().toTell(RUN, 9)).isEmpty();
  }

  /** Two servers are at one rewind; the slower one writes after the other is done. */
  @Test
  void who_is_late_in_a_rewind_changes_nothing_whatever_came_after_it() {
    aRun("run").when(FailurePolicy.HOLD).single("a", "b").edge(0, 1).submit(store);
    pass(0);
    apply(told(0, 1, TAKEN), change(0, new ToldAll(0)));
    rewind();
    apply(change(1, new MadeAnew(1, NodeState.READY, node(1).entries())));
    NodeChange late = change(1, new MadeAnew(1, NodeState.WAITING, Entries.of(1)));
    apply(new RunEvent.Rewound(1, store.runs().count(RUN)));
    apply(change(1, new Unfit(aCause("unfit"))));
    assertThat(run(RUN).state()).isEqualTo(RunState.RUNNING);

    assertThat(fits(late)).as("it failed, and is held").isFalse();
    apply(new RunEvent.CancelRequested("ada"));
    apply(new RunEvent.RewindBegun(1, List.of()));
    assertThat(fits(late)).as("another rewind, of other nodes").isFalse();

    assertThat(node(1).end()).contains(NodeEnd.FAILED);
  }

  @Test
  void items_go_with_their_plans_and_their_names_can_be_given_again() {
    aRun("run").spread("a").spread("b").submit(store);
    apply(change(0, new NodeEvent.Spread(2)), change(1, new NodeEvent.Spread(2)));
    apply(items(0, 0, 2));
    apply(items(1, 0, 2));
    rewind();

    forget(1, List.of(), 2, 3, 0, 99);

    assertThat(store.runViews().nodes(RUN, 0, 9))
        .as("what is no item stays")
        .extracting(node -> node.key().text())
        .containsExactly("a", "b", "b[0]", "b[1]");
    assertThat(store.runViews().plan(RUN, 2)).as("the plan of an item of a").isEmpty();
    assertThat(store.runViews().plan(RUN, 0)).isPresent();
    assertThat(store.runViews().plan(RUN, 4)).isPresent();
    apply(change(0, new MadeAnew(1, NodeState.READY, Entries.of(0))));
    apply(new RunEvent.Rewound(1, store.runs().count(RUN)));
    apply(change(0, new NodeEvent.Spread(1)));
    assertThat(fits(items(0, 0, 1))).isTrue();
  }

  @Test
  void of_a_run_that_is_not_there_nothing_is_forgotten() {
    store.runs().forget(new RunId("nobody"), 0, List.of(new EdgeAt(0, 1)), List.of(2));

    assertThat(store.runViews().find(new RunId("nobody"))).isEmpty();
  }

  // The end of a task

  @Test
  void a_task_that_ends_ends_its_node() {
    aRun("run")
        .when(FailurePolicy.CONTINUE)
        .single("a", "b", "c")
        .edge(0, 2)
        .edge(1, 2)
        .submit(store);
    apply(begun(0, "good"));
    end("good", completed());
    apply(begun(1, "bad"));
    end("bad", executorFailed());

    assertThat(node(0).end()).contains(NodeEnd.COMPLETED);
    assertThat(node(0).telling()).isTrue();
    assertThat(node(1).end()).contains(NodeEnd.FAILED);
    assertThat(run(RUN).tally()).isEqualTo(new RunTally(1, 0, 1));
    assertThat(lines())
        .extracting(RunEventLine::at, RunEventLine::state, RunEventLine::task)
        .contains(tuple(at(10), "COMPLETED", Optional.of(new TaskId("good"))));
  }

  @Test
  void a_task_that_goes_on_or_is_tried_again_ends_nothing() {
    aRun("run").single("a").submit(store);
    var task = new TaskId("task");
    apply(change(0, new Begun(task)).as(aTask("task").retried(threeTimes()).newTask()));

    end("task", executorFailed());

    assertThat(stored(task).state()).isEqualTo(TaskState.QUEUED);
    assertThat(node(0).state()).isEqualTo(NodeState.ACTIVE);
  }

  @Test
  void every_node_that_is_the_task_ends_in_whatever_run() {
    north.submit(aTask("theirs"));
    var theirs = new TaskId("theirs");
    var other = new RunId("other");
    aRun("run").adopting("a", theirs).adopting("b", theirs).submit(store);
    aRun("other").adopting("a", theirs).submit(store);
    apply(
        change(0, new Begun(theirs)),
        change(1, new Begun(theirs)),
        NodeChange.of(other, node(0), new Begun(theirs)));

    end("theirs", completed());

    assertThat(run(RUN).state()).isEqualTo(RunState.COMPLETE);
    assertThat(run(RUN).endedAt()).contains(at(10));
    assertThat(run(other).state()).isEqualTo(RunState.COMPLETE);
  }

  @Test
  void a_node_that_became_another_task_meanwhile_does_not_end() {
    aRun("run").when(FailurePolicy.HOLD).adopting("a", new TaskId("old")).submit(store);
    north.submit(aTask("old"));
    apply(change(0, new Begun(new TaskId("old"))));
    apply(new RunEvent.CancelRequested("ada"));
    apply(change(0, new NodeEvent.LetGo()));
    apply(new RunEvent.RewindBegun(0, List.of(0)));
    apply(change(0, new MadeAnew(1, NodeState.READY, Entries.of(0))));
    apply(new RunEvent.Rewound(1, store.runs().count(RUN)));
    apply(begun(0, "new"));

    end("old", completed());

    assertThat(node(0).state()).isEqualTo(NodeState.ACTIVE);
    assertThat(node(0).task()).contains(new TaskId("new"));
  }

  // History

  @Test
  void each_change_of_state_leaves_a_line_and_counting_leaves_none() {
    aRun("run").single("a", "b", "c").edge(0, 2).edge(1, 2).submit(store);
    apply(begun(0, "task"));
    end("task", completed());
    apply(change(1, new Passed()));
    mark(0, 2, TAKEN);
    apply(change(0, new ToldAll(0)));
    mark(1, 2, TAKEN);
    apply(change(2, new Unfit(aCause("unfit"))));

    assertThat(story())
        .containsExactly(
            "RUNNING", "a ACTIVE", "a COMPLETED", "b COMPLETED", "c READY", "c FAILED", "FAILED");
  }

  @Test
  void a_line_tells_where_when_and_why() {
    aRun("run").when(FailurePolicy.HOLD).single("a").submit(store);
    apply(begun(0, "task"));
    end("task", executorFailed());
    apply(change(0, new TriedAgain()));
    apply(change(0, new Unfit(aCause("unfit"))));
    apply(new RunEvent.CancelRequested("eve"));

    List<RunEventLine> lines = lines();
    assertThat(lines)
        .extracting(RunEventLine::state)
        .containsExactly("RUNNING", "ACTIVE", "FAILED", "READY", "FAILED", "CANCELED");
    assertThat(lines).extracting(RunEventLine::sequence).isSorted().doesNotHaveDuplicates();
    RunEventLine ended = lines.get(2);
    assertThat(ended.at()).isEqualTo(at(10));
    assertThat(ended.place()).hasValue(0);
    assertThat(ended.node()).contains(node(0).key());
    assertThat(ended.task()).contains(new TaskId("task"));
    assertThat(ended.detail()).as("its task says why").isEmpty();
    assertThat(lines.get(3).task()).as("it is no task yet").isEmpty();
    assertThat(lines.get(4).detail()).contains("it is said to be so");
    RunEventLine cancelled = lines.get(5);
    assertThat(cancelled.at()).isEqualTo(at(1));
    assertThat(cancelled.place()).isEmpty();
    assertThat(cancelled.node()).isEmpty();
    assertThat(cancelled.detail()).contains("eve");
  }

  // What is next

  private List<String> busy(int most) {
    return store.runs().busy(Optional.empty(), most).stream()
        .map(head -> head.run().id().text())
        .toList();
  }

  private List<String> busyAfter(String run) {
    return store.runs().busy(Optional.of(new RunId(run)), 9).stream()
        .map(head -> head.run().id().text())
        .toList();
  }

  @Test
  void runs_with_something_to_do_are_listed_oldest_first_with_what_their_callers_said() {
    aRun("ready").single("a").of("ada").submit(store);
    aRun("done").submit(store);
    aRun("arriving").single("a").bring(store);
    aRun("also").single("a").submit(store);

    assertThat(busy(9)).containsExactly("ready", "also");
    assertThat(store.runs().busy(Optional.empty(), 1))
        .containsExactly(store.runViews().find(new RunId("ready")).orElseThrow());
    assertThat(busyAfter("ready")).containsExactly("also");
    assertThat(busyAfter("done")).as("one that has nothing to do itself").containsExactly("also");
    assertThat(busyAfter("also")).isEmpty();
    assertThat(busyAfter("nobody")).isEmpty();
    assertThat(run(new RunId("done")).state()).isEqualTo(RunState.COMPLETE);
  }

  @Test
  void a_run_that_waits_for_its_tasks_has_nothing_to_do() {
    aRun("run").single("a", "b").edge(0, 1).submit(store);
    apply(begun(0, "task"));
    assertThat(busy(9)).isEmpty();

    end("task", completed());
    assertThat(busy(9)).as("an end to be told").containsExactly("run");
    apply(new RunEvent.PauseRequested());
    assertThat(busy(9)).as("while it is paused as well").containsExactly("run");
    mark(0, 1, TAKEN);
    apply(change(0, new ToldAll(0)));
    assertThat(busy(9)).as("ready, but paused").isEmpty();
    apply(new RunEvent.ResumeRequested());
    assertThat(busy(9)).containsExactly("run");
  }

  @Test
  void a_run_with_items_to_be_made_has_something_to_do() {
    aRun("run").spread("a").submit(store);
    apply(change(0, new NodeEvent.Spread(1)));
    assertThat(busy(9)).containsExactly("run");

    apply(new RunEvent.PauseRequested());
    assertThat(busy(9)).isEmpty();
    apply(new RunEvent.ResumeRequested());
    apply(items(0, 0, 1));
    apply(begun(1, "task"));
    assertThat(busy(9)).isEmpty();
  }

  @Test
  void a_run_that_stops_or_is_made_anew_has_something_to_do_until_it_has() {
    aRun("run").single("a").submit(store);
    apply(begun(0, "task"));
    apply(new RunEvent.CancelRequested("ada"));
    assertThat(run(RUN).state()).isEqualTo(RunState.CANCELING);
    assertThat(busy(9)).containsExactly("run");

    end("task", completed());
    assertThat(busy(9)).isEmpty();
    apply(new RunEvent.RewindBegun(0, List.of(0)));
    assertThat(busy(9)).containsExactly("run");
  }

  @Test
  void ends_to_be_told_are_listed_in_the_order_of_places() {
    aRun("run").single("a", "b", "c").submit(store);
    apply(change(2, new Passed()));
    apply(change(0, new Passed()));

    assertThat(store.runs().toTell(RUN, 9)).containsExactly(node(0), node(2));
    assertThat(store.runs().toTell(RUN, 1)).containsExactly(node(0));
    apply(change(1, new Passed()));
    assertThat(run(RUN).state()).isEqualTo(RunState.COMPLETE);
  }

  @Test
  void an_end_that_was_told_is_not_to_be_told_again() {
    aRun("run").single("a", "b", "c").edge(0, 1).edge(0, 2).submit(store);
    apply(change(0, new Passed()));

    mark(0, 1, TAKEN);
    assertThat(store.runs().toTell(RUN, 9)).containsExactly(node(0));
    mark(0, 2, TAKEN);
    apply(change(0, new ToldAll(0)));
    assertThat(store.runs().toTell(RUN, 9)).isEmpty();
  }

  @Test
  void a_failed_node_that_is_held_tells_nobody() {
    aRun("run").when(FailurePolicy.HOLD).single("a", "b").edge(0, 1).submit(store);

    apply(change(0, new Unfit(aCause("unfit"))));

    assertThat(store.runs().toTell(RUN, 9)).isEmpty();
  }

  @Test
  void leaving_edges_without_a_mark_come_in_the_order_of_where_they_lead() {
    aRun("run")
        .single("a", "b", "c", "d")
        .edge(1, 3)
        .edge(1, 0)
        .edge(1, 2)
        .edge(0, 2)
        .submit(store);

    assertThat(store.runs().leaving(RUN, 1, 9)).containsExactly(leaving(0), leaving(2), leaving(3));
    assertThat(store.runs().leaving(RUN, 1, 2)).containsExactly(leaving(0), leaving(2));
    mark(1, 0, TAKEN);
    assertThat(store.runs().leaving(RUN, 1, 9)).containsExactly(leaving(2), leaving(3));
  }

  private Leaving leaving(int to) {
    return new Leaving(node(to), Optional.empty(), true);
  }

  @Test
  void an_item_tells_its_end_once() {
    aRun("run").spread("a").submit(store);
    apply(change(0, new NodeEvent.Spread(2)));
    apply(items(0, 0, 2));
    apply(begun(1, "task"));
    NodeChange told =
        change(0, new NodeEvent.EntryTold(TAKEN, Optional.empty())).over(new Over.ItemEnded(1));
    assertThat(fits(told)).as("it has not ended").isFalse();
    end("task", completed());

    assertThat(fits(told)).isTrue();
    assertThat(node(1).telling()).isFalse();
    assertThat(node(0).entries()).isEqualTo(new Entries(1, 1, 0, 0));
    assertThat(fits(told)).isFalse();
    assertThat(node(0).entries()).isEqualTo(new Entries(1, 1, 0, 0));
  }

  @Test
  void ready_nodes_come_in_the_order_of_places() {
    aRun("run").single("a", "b", "c", "d").edge(0, 1).submit(store);

    assertThat(places(store.runs().ready(RUN, 9))).containsExactly(0, 2, 3);
    assertThat(places(store.runs().ready(RUN, 2))).containsExactly(0, 2);
    apply(begun(2, "task"));
    mark(0, 1, TAKEN);
    assertThat(places(store.runs().ready(RUN, 9))).containsExactly(1, 3);
    assertThat(store.runs().ready(RUN, 1).getFirst()).isEqualTo(node(1));
  }

  private static List<Integer> places(List<RunNode> nodes) {
    return nodes.stream().map(RunNode::place).toList();
  }

  @Test
  void nodes_are_being_spread_until_all_their_items_are_made() {
    aRun("run").spread("a").spread("b").single("c").submit(store);
    apply(change(1, new NodeEvent.Spread(3)), change(0, new NodeEvent.Spread(1)));

    assertThat(places(store.runs().spreading(RUN, 9))).containsExactly(0, 1);
    assertThat(places(store.runs().spreading(RUN, 1))).containsExactly(0);
    apply(items(0, 0, 1));
    apply(items(1, 0, 2));
    assertThat(places(store.runs().spreading(RUN, 9))).containsExactly(1);
    apply(change(1, new EntryTold(TAKEN, Optional.empty())));
    apply(change(1, new EntryTold(BARRED, Optional.empty())));
    assertThat(places(store.runs().spreading(RUN, 9))).as("items that ended").containsExactly(1);
    apply(items(1, 2, 1));
    assertThat(store.runs().spreading(RUN, 9)).isEmpty();
    assertThat(node(1).state()).isEqualTo(NodeState.SPREAD);
  }

  @Test
  void active_nodes_come_from_a_place_on() {
    aRun("run").single("a", "b", "c", "d").submit(store);
    apply(begun(0, "t0"), begun(1, "t1"), begun(3, "t3"));

    assertThat(places(store.runs().active(RUN, 0, 9))).containsExactly(0, 1, 3);
    assertThat(places(store.runs().active(RUN, 1, 1))).containsExactly(1);
    assertThat(places(store.runs().active(RUN, 2, 9))).containsExactly(3);
    assertThat(store.runs().active(RUN, 4, 9)).isEmpty();
  }

  @Test
  void edges_come_in_order_after_one_of_them() {
    aRun("run").single("a", "b", "c").edge(1, 2).edge(0, 2).edge(0, 1).submit(store);
    mark(0, 2, NOT_TAKEN);
    var first = new StoredEdge(0, 1, true, Optional.empty());
    var second = new StoredEdge(0, 2, true, Optional.of(NOT_TAKEN));
    var third = new StoredEdge(1, 2, true, Optional.empty());

    assertThat(store.runs().edges(RUN, -1, -1, 9)).containsExactly(first, second, third);
    assertThat(store.runs().edges(RUN, 0, 1, 1)).containsExactly(second);
    assertThat(store.runs().edges(RUN, 0, 2, 9)).containsExactly(third);
    assertThat(store.runs().edges(RUN, 1, 2, 9)).isEmpty();
  }

  @Test
  void all_nodes_of_a_run_are_counted() {
    for (FailurePolicy policy : FailurePolicy.values()) {
      var id = new RunId("run-" + policy);
      var run = aRun(id.text()).when(policy).single("a", "b", "c", "d").edge(3, 2);
      run.submit(store);
      List<RunNode> nodes = store.runViews().nodes(id, 0, 9);
      var active = new TaskId("t-" + policy);
      store
          .runs()
          .apply(
              List.of(
                  NodeChange.of(id, nodes.get(0), new Begun(active))
                      .as(aTask(active.text()).newTask()),
                  NodeChange.of(id, nodes.get(3), new Passed()),
                  NodeChange.of(id, nodes.get(1), new Unfit(aCause("unfit")))),
              at(1));

      assertThat(store.runs().count(id))
          .as("%s", policy)
          .isEqualTo(run(id).tally())
          .isEqualTo(new RunTally(policy == FailurePolicy.HOLD ? 3 : 2, 1, 1));
    }
  }
}
