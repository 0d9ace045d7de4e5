package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.testkit.DocumentFixture.SPACE;
import static org.millrace.testkit.DocumentFixture.aDocument;
import static org.millrace.testkit.DocumentFixture.aFinding;
import static org.millrace.testkit.DocumentFixture.assign;
import static org.millrace.testkit.DocumentFixture.fields;
import static org.millrace.testkit.DocumentFixture.lane;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.RunFixture.aRun;
import static org.millrace.testkit.TaskSteps.leaseOf;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.document.Tombstone;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.RunId;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.DocumentStore;
import org.millrace.engine.documents.DocumentStore.Assigned;
import org.millrace.engine.documents.DocumentStore.NewResult;
import org.millrace.engine.documents.DocumentStore.Registered;
import org.millrace.engine.documents.DocumentStore.Removal;
import org.millrace.engine.documents.DocumentStore.Saved;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.testkit.DocumentFixture;
import org.millrace.testkit.TaskSteps;

/** What {@link DocumentStore} promises. */
public abstract class DocumentStoreContract extends DocumentContract {
  private static final DocumentFixture VIDEO = aDocument("VID0001");
  private static final RunId RUN = new RunId("run");

  // Documents

  @Test
  void a_document_is_kept_whole_and_in_order() {
    Document document = VIDEO.register(store);

    Document stored = documents().views().document(SPACE, VIDEO.id()).orElseThrow();
    assertThat(stored).isEqualTo(document);
    assertThat(stored.target().values().keySet()).containsExactly("id", "url", "type", "x");
    assertThat(stored.creator().values().keySet()).containsExactly("type", "id");
  }

  @Test
  void the_same_target_of_the_same_creator_exists_and_stays_as_it_is() {
    Document first = VIDEO.register(store);

    assertThat(register(VIDEO.createdAt(at(5)))).containsExactly(new Registered.Exists(first));
    assertThat(documents().views().document(SPACE, VIDEO.id())).hasValue(first);
  }

  @Test
  void another_pair_that_reads_the_same_is_refused_and_told_from_which() {
    Document first = aDocument("AB").of("C").register(store);

    assertThat(register(aDocument("A").of("BC"))).containsExactly(new Registered.Clash(first));
    assertThat(documents().views().document(SPACE, first.id())).hasValue(first);
  }

  @Test
  void many_are_answered_each_and_the_second_of_two_meets_the_first() {
    VIDEO.register(store);
    DocumentFixture other = aDocument("VID0002");

    assertThat(register(VIDEO, other, other, aDocument("VID0003")))
        .containsExactly(
            new Registered.Exists(VIDEO.document()),
            new Registered.Stored(other.document()),
            new Registered.Exists(other.document()),
            new Registered.Stored(aDocument("VID0003").document()));
  }

  @Test
  void the_same_document_may_be_in_two_spaces() {
    VIDEO.register(store);
    Document elsewhere = VIDEO.in("other").register(store);

    assertThat(documents().views().document(new Space("other"), VIDEO.id())).hasValue(elsewhere);
    assertThat(documents().views().document(SPACE, VIDEO.id())).hasValue(VIDEO.document());
  }

  private List<Registered> register(DocumentFixture... fixtures) {
    return documents()
        .store()
        .register(List.of(fixtures).stream().map(DocumentFixture::document).toList());
  }

  // Assignment

  @Test
  void an_assigned_task_is_queued_and_told_of_as_it_was_handed_in() {
    VIDEO.register(store);
    var assignment = VIDEO.assignment("ASR", "t1", at(3));

    TaskEntry entry = assign(store, assignment);

    assertThat(entry)
        .isEqualTo(
            new TaskEntry(
                VIDEO.entry("ASR"),
                SPACE,
                VIDEO.id(),
                "ASR",
                new TaskId("t1"),
                assignment.face(),
                at(3),
                at(3)));
    assertThat(task(entry.id()).entry()).isEqualTo(entry);
    assertThat(task(entry.id()).spec()).isEqualTo(assignment.task().spec());
    assertThat(task(entry.id()).arguments()).isEqualTo(fields("language", "nl"));
    assertThat(stored(entry.task())).isEqualTo(assignment.task().task().assigned(0));
    assertThat(north.claimAll(lane("ASR"), at(3))).hasSize(1);
  }

  @Test
  void a_document_has_one_task_for_each_key() {
    VIDEO.register(store);
    TaskEntry first = VIDEO.assign(store, "ASR");

    assertThat(
            documents()
                .store()
                .assign(
                    List.of(
                        VIDEO.assignment("ASR", "t2", at(1)),
                        VIDEO.assignment("OCR", "t3", at(1)),
                        VIDEO.assignment("OCR", "t4", at(1)))))
        .satisfiesExactly(
            known -> assertThat(known).isEqualTo(new Assigned.Known(first)),
            stored -> assertThat(stored).isInstanceOf(Assigned.Stored.class),
            known -> assertThat(known).isEqualTo(new Assigned.Known(entry(VIDEO.entry("OCR")))));
    assertThat(store.views().find(new TaskId("t2"))).isEmpty();
    assertThat(store.views().find(new TaskId("t4"))).isEmpty();
  }

  @Test
  void what_is_known_is_told_as_it_is_now() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    played(entry, completed(), 4);

    assertThat(documents().store().assign(List.of(VIDEO.assignment("ASR", "t2", at(5)))))
        .containsExactly(new Assigned.Known(entry(entry.id())));
    assertThat(entry(entry.id()).face().number()).isEqualTo(200);
  }

  @Test
  void nothing_is_assigned_to_a_document_that_is_not_there_or_elsewhere() {
    VIDEO.in("other").register(store);

    assertThat(documents().store().assign(List.of(VIDEO.assignment("ASR", "t1", NOON))))
        .containsExactly(new Assigned.NoDocument(VIDEO.id()));
    assertThat(store.views().find(new TaskId("t1"))).isEmpty();
  }

  @Test
  void a_lane_that_refuses_more_refuses_these_too() {
    VIDEO.register(store);
    DocumentFixture other = aDocument("VID0002");
    other.register(store);

    assertThat(
            documents()
                .store()
                .assign(
                    List.of(
                        VIDEO.assignment("ASR", "t1", NOON, OptionalInt.of(1)),
                        other.assignment("ASR", "t2", NOON, OptionalInt.of(1)))))
        .satisfiesExactly(
            stored -> assertThat(stored).isInstanceOf(Assigned.Stored.class),
            full -> assertThat(full).isEqualTo(new Assigned.Full(1)));
    assertThat(documents().views().task(SPACE, other.entry("ASR"))).isEmpty();
  }

  @Test
  void a_task_that_is_stored_already_stores_none_of_them() {
    VIDEO.register(store);
    aDocument("VID0002").register(store);
    VIDEO.assign(store, "ASR");

    assertThatThrownBy(() ->
            documents()
                .store()
                .assign(
                    List.of(
                        aDocument("VID0002").assignment("ASR", "t1", NOON),
                        aDocument("VID0002").assignment("OCR", "VID0001-ASR", NOON))))
        .isInstanceOf(RuntimeException.class);
    assertThat(documents().views().tasksOf(SPACE, aDocument("VID0002").id(), 0, 10)).isEmpty();
  }

  // Results

  @Test
  void a_result_is_of_the_attempt_begun_last() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    save(entry.id(), 1, "before");
    begin(entry, 1);

    Saved saved = save(entry.id(), 2, "found");

    var result =
        new Result(
            resultId(2), SPACE, VIDEO.id(), entry.id(), "ASR", 1, aFinding("found"), at(2), false);
    assertThat(saved).isEqualTo(new Saved.Stored(result));
    assertThat(documents().views().result(SPACE, resultId(2))).hasValue(result);
    assertThat(documents().views().result(SPACE, resultId(1)).orElseThrow().attempt()).isZero();
  }

  @Test
  void the_same_words_in_the_same_attempt_are_the_same_result() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    TaskEntry other = VIDEO.assign(store, "OCR");
    begin(entry, 1);
    Saved first = save(entry.id(), 1, "found");

    assertThat(save(entry.id(), 2, "found"))
        .isEqualTo(new Saved.Same(((Saved.Stored) first).result()));
    assertThat(save(entry.id(), 3, "else")).isInstanceOf(Saved.Stored.class);
    assertThat(save(other.id(), 4, "found")).isInstanceOf(Saved.Stored.class);
    again(entry, 2);
    begin(entry, 3);
    assertThat(save(entry.id(), 5, "found")).isInstanceOf(Saved.Stored.class);
  }

  @Test
  void the_same_fields_in_another_order_are_other_words() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    var one = new Value.Numeral("1");
    save(entry, 1, fields("a", one, "b", "x"));

    assertThat(save(entry, 2, fields("b", "x", "a", one))).isInstanceOf(Saved.Stored.class);
    assertThat(save(entry, 3, fields("a", new Value.Numeral("1.0"), "b", "x")))
        .isInstanceOf(Saved.Stored.class);
    assertThat(save(entry, 4, fields("a", one, "b", "x"))).isInstanceOf(Saved.Same.class);
  }

  private Saved save(TaskEntry entry, int id, Value.Fields payload) {
    return documents()
        .store()
        .save(
            new NewResult(
                resultId(id), SPACE, entry.id(), new Result.Finding(fields(), payload), NOON));
  }

  @Test
  void there_is_no_result_of_a_task_that_is_not_there() {
    VIDEO.register(store);

    assertThat(save(VIDEO.entry("ASR"), 1, "found"))
        .isEqualTo(new Saved.NoTask(VIDEO.entry("ASR")));
    assertThat(documents().views().result(SPACE, resultId(1))).isEmpty();
  }

  @Test
  void an_id_of_a_result_is_given_once() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    save(entry.id(), 1, "found");

    assertThatThrownBy(() -> save(entry.id(), 1, "else")).isInstanceOf(RuntimeException.class);
    assertThat(words(VIDEO, "ASR")).hasSize(1);
  }

  @Test
  void results_of_earlier_attempts_are_overtaken_when_a_newer_one_completes() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    begin(entry, 1);
    save(entry.id(), 1, "old");
    again(entry, 2);
    Task second = begin(entry, 3);
    save(entry.id(), 2, "new");
    assertThat(words(VIDEO, "ASR")).hasSize(2);

    end(second, completed(), 4);

    assertThat(words(VIDEO, "ASR")).singleElement().asString().contains("new");
    assertThat(documents().views().result(SPACE, resultId(1)).orElseThrow().overtaken()).isTrue();
    assertThat(documents().views().resultsOf(SPACE, entry.id(), true, 0, 10)).hasSize(2);
  }

  @Test
  void an_attempt_that_fails_overtakes_nothing() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    begin(entry, 1);
    save(entry.id(), 1, "old");
    again(entry, 2);

    played(entry, new Outcome.WorkRefused(aCause("no")), 3);

    assertThat(words(VIDEO, "ASR")).hasSize(1);
  }

  @Test
  void a_result_can_be_deleted_once() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    save(entry.id(), 1, "found");

    assertThat(documents().store().deleteResult(new Space("other"), resultId(1))).isFalse();
    assertThat(documents().store().deleteResult(SPACE, resultId(1))).isTrue();
    assertThat(documents().store().deleteResult(SPACE, resultId(1))).isFalse();
    assertThat(documents().views().result(SPACE, resultId(1))).isEmpty();
    assertThat(save(entry.id(), 2, "found")).isInstanceOf(Saved.Stored.class);
  }

  // Deletion

  @Test
  void a_deleted_task_is_gone_with_all_that_is_its_and_leaves_a_tombstone() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    VIDEO.assign(store, "OCR");
    begin(entry, 1);
    save(entry.id(), 1, "found");

    assertThat(documents().store().deleteTask(SPACE, entry.id(), at(9))).isTrue();

    assertThat(documents().views().task(SPACE, entry.id())).isEmpty();
    assertThat(documents().views().task(entry.task())).isEmpty();
    assertThat(documents().views().result(SPACE, resultId(1))).isEmpty();
    assertThat(store.views().find(entry.task())).isEmpty();
    assertThat(history(entry.task())).isEmpty();
    assertThat(documents().views().tombstone(SPACE, entry.id()))
        .hasValue(new Tombstone(entry.id(), 1, at(9)));
    assertThat(documents().views().tasksOf(SPACE, VIDEO.id(), 0, 10)).hasSize(1);
    assertThat(documents().store().deleteTask(SPACE, entry.id(), at(9))).isFalse();
  }

  @Test
  void a_task_of_another_space_is_not_deleted() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");

    assertThat(documents().store().deleteTask(new Space("other"), entry.id(), at(9))).isFalse();
    assertThat(documents().views().task(SPACE, entry.id())).isPresent();
  }

  @Test
  void whoever_holds_a_deleted_task_finds_that_it_is_not_theirs() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    Task begun = begin(entry, 1);

    documents().store().deleteTask(SPACE, entry.id(), at(2));

    var started = new TaskEvent.Started(leaseOf(begun), at(3));
    assertThat(
            store
                .transitions()
                .apply(begun.id(), TaskSteps.changeBy(started, AttemptNews.NONE, _ -> List.of())))
        .isEmpty();
    assertThat(store.transitions().note(begun.id(), leaseOf(begun), AttemptReport.EMPTY)).isFalse();
    assertThat(store.claims().takeUpAnswered(begun.id(), 1, NORTH, at(3))).isEmpty();
    assertThat(store.heartbeats().heldBy(NORTH, 10)).isEmpty();
  }

  @Test
  void attempts_of_a_name_never_begin_again() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    played(entry, completed(), 1);
    again(entry, 2);
    played(entry, completed(), 3);
    documents().store().deleteTask(SPACE, entry.id(), at(4));

    TaskEntry anew = assign(store, VIDEO.assignment("ASR", "anew", at(5)));
    assertThat(documents().views().tombstone(SPACE, entry.id())).isEmpty();
    assertThat(begin(anew, 6).attempt()).isEqualTo(3);
    assertThat(view(anew.task()).attempts()).singleElement().extracting("number").isEqualTo(3);
    documents().store().deleteTask(SPACE, entry.id(), at(7));

    assertThat(documents().views().tombstone(SPACE, entry.id()).orElseThrow().attempts())
        .isEqualTo(3);
  }

  @Test
  void a_node_that_is_a_deleted_task_ends_as_cancelled() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    adopt(entry);
    begin(entry, 1);

    documents().store().deleteTask(SPACE, entry.id(), at(2));

    var node = store.runViews().node(RUN, 0).orElseThrow();
    assertThat(node.state()).isEqualTo(NodeState.ENDED);
    assertThat(node.end()).hasValue(NodeEnd.FAILED);
    assertThat(store.views().find(entry.task())).isEmpty();
  }

  @Test
  void a_deleted_task_that_had_ended_stays_as_long_as_a_run_that_names_it() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    adopt(entry);
    Task ended = played(entry, completed(), 1);

    documents().store().deleteTask(SPACE, entry.id(), at(2));

    assertThat(documents().views().task(SPACE, entry.id())).isEmpty();
    assertThat(stored(entry.task())).isEqualTo(ended.unassigned());
    assertThat(store.runViews().node(RUN, 0).orElseThrow().end()).hasValue(NodeEnd.COMPLETED);
    assertThat(assign(store, VIDEO.assignment("ASR", "anew", at(3))).id()).isEqualTo(entry.id());
  }

  private void adopt(TaskEntry entry) {
    aRun(RUN.text()).adopting("n0", entry.task()).submit(store);
    var node = store.runViews().node(RUN, 0).orElseThrow();
    store.runs().apply(List.of(NodeChange.of(RUN, node, new NodeEvent.Begun(entry.task()))), at(0));
    assertThat(store.runViews().node(RUN, 0).orElseThrow().state()).isEqualTo(NodeState.ACTIVE);
  }

  @Test
  void a_deleted_document_is_gone_with_all_that_is_its() {
    VIDEO.register(store);
    DocumentFixture other = aDocument("VID0002");
    other.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    TaskEntry kept = other.assign(store, "ASR");
    save(entry.id(), 1, "found");

    assertThat(documents().store().deleteDocument(SPACE, VIDEO.id(), at(9), 10))
        .isEqualTo(Removal.DONE);

    assertThat(documents().views().document(SPACE, VIDEO.id())).isEmpty();
    assertThat(documents().views().task(SPACE, entry.id())).isEmpty();
    assertThat(documents().views().tombstone(SPACE, entry.id())).isPresent();
    assertThat(documents().views().task(SPACE, kept.id())).isPresent();
    assertThat(documents().store().deleteDocument(SPACE, VIDEO.id(), at(9), 10))
        .isEqualTo(Removal.ABSENT);
    assertThat(register(VIDEO)).containsExactly(new Registered.Stored(VIDEO.document()));
  }

  @Test
  void a_document_with_many_tasks_goes_in_pieces() {
    VIDEO.register(store);
    IntStream.range(0, 5).forEach(key -> VIDEO.assign(store, "K" + key));

    assertThat(documents().store().deleteDocument(SPACE, VIDEO.id(), at(9), 2))
        .isEqualTo(Removal.BEGUN);
    assertThat(documents().views().tasksOf(SPACE, VIDEO.id(), 0, 10))
        .extracting(task -> task.entry().key())
        .containsExactly("K2", "K3", "K4");
    assertThat(documents().store().deleteDocument(SPACE, VIDEO.id(), at(9), 3))
        .isEqualTo(Removal.DONE);
    assertThat(documents().views().document(SPACE, VIDEO.id())).isEmpty();
  }

  // Retention

  @Test
  void an_assigned_task_is_never_forgotten_by_age() {
    VIDEO.register(store);
    TaskEntry entry = VIDEO.assign(store, "ASR");
    played(entry, completed(), 1);

    assertThat(store.retention().endedBefore(TaskState.COMPLETE, at(3600), Optional.empty(), 10))
        .isEmpty();
    assertThat(store.retention().remove(List.of(entry.task()))).isZero();
    assertThat(stored(entry.task()).state()).isEqualTo(TaskState.COMPLETE);
  }

  @Test
  void an_interruption_is_left_pending() {
    assertThat(interrupted(() -> register(VIDEO))).hasSize(1);
    assertThat(interrupted(() -> VIDEO.assign(store, "ASR"))).isNotNull();
    assertThat(interrupted(() -> save(VIDEO.entry("ASR"), 1, "found"))).isNotNull();
    assertThat(interrupted(() -> documents().store().deleteTask(SPACE, VIDEO.entry("ASR"), NOON)))
        .isTrue();
  }
}
