package org.millrace.testkit.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.testkit.DocumentFixture.SPACE;
import static org.millrace.testkit.DocumentFixture.aDocument;
import static org.millrace.testkit.DocumentFixture.aFinding;
import static org.millrace.testkit.DocumentFixture.fields;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.documents.Rig.wanted;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.StorePorts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.documents.AskAgain.Asked;
import org.millrace.engine.documents.AskAgain.Request;
import org.millrace.engine.documents.DocumentStore.Assigned;
import org.millrace.engine.documents.DocumentStore.Registered;
import org.millrace.engine.documents.DocumentStore.Saved;
import org.millrace.engine.documents.DocumentViewStore.Search;
import org.millrace.engine.documents.Wanted;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.testkit.DocumentFixture;
import org.millrace.testkit.memory.InMemoryStore;

final class DocumentsTest {
  private static final DocumentFixture VIDEO = aDocument("VID0001");
  private static final Request RETRY =
      new Request("ada", "retry", false, face -> face.number() != 102 && face.number() != 200);
  private static final Request FORCED = new Request("ada", "forceretry", true, _ -> true);

  private final StorePorts stores = new InMemoryStore().ports();
  private final Rig rig = new Rig(stores);

  // Registering and assigning

  @Test
  void many_documents_are_registered_in_pieces_and_answered_in_order() {
    VIDEO.register(stores);
    var documents =
        IntStream.range(0, 450)
            .mapToObj(i -> i == 300 ? VIDEO.document() : aDocument("d" + i).document())
            .toList();

    List<Registered> answers = rig.documents.register().register(documents);

    assertThat(answers).hasSize(450);
    assertThat(answers.get(300)).isInstanceOf(Registered.Exists.class);
    assertThat(answers.get(449)).isEqualTo(new Registered.Stored(documents.get(449)));
    assertThat(rig.documents.views().search(Search.all(SPACE), 0, 1).total()).isEqualTo(450);
    assertThat(rig.documents.register().register(aDocument("one").document()))
        .isInstanceOf(Registered.Stored.class);
  }

  @Test
  void a_task_waits_in_the_lane_of_its_route_and_the_dispatcher_is_woken() {
    VIDEO.register(stores);
    long before = rig.news.work().rings();

    TaskEntry entry = assign("ASR");

    assertThat(rig.stored(entry).lane()).isEqualTo(DocumentFixture.lane("ASR"));
    assertThat(rig.task(entry).arguments()).isEqualTo(fields("language", "nl"));
    assertThat(rig.task(entry).spec().priority()).isEqualTo(3);
    assertThat(entry.face()).isEqualTo(new FaceState(102, "Queued", fields()));
    assertThat(rig.news.work().rings()).isEqualTo(before + 1);
    assertThat(rig.documents.assign().assign(SPACE, VIDEO.id(), wanted("ASR")))
        .isEqualTo(new Assigned.Known(entry));
    assertThat(rig.news.work().rings()).as("nothing new").isEqualTo(before + 1);
  }

  @Test
  void the_same_is_assigned_to_many_and_each_is_answered() {
    var ids =
        IntStream.range(0, 250)
            .mapToObj(i -> {
              DocumentFixture document = aDocument("d" + i);
              if (i % 50 != 7) {
                document.register(stores);
              }
              return document.id();
            })
            .toList();

    List<Assigned> answers = rig.documents.assign().assign(SPACE, ids, wanted("ASR"));

    assertThat(answers).hasSize(250);
    for (int i = 0; i < 250; i++) {
      if (i % 50 == 7) {
        assertThat(answers.get(i)).isEqualTo(new Assigned.NoDocument(ids.get(i)));
      } else {
        assertThat(((Assigned.Stored) answers.get(i)).entry().document()).isEqualTo(ids.get(i));
      }
    }
  }

  @Test
  void a_lane_that_is_full_refuses() {
    var narrow = new Rig(stores, WhenFull.REFUSE);
    var ids =
        List.of("a", "b", "c").stream()
            .map(target -> aDocument(target).register(stores).id())
            .toList();

    assertThat(narrow.documents.assign().assign(SPACE, ids, wanted("ASR")).getLast())
        .isEqualTo(new Assigned.Full(2));
  }

  @Test
  void what_no_worker_could_be_told_of_is_refused() {
    VIDEO.register(stores);

    assertThatThrownBy(() -> rig.documents.assign().assign(SPACE, VIDEO.id(), wanted(".x")))
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> new Wanted(" ", 3, fields()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Wanted("ASR", 11, fields()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // Asking again

  @Test
  void a_task_that_failed_is_asked_for_again() {
    TaskEntry entry = failed("VID0001");

    var asked = (Asked.Again) rig.documents.askAgain().ask(SPACE, entry.id(), RETRY);

    assertThat(asked.task().entry().face().message()).isEqualTo("ASKED_AGAIN retry");
    assertThat(rig.stored(entry).state()).isEqualTo(TaskState.QUEUED);
  }

  @Test
  void what_its_number_does_not_allow_is_left_as_it_is() {
    VIDEO.register(stores);
    TaskEntry entry = assign("ASR");
    rig.end(rig.begin(entry), completed());

    assertThat(rig.documents.askAgain().ask(SPACE, entry.id(), RETRY))
        .isEqualTo(new Asked.Left(rig.task(entry)));
    assertThat(rig.stored(entry).state()).isEqualTo(TaskState.COMPLETE);
    assertThat(rig.documents.askAgain().ask(SPACE, entry.id(), FORCED))
        .isInstanceOf(Asked.Again.class);
    assertThat(rig.documents.askAgain().ask(SPACE, VIDEO.entry("OCR"), FORCED))
        .isEqualTo(new Asked.NoTask(VIDEO.entry("OCR")));
  }

  @Test
  void an_attempt_under_way_is_overtaken_only_by_force() {
    VIDEO.register(stores);
    TaskEntry entry = assign("ASR");
    Task begun = rig.begin(entry);
    var gentle = new Request("ada", "retry", false, _ -> true);

    assertThat(rig.documents.askAgain().ask(SPACE, entry.id(), gentle))
        .isInstanceOf(Asked.Left.class);
    assertThat(rig.stored(entry)).isEqualTo(begun);
    assertThat(rig.documents.askAgain().ask(SPACE, entry.id(), FORCED))
        .isInstanceOf(Asked.Again.class);
    assertThat(rig.stored(entry).state()).isEqualTo(TaskState.QUEUED);
  }

  @Test
  void all_of_a_key_and_number_are_asked_for_each_once() {
    List<TaskEntry> failed = IntStream.range(0, 450).mapToObj(i -> failed("d" + i)).toList();
    VIDEO.register(stores);
    TaskEntry other = assign("ASR");
    var reset = new Request("ada", "mass-reset", true, _ -> true);

    assertThat(rig.documents.askAgain().askAll(SPACE, "ASR", 500, reset)).isEqualTo(450);

    assertThat(failed)
        .allSatisfy(entry -> {
          assertThat(rig.task(entry).entry().face().message()).isEqualTo("ASKED_AGAIN mass-reset");
          assertThat(rig.stored(entry).state()).isEqualTo(TaskState.QUEUED);
        });
    assertThat(rig.task(other).entry().face().number()).isEqualTo(102);
    assertThat(rig.documents.askAgain().askAll(SPACE, "ASR", 500, reset)).isZero();
    assertThat(rig.documents.askAgain().askAll(SPACE, "ASR", 201, reset))
        .as("each once, though it shows the same number afterwards")
        .isEqualTo(450);
  }

  private TaskEntry failed(String target) {
    aDocument(target).register(stores);
    TaskEntry entry = aDocument(target).assign(stores, "ASR");
    rig.end(rig.begin(entry), new Outcome.WorkRefused(aCause("no")));
    return entry;
  }

  private TaskEntry assign(String key) {
    return ((Assigned.Stored) rig.documents.assign().assign(SPACE, VIDEO.id(), wanted(key)))
        .entry();
  }

  // Results and deletion

  @Test
  void a_result_gets_an_id_of_its_own_and_the_same_words_no_other() {
    VIDEO.register(stores);
    TaskEntry entry = assign("ASR");

    var one = (Saved.Stored) rig.documents.saveResult().save(SPACE, entry.id(), aFinding("a"));
    var two = (Saved.Stored) rig.documents.saveResult().save(SPACE, entry.id(), aFinding("b"));

    assertThat(ResultId.isValid(one.result().id().text())).isTrue();
    assertThat(one.result().id()).isNotEqualTo(two.result().id());
    assertThat(rig.documents.saveResult().save(SPACE, entry.id(), aFinding("a")))
        .isEqualTo(new Saved.Same(one.result()));
    assertThat(rig.documents.delete().result(SPACE, one.result().id())).isTrue();
    assertThat(rig.documents.delete().result(SPACE, one.result().id())).isFalse();
  }

  @Test
  void a_document_with_many_tasks_is_deleted_whole_and_whoever_waits_is_told() {
    VIDEO.register(stores);
    IntStream.range(0, 230).forEach(key -> assign("K" + key));
    long runs = rig.news.runs().rings();
    long work = rig.news.work().rings();

    assertThat(rig.documents.delete().document(SPACE, VIDEO.id())).isTrue();

    assertThat(rig.documents.views().document(SPACE, VIDEO.id())).isEmpty();
    assertThat(rig.documents.views().tasksOf(SPACE, VIDEO.id(), 0, 10)).isEmpty();
    assertThat(rig.news.runs().rings()).isGreaterThan(runs);
    assertThat(rig.news.work().rings()).isGreaterThan(work);
    assertThat(rig.documents.delete().document(SPACE, VIDEO.id())).isFalse();
    assertThat(rig.documents.delete().task(SPACE, VIDEO.entry("K1"))).isFalse();
  }

  @Test
  void an_answer_of_an_attempt_before_the_deletion_is_late_for_the_next_task() {
    VIDEO.register(stores);
    TaskEntry entry = assign("ASR");
    rig.begin(entry);
    rig.documents.delete().task(SPACE, entry.id());

    TaskEntry anew = assign("ASR");
    Task begun = rig.begin(anew);

    assertThat(begun.attempt()).isEqualTo(2);
    assertThat(rig.apply(begun, new TaskEvent.AnsweredLate(1, begun.dueAt()), AttemptNews.NONE))
        .isEqualTo(begun);
  }
}
