package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.testkit.DocumentFixture.SPACE;
import static org.millrace.testkit.DocumentFixture.aDocument;
import static org.millrace.testkit.DocumentFixture.fields;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.TaskSteps.leaseOf;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.SiblingStore;
import org.millrace.engine.documents.SiblingStore.Marked;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TransitionStore;
import org.millrace.engine.transition.TransitionStore.Change;
import org.millrace.testkit.DocumentFixture;

/**
 * What {@link TransitionStore} promises of assigned tasks, and {@link SiblingStore} of the marks
 * that it sets.
 */
public abstract class FaceContract extends DocumentContract {
  private static final DocumentFixture VIDEO = aDocument("VID0001");
  private TaskEntry asr;
  private TaskEntry ocr;
  private TaskEntry cut;

  @BeforeEach
  void beginWithADocumentOfThreeTasks() {
    VIDEO.register(store);
    asr = VIDEO.assign(store, "ASR");
    ocr = VIDEO.assign(store, "OCR");
    cut = VIDEO.assign(store, "CUT");
  }

  // What is told

  @Test
  void what_is_told_follows_each_change_and_when_it_did() {
    Task begun = begin(asr, 1);
    assertThat(told(asr)).isEqualTo(new FaceState(102, "ATTEMPT_BEGUN sandbox", fields()));
    assertThat(entry(asr.id()).updatedAt()).isEqualTo(at(1));

    apply(asr, new TaskEvent.Started(leaseOf(begun), at(2)));
    assertThat(entry(asr.id()).updatedAt()).as("it tells nothing else").isEqualTo(at(1));

    end(begun, new Outcome.WorkFailed(aCause("failed")), 3);
    assertThat(told(asr).number()).isEqualTo(503);

    again(asr, 4);
    assertThat(told(asr)).isEqualTo(new FaceState(201, "ASKED_AGAIN reset", fields()));
    assertThat(entry(asr.id()).updatedAt()).isEqualTo(at(4));
    assertThat(entry(asr.id()).createdAt()).isEqualTo(NOON);
  }

  @Test
  void what_the_attempt_left_is_seen_by_the_rule() {
    Task begun = begin(asr, 1);
    var report = AttemptReport.EMPTY.withValue(new Value.Text("kept"));

    apply(
        asr.task(),
        new TaskEvent.Ended(leaseOf(begun), completed(), 0, at(2)),
        new AttemptNews.Known(report));

    assertThat(told(asr).also()).isEqualTo(fields("left", "kept"));
  }

  @Test
  void what_a_peer_answered_is_seen_by_the_rule() {
    Task begun = begin(asr, 1);
    apply(asr, new TaskEvent.HandedOver(leaseOf(begun), at(100), at(2)));

    apply(
        asr.task(),
        new TaskEvent.Answered(1, completed(), 0, at(3)),
        new AttemptNews.Said(new Value.Text("kept")));

    assertThat(told(asr).also()).isEqualTo(fields("left", "kept"));
  }

  @Test
  void an_event_that_is_late_or_changes_nothing_tells_nothing() {
    Task begun = begin(asr, 1);
    again(asr, 2);

    end(begun, completed(), 3);
    apply(asr, new TaskEvent.Woken(at(4)));

    assertThat(told(asr).number()).isEqualTo(201);
    assertThat(entry(asr.id()).updatedAt()).isEqualTo(at(2));
    assertThat(marked()).isEmpty();
  }

  @Test
  void a_rule_that_fails_stores_nothing() {
    var event = new TaskEvent.CancelRequested("ada", at(1));
    var broken = new IllegalStateException("broken rule");

    assertThatThrownBy(() ->
            store
                .transitions()
                .apply(
                    asr.task(),
                    new Change(
                        at(1),
                        task -> TaskMachine.apply(task, event),
                        AttemptNews.NONE,
                        (_, _, _) -> {
                          throw broken;
                        },
                        _ -> List.of())))
        .isSameAs(broken);
    assertThat(stored(asr.task()).state()).isEqualTo(TaskState.QUEUED);
    assertThat(told(asr)).isEqualTo(asr.face());
  }

  @Test
  void a_task_that_is_not_assigned_is_told_of_nowhere() {
    north.submit(aTask("plain"));
    var event = new TaskEvent.CancelRequested("ada", at(1));

    store
        .transitions()
        .apply(
            aTask("plain").id(),
            new Change(
                at(1),
                task -> TaskMachine.apply(task, event),
                AttemptNews.NONE,
                (_, _, _) -> {
                  throw new AssertionError("nobody asks");
                },
                _ -> List.of()));

    assertThat(stored(aTask("plain").id()).state()).isEqualTo(TaskState.CANCELED);
  }

  private FaceState told(TaskEntry entry) {
    return entry(entry.id()).face();
  }

  // Marks

  @Test
  void a_task_that_is_put_off_is_marked() {
    played(asr, deferred(), 1);

    assertThat(marked())
        .singleElement()
        .satisfies(marked -> {
          assertThat(marked.entry()).isEqualTo(entry(asr.id()));
          assertThat(marked.entry().face().number()).isEqualTo(412);
          assertThat(marked.state()).isEqualTo(TaskState.WAITING);
          assertThat(marked.seen()).isEqualTo(marked.completions());
          assertThat(marked.sequence()).isEqualTo(task(asr.id()).sequence());
        });
  }

  @Test
  void a_completion_marks_the_others_of_its_document_that_wait() {
    DocumentFixture elsewhere = aDocument("VID0002");
    elsewhere.register(store);
    TaskEntry stranger = elsewhere.assign(store, "ASR");
    played(asr, deferred(), 1);
    played(stranger, deferred(), 1);
    unmarkAll();

    played(ocr, completed(), 2);

    assertThat(marked())
        .singleElement()
        .satisfies(marked -> {
          assertThat(marked.entry().task()).isEqualTo(asr.task());
          assertThat(marked.completions()).isEqualTo(marked.seen() + 1);
        });
  }

  @Test
  void a_completion_marks_those_that_pause_before_they_are_tried_again() {
    played(asr, failed(), 1);
    assertThat(marked()).as("nothing has changed for it yet").isEmpty();

    played(ocr, completed(), 2);

    assertThat(marked())
        .singleElement()
        .satisfies(marked -> {
          assertThat(marked.entry().task()).isEqualTo(asr.task());
          assertThat(marked.state()).isEqualTo(TaskState.QUEUED);
          assertThat(marked.completions()).isEqualTo(marked.seen() + 1);
        });
    unmarkAll();
    begin(asr, 1_000);
    played(cut, completed(), 1_001);
    assertThat(marked()).as("it does not pause any more").isEmpty();
  }

  @Test
  void what_completed_while_an_attempt_went_on_that_is_tried_again_marks_it() {
    Task begun = begin(asr, 1);
    played(ocr, completed(), 2);
    end(begun, failed(), 3);

    assertThat(markedKeys()).containsExactly("ASR");
  }

  private static Outcome failed() {
    return new Outcome.WorkFailed(aCause("partial input"));
  }

  @Test
  void nothing_but_a_completion_marks_others() {
    played(asr, deferred(), 1);
    unmarkAll();

    played(ocr, new Outcome.WorkRefused(aCause("no")), 2);
    apply(cut, new TaskEvent.CancelRequested("ada", at(2)));

    assertThat(marked()).isEmpty();
  }

  @Test
  void what_completed_while_an_attempt_went_on_was_not_seen_by_it() {
    Task begun = begin(asr, 1);
    played(ocr, completed(), 2);
    end(begun, deferred(), 3);

    assertThat(marked())
        .singleElement()
        .satisfies(marked -> assertThat(marked.completions()).isGreaterThan(marked.seen()));
  }

  @Test
  void what_completed_before_an_attempt_began_was_seen_by_it() {
    played(ocr, completed(), 1);
    played(asr, deferred(), 2);

    assertThat(marked())
        .singleElement()
        .satisfies(marked -> assertThat(marked.completions()).isEqualTo(marked.seen()));
  }

  @Test
  void a_completion_counts_though_its_task_is_asked_for_again() {
    played(asr, deferred(), 1);
    played(ocr, completed(), 2);
    again(ocr, 3);

    assertThat(marked().getFirst().completions()).isGreaterThan(marked().getFirst().seen());
  }

  @Test
  void a_mark_is_taken_back_only_as_it_was_seen() {
    played(asr, deferred(), 1);
    Marked seen = marked().getFirst();
    played(ocr, completed(), 2);

    assertThat(documents().siblings().unmark(asr.task(), seen.mark())).isFalse();
    assertThat(markedKeys()).containsExactly("ASR");
    assertThat(documents().siblings().unmark(asr.task(), marked().getFirst().mark())).isTrue();
    assertThat(marked()).isEmpty();
    assertThat(documents().siblings().unmark(asr.task(), seen.mark() + 1)).isFalse();
  }

  @Test
  void a_mark_of_later_is_never_one_of_before() {
    played(asr, deferred(), 1);
    Marked first = marked().getFirst();
    unmarkAll();
    apply(asr, new TaskEvent.Woken(at(2)));
    played(asr, deferred(), 3);

    assertThat(documents().siblings().unmark(asr.task(), first.mark())).isFalse();
    assertThat(markedKeys()).containsExactly("ASR");
  }

  @Test
  void a_mark_stays_whatever_becomes_of_the_task() {
    played(asr, deferred(), 1);
    apply(asr, new TaskEvent.Woken(at(2)));

    assertThat(marked())
        .singleElement()
        .satisfies(marked -> assertThat(marked.state()).isEqualTo(TaskState.QUEUED));
    documents().store().deleteTask(SPACE, asr.id(), at(3));
    assertThat(marked()).isEmpty();
  }

  @Test
  void marks_come_in_the_order_of_assignment_and_page_by_page() {
    for (TaskEntry entry : List.of(cut, asr, ocr)) {
      played(entry, deferred(), 1);
    }

    List<Marked> first = documents().siblings().marked(0, 2);
    assertThat(first).extracting(marked -> marked.entry().key()).containsExactly("ASR", "OCR");
    assertThat(documents().siblings().marked(first.getLast().sequence(), 2))
        .extracting(marked -> marked.entry().key())
        .containsExactly("CUT");
  }

  @Test
  void a_document_says_which_keys_it_has_tasks_for() {
    assertThat(documents().siblings().present(SPACE, VIDEO.id(), Set.of("ASR", "asr", "NEW")))
        .containsExactly("ASR");
    assertThat(documents().siblings().present(SPACE, aDocument("VID0002").id(), Set.of("ASR")))
        .isEmpty();
  }

  private void unmarkAll() {
    marked().forEach(marked -> documents().siblings().unmark(marked.entry().task(), marked.mark()));
    assertThat(marked()).isEmpty();
  }
}
