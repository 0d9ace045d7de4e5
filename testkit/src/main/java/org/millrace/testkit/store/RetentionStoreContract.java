package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.millrace.testkit.Fixtures.aDraft;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.Fixtures.executorFailed;
import static org.millrace.testkit.RunFixture.aRun;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.run.NodeEvent.Begun;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.retention.RetentionStore;
import org.millrace.engine.retention.RetentionStore.Ended;
import org.millrace.engine.retention.RetentionStore.Standing;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunViewStore.RunQuery;
import org.millrace.engine.submission.IntakeStore.Taken;
import org.millrace.testkit.RunFixture;

/** What {@link RetentionStore} promises. */
public abstract class RetentionStoreContract extends StoreContract {
  private List<TaskId> ended(TaskState state, long then) {
    return page(state, then, Optional.empty(), 9).stream().map(Ended::task).toList();
  }

  private List<Ended> page(TaskState state, long then, Optional<Ended> after, int most) {
    return store.retention().endedBefore(state, at(then), after, most);
  }

  /** Those that a node names. */
  private List<TaskId> kept(TaskState state) {
    return page(state, 99, Optional.empty(), 9).stream()
        .filter(Ended::isKept)
        .map(Ended::task)
        .toList();
  }

  private Task ending(String name, long second) {
    return north.end(north.running(aTask(name)), completed(), at(second));
  }

  @Test
  void tasks_are_found_by_how_and_when_they_ended_the_first_first() {
    Task late = ending("late", 30);
    Task early = ending("early", 10);
    Task failed = north.end(north.running(aTask("failed")), executorFailed(), at(20));
    north.running(aTask("running"));
    north.submit(aTask("waiting"));

    assertThat(ended(TaskState.COMPLETE, 9)).isEmpty();
    assertThat(ended(TaskState.COMPLETE, 10)).containsExactly(early.id());
    assertThat(ended(TaskState.COMPLETE, 99)).containsExactly(early.id(), late.id());
    assertThat(page(TaskState.COMPLETE, 99, Optional.empty(), 1))
        .extracting(Ended::task, Ended::endedAt, Ended::isKept)
        .containsExactly(tuple(early.id(), at(10), false));
    assertThat(ended(TaskState.EXECUTOR_ERROR, 99)).containsExactly(failed.id());
    assertThat(ended(TaskState.CANCELED, 99)).isEmpty();
  }

  @Test
  void pages_go_on_after_one_that_is_there_or_was() {
    List<TaskId> all =
        Stream.of("a", "b", "c", "d", "e").map(name -> ending(name, 10).id()).toList();
    List<TaskId> found = new ArrayList<>();

    List<Ended> page = page(TaskState.COMPLETE, 99, Optional.empty(), 2);
    while (!page.isEmpty()) {
      page.forEach(ended -> found.add(ended.task()));
      store.retention().remove(List.of(page.getLast().task()));
      page = page(TaskState.COMPLETE, 99, Optional.of(page.getLast()), 2);
    }

    assertThat(found).as("all of them ended at the same time").isEqualTo(all);
    assertThat(ended(TaskState.COMPLETE, 99)).containsExactly(all.get(0), all.get(2));
  }

  @Test
  void of_a_removed_task_nothing_is_left() {
    Task gone = ending("gone", 10);
    Task stays = ending("stays", 20);

    assertThat(store.retention().remove(List.of(gone.id()))).isOne();

    assertThat(store.views().find(gone.id())).isEmpty();
    assertThat(store.views().glance(gone.id())).isEmpty();
    assertThat(history()).isNotEmpty().allMatch(event -> event.task().equals(stays.id()));
    assertThat(store.views().list(Asking.forAll().onPagesOf(9).inFull().query()).tasks())
        .extracting(view -> view.task().id())
        .containsExactly(stays.id());
    assertThat(ended(TaskState.COMPLETE, 99)).containsExactly(stays.id());
  }

  @Test
  void its_tags_find_it_no_more() {
    Task gone = north.end(north.running(aTask("gone").tagged("k", "v")), completed(), at(10));
    store.retention().remove(List.of(gone.id()));

    assertThat(store.views().list(Asking.forAll().tagged("k", "v").onPagesOf(9).query()).glances())
        .isEmpty();
    assertThat(store.views().list(Asking.forAll().tagged("k").onPagesOf(9).query()).glances())
        .isEmpty();
  }

  @Test
  void its_external_id_can_be_given_again() {
    store.intake().insert(aTask("first").alsoKnownAs("test", "once").newTask());
    Task first = north.claimAll(aTask().lane(), at(0)).getFirst().task();
    north.end(north.begin(first), completed(), at(10));
    assertThat(store.intake().insert(aTask("second").alsoKnownAs("test", "once").newTask()))
        .isEqualTo(new Taken.Known(first.id()));

    store.retention().remove(List.of(first.id()));

    assertThat(store.intake().insert(aTask("second").alsoKnownAs("test", "once").newTask()))
        .isEqualTo(new Taken.Stored());
  }

  @Test
  void what_has_not_ended_is_not_removed() {
    Task running = north.running(aTask("running"));
    north.submit(aTask("waiting"));

    assertThat(
            store
                .retention()
                .remove(List.of(running.id(), aTask("waiting").id(), new TaskId("unknown"))))
        .isZero();
    assertThat(stored(running.id()).state()).isEqualTo(TaskState.RUNNING);
    assertThat(stored(aTask("waiting").id()).state()).isEqualTo(TaskState.QUEUED);
  }

  @Test
  void how_a_task_stands_and_when_it_ended_is_known() {
    Task ended = ending("ended", 10);
    Task running = north.running(aTask("running"));

    assertThat(store.retention().standing(ended.id()))
        .hasValue(new Standing(TaskState.COMPLETE, Optional.of(at(10))));
    assertThat(store.retention().standing(running.id()))
        .hasValue(new Standing(TaskState.RUNNING, Optional.empty()));
    assertThat(store.retention().standing(new TaskId("unknown"))).isEmpty();
  }

  @Test
  void deliveries_that_were_given_up_go_by_age_and_others_stay() {
    giveUp("late", 30);
    giveUp("early", 10);
    giveUp("middle", 20);
    north.submit(aTask("waits").telling(aDraft("waits", "waits")));

    assertThat(store.retention().removeGivenUp(at(9), 9)).isZero();
    assertThat(store.retention().removeGivenUp(at(20), 1)).isOne();
    assertThat(undelivered()).containsExactlyInAnyOrder("middle", "late");
    assertThat(store.retention().removeGivenUp(at(20), 9)).isOne();
    assertThat(undelivered()).containsExactly("late");
    assertThat(store.deliveries().due(at(99), 9, 9)).hasSize(1);
  }

  private void giveUp(String name, long second) {
    north.submit(aTask(name).telling(aDraft(name, name)));
    Delivery delivery = store.deliveries().due(at(0), 9, 9).getFirst();
    store.deliveries().postponed(delivery, at(second), "503");
    store.deliveries().givenUp(delivery, "410 Gone");
  }

  private List<String> undelivered() {
    return store.views().undelivered(9).stream().map(each -> each.draft().body()).toList();
  }

  @Test
  void cursors_and_places_in_lists_are_never_used_twice() {
    Task gone = ending("gone", 10);
    long cursor = store.views().newestEvent();
    store.retention().remove(List.of(gone.id()));
    ending("next", 20);

    assertThat(history())
        .isNotEmpty()
        .allMatch(event -> event.sequence() > cursor)
        .allMatch(event -> !event.task().equals(gone.id()));
  }

  @Test
  void a_task_named_twice_is_removed_once() {
    Task gone = ending("gone", 10);
    assertThat(store.retention().remove(List.of(gone.id(), gone.id()))).isOne();
    assertThat(store.retention().remove(List.of(gone.id()))).isZero();
    assertThat(store.views().find(gone.id())).isEqualTo(Optional.empty());
  }

  // Runs

  private RunId ended(String id, int second) {
    RunFixture run = aRun(id).single("a", "b").edge(0, 1);
    run.submit(store);
    store.runs().apply(run.id(), new RunEvent.CancelRequested("ada"), at(second));
    return run.id();
  }

  private void removeRuns(RunState state, long then) {
    while (store.retention().removeRuns(state, at(then), 3) > 0) {
      // a piece
    }
  }

  private List<RunId> runs() {
    return store
        .runViews()
        .list(new RunQuery(Optional.empty(), Optional.empty(), Optional.empty(), 9))
        .stream()
        .map(head -> head.run().id())
        .toList();
  }

  @Test
  void runs_are_removed_by_how_and_when_they_ended() {
    RunId late = ended("late", 30);
    RunId early = ended("early", 10);
    var open = aRun("open").single("a");
    open.submit(store);

    removeRuns(RunState.COMPLETE, 99);
    removeRuns(RunState.CANCELED, 9);
    assertThat(runs()).containsExactly(late, early, open.id());
    assertThat(store.retention().removeRuns(RunState.CANCELED, at(99), 1)).isPositive();
    assertThat(runs()).as("the one that ended first goes first").containsExactly(late, open.id());
    removeRuns(RunState.CANCELED, 30);
    assertThat(runs()).containsExactly(open.id());
  }

  @Test
  void of_a_removed_run_nothing_is_left() {
    var name = new ExternalId("api", "once");
    RunFixture run = aRun("run").single("a", "b").edge(0, 1);
    store.runIntake().begin(run.run(), run.spec(), Optional.of(name));
    store.runIntake().add(run.id(), run.nodes(), run.edges());
    store.runs().apply(run.id(), new RunEvent.Arrived(), at(0));
    store.runs().apply(run.id(), new RunEvent.CancelRequested("ada"), at(1));
    long newest = store.runViews().newestLine();

    removeRuns(RunState.CANCELED, 1);

    assertThat(store.runViews().find(run.id())).isEmpty();
    assertThat(store.runViews().history(run.id(), 0, 9)).isEmpty();
    assertThat(store.runIntake().begin(run.run(), run.spec(), Optional.of(name))).isEmpty();
    store.runs().apply(run.id(), new RunEvent.Arrived(), at(2));
    assertThat(store.runViews().nodes(run.id(), 0, 9)).isEmpty();
    assertThat(store.runs().edges(run.id(), -1, -1, 9)).isEmpty();
    assertThat(store.runViews().history(run.id(), 0, 9))
        .isNotEmpty()
        .allMatch(line -> line.sequence() > newest);
  }

  @Test
  void nobody_sees_a_run_of_which_a_piece_is_removed() {
    RunId run = ended("run", 10);

    store.retention().removeRuns(RunState.CANCELED, at(10), 1);

    assertThat(runs()).isEmpty();
    assertThat(store.runViews().find(run)).isEmpty();
    assertThat(store.runViews().node(run, 0)).isEmpty();
    assertThat(store.runs().apply(run, new RunEvent.RewindBegun(0, List.of(0)), at(11))).isEmpty();
    removeRuns(RunState.CANCELED, 0); // begun, and so not asked again how old it is
    ended("run", 12);
    assertThat(runs()).containsExactly(run);
  }

  @Test
  void a_task_that_a_node_names_is_kept_as_long_as_the_run() {
    RunFixture run = aRun("run").single("a").adopting("b", new TaskId("theirs"));
    ending("theirs", 5);
    run.submit(store);
    List<RunNode> nodes = store.runViews().nodes(run.id(), 0, 9);
    var own = new TaskId("own");
    store
        .runs()
        .apply(
            List.of(
                NodeChange.of(run.id(), nodes.get(0), new Begun(own)).as(aTask("own").newTask()),
                NodeChange.of(run.id(), nodes.get(1), new Begun(new TaskId("theirs")))),
            at(6));
    north.end(
        north.begin(north.claimAll(aTask().lane(), at(6)).getFirst().task()), completed(), at(7));

    assertThat(kept(TaskState.COMPLETE)).containsExactly(new TaskId("theirs"), own);
    assertThat(store.retention().remove(List.of(own, new TaskId("theirs")))).isZero();
    assertThat(stored(own).state()).isEqualTo(TaskState.COMPLETE);
    removeRuns(RunState.COMPLETE, 99);

    assertThat(ended(TaskState.COMPLETE, 99)).containsExactly(new TaskId("theirs"), own);
    assertThat(kept(TaskState.COMPLETE)).isEmpty();
    assertThat(store.runViews().nodeOf(own)).isEmpty();
    assertThat(store.retention().remove(List.of(own, new TaskId("theirs")))).isEqualTo(2);
  }
}
