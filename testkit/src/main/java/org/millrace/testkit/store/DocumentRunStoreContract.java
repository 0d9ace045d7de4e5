package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.millrace.testkit.DocumentFixture.SPACE;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.Fixtures.executorFailed;
import static org.millrace.testkit.RunFixture.aRun;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodeEvent.Begun;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.TaskEvent.AskedAgain;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentRunStore.NewDocumentRun;
import org.millrace.engine.documents.DocumentRunStore.NodeTask;
import org.millrace.engine.documents.DocumentRunStore.Registered;
import org.millrace.engine.documents.NumberStore;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.testkit.RunFixture;
import org.millrace.testkit.TaskFixture;

/** What documents with a run, and numbers, are promised to be. */
public abstract class DocumentRunStoreContract extends DocumentContract {
  private static final FaceState CREATED =
      new FaceState(201, "Created", new Value.Fields(Map.of()));

  private static Document document(int number, String source) {
    return Document.ofTarget(
        SPACE,
        "%010d".formatted(number),
        source,
        new Value.Fields(Map.of("n", new Value.Text(source))),
        new Value.Fields(Map.of()),
        at(0));
  }

  private static NodeTask task(int number, String key) {
    TaskFixture fixture = aTask("task-" + number);
    return new NodeTask(
        new NewTask(
            fixture.task().waiting(),
            fixture.spec(),
            Optional.of(new ExternalId("number", Integer.toString(number))),
            OptionalInt.empty(),
            List.of(),
            Optional.empty()),
        key,
        CREATED);
  }

  private static ExternalId name(int number) {
    return new ExternalId("run", Integer.toString(number));
  }

  /** Document so, with two tasks that do the same, one after the other. */
  private static NewDocumentRun fresh(int number, Predicate<Document> agrees) {
    int task = number * 10;
    RunFixture run =
        aRun("run-" + number)
            .when(FailurePolicy.HOLD)
            .adopting("a", new TaskId("task-" + task))
            .adopting("b", new TaskId("task-" + (task + 1)))
            .edge(0, 1);
    return new NewDocumentRun(
        document(number, "source"),
        agrees,
        List.of(task(task, "K#1"), task(task + 1, "K#2")),
        run.run(),
        run.spec(),
        name(number),
        run.nodes(),
        run.edges());
  }

  private void register(int number) {
    assertThat(documents().runs().register(fresh(number, _ -> true)))
        .isEqualTo(new Registered.Stored());
  }

  private List<AssignedTask> tasks(int number) {
    return documents().views().tasksOf(SPACE, document(number, "source").id(), 0, 10);
  }

  private RunNode node(int run, int place) {
    return store.runViews().node(new RunId("run-" + run), place).orElseThrow();
  }

  private Run run(int number) {
    return store.runViews().find(new RunId("run-" + number)).orElseThrow().run();
  }

  private TaskEntry rouse(int place) {
    TaskEntry entry = tasks(1).get(place).entry();
    apply(entry, new AskedAgain("run", AskedAgain.BY_RUN, false, at(1)));
    assertThat(
            store
                .runs()
                .apply(
                    List.of(
                        NodeChange.of(new RunId("run-1"), node(1, place), new Begun(entry.task()))),
                    at(1))
                .getFirst()
                .orElseThrow()
                .changed())
        .isTrue();
    return entry;
  }

  @Test
  void a_document_is_there_with_its_tasks_and_a_run_that_goes_on() {
    register(1);

    assertThat(documents().views().document(SPACE, document(1, "source").id()))
        .contains(document(1, "source"));
    assertThat(tasks(1))
        .extracting(task -> task.entry().key(), AssignedTask::state, AssignedTask::attempt)
        .containsExactly(tuple("K#1", TaskState.WAITING, 0), tuple("K#2", TaskState.WAITING, 0));
    assertThat(tasks(1).getFirst().entry().face()).isEqualTo(CREATED);
    assertThat(stored(new TaskId("task-10")).assigned()).isTrue();
    assertThat(run(1).state()).isEqualTo(RunState.RUNNING);
    assertThat(store.runIntake().arrived(name(1))).contains(new RunId("run-1"));
    assertThat(store.runs().busy(Optional.empty(), 10)).hasSize(1);
    assertThat(node(1, 0).state()).isEqualTo(NodeState.READY);
    assertThat(node(1, 1).state()).isEqualTo(NodeState.WAITING);
    assertThat(store.views().named(new ExternalId("number", "11"))).contains(new TaskId("task-11"));
    assertThat(store.views().named(new ExternalId("number", "12"))).isEmpty();
  }

  @Test
  void nobody_takes_up_what_waits_for_its_node() {
    register(1);

    assertThat(north.claimAll(aTask("x").lane(), at(3000))).isEmpty();
  }

  @Test
  void documents_of_one_creator_agree() {
    register(1);
    List<Document> seen = new ArrayList<>();

    assertThat(
            documents()
                .runs()
                .register(
                    fresh(
                        2,
                        other -> {
                          seen.add(other);
                          return false;
                        })))
        .isEqualTo(new Registered.Disagrees(document(1, "source")));
    assertThat(seen).containsExactly(document(1, "source"));
    assertThat(tasks(2)).isEmpty();
    assertThat(store.runIntake().arrived(name(2))).isEmpty();
    assertThat(store.views().find(new TaskId("task-20"))).isEmpty();
    register(2);
  }

  @Test
  void nothing_is_half_stored() {
    register(1);
    RunFixture broken = aRun("run-2").when(FailurePolicy.HOLD).single("a", "a");
    NewDocumentRun good = fresh(2, _ -> true);

    for (NewDocumentRun bad :
        List.of(
            fresh(1, _ -> true),
            new NewDocumentRun(
                good.document(),
                _ -> true,
                good.tasks(),
                good.run(),
                good.spec(),
                good.name(),
                broken.nodes(),
                List.of()),
            new NewDocumentRun(
                good.document(),
                _ -> true,
                List.of(task(20, "K#1"), task(10, "K#2")),
                good.run(),
                good.spec(),
                good.name(),
                good.nodes(),
                good.edges()))) {
      assertThatThrownBy(() -> documents().runs().register(bad))
          .isInstanceOf(RuntimeException.class);
    }

    assertThat(tasks(2)).isEmpty();
    assertThat(documents().views().document(SPACE, good.document().id())).isEmpty();
    assertThat(store.runIntake().arrived(name(2))).isEmpty();
    register(2);
    assertThat(tasks(2)).hasSize(2);
  }

  @Test
  void a_node_that_its_task_failed_is_mended_when_that_completes() {
    register(1);
    TaskEntry entry = rouse(0);
    played(entry, executorFailed(), 2);
    assertThat(node(1, 0).end()).contains(NodeEnd.FAILED);

    apply(entry, new AskedAgain("ada", "retry", false, at(3)));
    played(entry, executorFailed(), 4);
    assertThat(node(1, 0).end()).contains(NodeEnd.FAILED);
    assertThat(run(1).tally().failed()).isEqualTo(1);
    apply(entry, new AskedAgain("ada", "retry", false, at(5)));
    played(entry, completed(), 6);

    assertThat(node(1, 0).end()).contains(NodeEnd.COMPLETED);
    assertThat(node(1, 0).telling()).isTrue();
    assertThat(run(1).tally().failed()).isZero();
    assertThat(run(1).tally()).isEqualTo(store.runs().count(new RunId("run-1")));
  }

  @Test
  void a_sibling_that_completes_wakes_what_was_reset_and_not_what_waits_for_its_node() {
    register(1);
    TaskEntry entry = rouse(0);
    played(entry, completed(), 2);
    assertThat(documents().siblings().marked(0, 10)).isEmpty();

    apply(entry, new AskedAgain("ada", "reset", true, true, at(3)));
    assertThat(stored(entry.task()).state()).isEqualTo(TaskState.WAITING);
    TaskEntry other = tasks(1).get(1).entry();
    apply(other, new AskedAgain("run", AskedAgain.BY_RUN, false, at(4)));
    played(other, completed(), 5);

    assertThat(documents().siblings().marked(0, 10))
        .extracting(marked -> marked.entry().id())
        .containsExactly(entry.id());
  }

  @Test
  void a_task_that_is_reset_before_its_first_attempt_is_woken_as_well_and_one_unasked_is_not() {
    register(1);
    TaskEntry entry = rouse(0); // its node has asked for it, and asks no more
    apply(entry, new AskedAgain("ada", "reset", true, true, at(3)));
    assertThat(stored(entry.task()).attempt()).isZero();
    TaskEntry other = tasks(1).get(1).entry();
    apply(other, new AskedAgain("ada", "reset", true, true, at(3)));
    apply(other, new AskedAgain("run", AskedAgain.BY_RUN, false, at(4)));
    played(other, completed(), 5);

    assertThat(documents().siblings().marked(0, 10))
        .extracting(marked -> marked.entry().id())
        .containsExactly(entry.id());

    register(2);
    TaskEntry unasked = tasks(2).get(0).entry();
    apply(unasked, new AskedAgain("ada", "reset", true, true, at(6)));
    TaskEntry last = tasks(2).get(1).entry();
    apply(last, new AskedAgain("run", AskedAgain.BY_RUN, false, at(7)));
    played(last, completed(), 8);
    assertThat(documents().siblings().marked(0, 10)).hasSize(1);
  }

  @Test
  void what_is_deleted_is_gone_and_its_run_is_cancelled() {
    register(1);
    register(2);
    TaskEntry entry = rouse(0);
    played(entry, new Outcome.Cancelled("ada"), 2);
    var document = document(1, "source");

    assertThat(documents().runs().delete(SPACE, document.id(), name(1), "ada", at(3))).isTrue();

    assertThat(documents().views().document(SPACE, document.id())).isEmpty();
    assertThat(tasks(1)).isEmpty();
    assertThat(run(1).state()).isEqualTo(RunState.CANCELED);
    assertThat(run(1).cancelledBy()).contains("ada");
    assertThat(run(2).state()).isEqualTo(RunState.RUNNING);
    assertThat(documents().views().tombstone(SPACE, EntryId.of(document.id(), "K#1"))).isPresent();
    assertThat(documents().runs().delete(SPACE, document.id(), name(1), "ada", at(4))).isFalse();
  }

  @Test
  void tasks_under_way_end_with_their_nodes_when_they_are_deleted() {
    register(1);
    begin(rouse(0), 2);

    documents().runs().delete(SPACE, document(1, "source").id(), name(1), "ada", at(3));

    assertThat(node(1, 0).state()).isEqualTo(NodeState.ENDED);
    assertThat(run(1).state()).isEqualTo(RunState.CANCELED);
    assertThat(store.views().find(new TaskId("task-10"))).isEmpty();
    assertThat(store.views().named(new ExternalId("number", "10"))).isEmpty();
  }

  @Test
  void a_document_whose_run_is_forgotten_is_deleted_all_the_same() {
    register(1);

    assertThat(documents().runs().delete(SPACE, document(1, "source").id(), name(77), "ada", at(3)))
        .isTrue();
    assertThat(tasks(1)).isEmpty();
  }

  // Numbers

  @Test
  void numbers_begin_at_one_and_none_is_given_twice() {
    NumberStore numbers = documents().numbers();

    assertThat(numbers.take("a", 1)).isEqualTo(1);
    assertThat(numbers.take("a", 3)).isEqualTo(2);
    assertThat(numbers.take("b", 2)).isEqualTo(1);
    assertThat(numbers.take("a", 1)).isEqualTo(5);
    assertThatThrownBy(() -> numbers.take("a", 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void many_who_take_at_once_get_different_ones() throws Exception {
    NumberStore numbers = documents().numbers();
    Set<Long> taken = Collections.synchronizedSet(new HashSet<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      threads.add(Thread.startVirtualThread(() -> taken.add(numbers.take("a", 5))));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(taken).hasSize(20).allMatch(first -> first % 5 == 1);
  }

  @Test
  void a_sequence_ends_and_says_so() {
    NumberStore numbers = documents().numbers();
    numbers.take("a", Integer.MAX_VALUE);
    numbers.take("a", Integer.MAX_VALUE);
    assertThat(numbers.take("a", 1)).isEqualTo(NumberStore.GREATEST);

    assertThatThrownBy(() -> numbers.take("a", 1))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Conflict.class));
  }
}
