package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.domain.run.EdgeMark.TAKEN;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.RunFixture.aRun;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeEvent.Begun;
import org.millrace.domain.run.NodeEvent.Passed;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.runs.RunViewStore;
import org.millrace.engine.runs.RunViewStore.NodeOf;
import org.millrace.engine.runs.RunViewStore.RunEventLine;
import org.millrace.engine.runs.RunViewStore.RunQuery;

/** What {@link RunViewStore} promises. */
public abstract class RunViewStoreContract extends RunContract {
  private static final RunId NOBODY = new RunId("nobody");

  private List<String> list(
      Optional<String> owner, Optional<RunState> state, Optional<String> after, int most) {
    return store
        .runViews()
        .list(new RunQuery(owner.map(Owner::new), state, after.map(RunId::new), most))
        .stream()
        .map(head -> head.run().id().text())
        .toList();
  }

  private static Optional<String> any() {
    return Optional.empty();
  }

  @Test
  void a_run_is_found_with_what_its_caller_said() {
    var run = aRun("run").of("ada").single("a");
    run.submit(store);

    var found = store.runViews().find(RUN).orElseThrow();

    assertThat(found.spec()).isEqualTo(run.spec());
    assertThat(found.run().owner()).isEqualTo(new Owner("ada"));
    assertThat(found.run().state()).isEqualTo(RunState.RUNNING);
  }

  @Test
  void what_is_not_there_is_not_found() {
    aRun("run").single("a").submit(store);

    assertThat(store.runViews().find(NOBODY)).isEmpty();
    assertThat(store.runViews().node(NOBODY, 0)).isEmpty();
    assertThat(store.runViews().node(RUN, 1)).isEmpty();
    assertThat(store.runViews().node(RUN, new NodeKey("b"))).isEmpty();
    assertThat(store.runViews().node(NOBODY, new NodeKey("a"))).isEmpty();
    assertThat(store.runViews().plan(NOBODY, 0)).isEmpty();
    assertThat(store.runViews().plan(RUN, 1)).isEmpty();
    assertThat(store.runViews().nodes(NOBODY, 0, 9)).isEmpty();
    assertThat(store.runViews().items(RUN, 0, 0, 9)).isEmpty();
    assertThat(store.runViews().entering(RUN, 0, 9)).isEmpty();
    assertThat(store.runViews().history(NOBODY, 0, 9)).isEmpty();
    assertThat(store.runViews().nodeOf(new TaskId("nobodys"))).isEmpty();
  }

  @Test
  void runs_are_listed_oldest_first_a_page_after_the_other() {
    for (String id : List.of("c", "a", "b")) {
      aRun(id).single("n").submit(store);
    }
    aRun("arriving").bring(store);

    assertThat(list(any(), Optional.empty(), any(), 9)).containsExactly("c", "a", "b");
    assertThat(list(any(), Optional.empty(), any(), 2)).containsExactly("c", "a");
    assertThat(list(any(), Optional.empty(), Optional.of("a"), 2)).containsExactly("b");
    assertThat(list(any(), Optional.empty(), Optional.of("b"), 2)).isEmpty();
    assertThat(list(any(), Optional.empty(), Optional.of("nobody"), 2)).isEmpty();
  }

  @Test
  void runs_are_listed_by_owner_and_state() {
    aRun("a1").of("ada").single("n").submit(store);
    aRun("b1").of("bob").single("n").submit(store);
    aRun("a2").of("ada").submit(store);
    aRun("a3").of("ada").single("n").submit(store);
    aRun("a4").of("ada").single("n").bring(store);
    var ada = Optional.of("ada");
    var running = Optional.of(RunState.RUNNING);

    assertThat(list(ada, Optional.empty(), any(), 9)).containsExactly("a1", "a2", "a3");
    assertThat(list(any(), running, any(), 9)).containsExactly("a1", "b1", "a3");
    assertThat(list(any(), Optional.of(RunState.COMPLETE), any(), 9)).containsExactly("a2");
    assertThat(list(any(), Optional.of(RunState.ARRIVING), any(), 9)).isEmpty();
    assertThat(list(ada, running, any(), 9)).containsExactly("a1", "a3");
    assertThat(list(ada, running, Optional.of("a1"), 9)).containsExactly("a3");
    assertThat(list(any(), running, Optional.of("a1"), 9)).containsExactly("b1", "a3");
    assertThat(list(ada, Optional.empty(), Optional.of("a1"), 1)).containsExactly("a2");
    assertThat(list(Optional.of("eve"), Optional.empty(), any(), 9)).isEmpty();
  }

  @Test
  void a_node_is_found_by_name_and_by_place_with_its_plan() {
    aRun("run").single("a").node("b", new NodePlan.Barrier()).submit(store);

    RunNode b = store.runViews().node(RUN, new NodeKey("b")).orElseThrow();

    assertThat(b.place()).isOne();
    assertThat(store.runViews().node(RUN, 1)).contains(b);
    assertThat(store.runViews().plan(RUN, 1)).contains(new NodePlan.Barrier());
  }

  @Test
  void nodes_come_from_a_place_on_in_their_order() {
    aRun("run").single("c", "b", "a").submit(store);

    assertThat(store.runViews().nodes(RUN, 0, 9)).containsExactly(node(0), node(1), node(2));
    assertThat(store.runViews().nodes(RUN, 1, 1)).containsExactly(node(1));
    assertThat(store.runViews().nodes(RUN, 3, 9)).isEmpty();
  }

  @Test
  void items_come_from_a_place_on_in_their_order() {
    aRun("run").spread("a").spread("b").submit(store);
    apply(change(0, new NodeEvent.Spread(3)), change(1, new NodeEvent.Spread(1)));
    apply(items(0, 0, 2));
    apply(items(1, 0, 1));
    apply(items(0, 2, 1));

    assertThat(store.runViews().items(RUN, 0, 0, 9)).containsExactly(node(2), node(3), node(5));
    assertThat(store.runViews().items(RUN, 0, 3, 1)).containsExactly(node(3));
    assertThat(store.runViews().items(RUN, 0, 4, 9)).containsExactly(node(5));
    assertThat(store.runViews().items(RUN, 1, 0, 9)).containsExactly(node(4));
  }

  @Test
  void of_edges_that_enter_a_node_those_without_a_mark_come_first() {
    aRun("run")
        .single("a", "b", "c", "d", "e")
        .edge(0, 4)
        .edge(1, 4)
        .edge(2, 4)
        .edge(3, 4)
        .edge(0, 1)
        .submit(store);
    mark(0, 4, TAKEN);
    mark(2, 4, TAKEN);
    var none = Optional.<EdgeMark>empty();

    assertThat(store.runViews().entering(RUN, 4, 9))
        .containsExactly(
            new StoredEdge(1, 4, true, none),
            new StoredEdge(3, 4, true, none),
            new StoredEdge(0, 4, true, Optional.of(TAKEN)),
            new StoredEdge(2, 4, true, Optional.of(TAKEN)));
    assertThat(store.runViews().entering(RUN, 4, 1))
        .containsExactly(new StoredEdge(1, 4, true, none));
    assertThat(store.runViews().entering(RUN, 1, 4, 3))
        .containsExactly(
            new StoredEdge(0, 1, true, none),
            new StoredEdge(1, 4, true, none),
            new StoredEdge(3, 4, true, none));
    assertThat(store.runViews().entering(RUN, 2, 3, 9)).isEmpty();
  }

  @Test
  void a_task_is_found_to_belong_to_its_node() {
    aRun("run").single("a", "b").submit(store);
    apply(begun(1, "task"));

    assertThat(store.runViews().nodeOf(new TaskId("task"))).contains(new NodeOf(RUN, node(1)));
    end("task", completed());
    assertThat(store.runViews().nodeOf(new TaskId("task"))).contains(new NodeOf(RUN, node(1)));
  }

  @Test
  void a_task_that_many_adopted_belongs_to_the_last_node_of_the_run_begun_last() {
    north.submit(aTask("theirs"));
    var theirs = new TaskId("theirs");
    var last = new RunId("last");
    aRun("run").adopting("a", theirs).submit(store);
    aRun("last").adopting("a", theirs).adopting("b", theirs).submit(store);
    RunNode b = store.runViews().node(last, 1).orElseThrow();
    apply(
        NodeChange.of(last, b, new Begun(theirs)),
        NodeChange.of(last, node(0), new Begun(theirs)),
        change(0, new Begun(theirs)));

    NodeOf found = store.runViews().nodeOf(theirs).orElseThrow();

    assertThat(found.run()).isEqualTo(last);
    assertThat(found.node().place()).isOne();
  }

  @Test
  void history_is_read_after_a_cursor_of_one_run_alone() {
    aRun("run").single("a").submit(store);
    aRun("other").single("a").submit(store);
    apply(new RunEvent.PauseRequested());
    apply(new RunEvent.ResumeRequested());
    apply(change(0, new Passed()));

    List<RunEventLine> all = store.runViews().history(RUN, 0, 9);
    assertThat(story()).containsExactly("RUNNING", "PAUSED", "RUNNING", "a COMPLETED", "COMPLETE");
    assertThat(store.runViews().history(RUN, all.get(1).sequence(), 2))
        .isEqualTo(all.subList(2, 4));
    assertThat(store.runViews().history(RUN, all.getLast().sequence(), 9)).isEmpty();
  }

  @Test
  void the_newest_line_that_tells_of_a_node_is_found() {
    aRun("run").single("a", "b").submit(store);
    assertThat(store.runViews().lastLine(RUN, 0)).isEmpty();
    apply(begun(0, "task"));
    apply(change(1, new Passed()));
    end("task", completed());
    apply(new RunEvent.PauseRequested());

    assertThat(store.runViews().lastLine(RUN, 0).orElseThrow().state()).isEqualTo("COMPLETED");
    assertThat(store.runViews().lastLine(RUN, 0)).contains(lines().get(3));
    assertThat(store.runViews().lastLine(RUN, 1)).contains(lines().get(2));
    assertThat(store.runViews().lastLine(RUN, 2)).isEmpty();
    assertThat(store.runViews().lastLine(NOBODY, 0)).isEmpty();
  }

  @Test
  void the_newest_line_is_that_of_all_runs() {
    assertThat(store.runViews().newestLine()).isZero();
    aRun("run").single("a").submit(store);
    assertThat(store.runViews().newestLine()).isEqualTo(lines().getLast().sequence());
    aRun("other").single("a").submit(store);
    assertThat(store.runViews().newestLine()).isGreaterThan(lines().getLast().sequence());
  }

  @Test
  void interruption_is_left_pending() {
    aRun("run").single("a").submit(store);

    assertThat(interrupted(() -> store.runViews().find(RUN))).isPresent();
    assertThat(interrupted(() -> store.runViews().nodes(RUN, 0, 9))).hasSize(1);
  }
}
