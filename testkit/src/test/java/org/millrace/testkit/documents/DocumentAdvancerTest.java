package org.millrace.testkit.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.testkit.DocumentFixture.aDocument;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.documents.Rig.wanted;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.StorePorts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.documents.AskAgain;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentStore.Assigned;
import org.millrace.testkit.DocumentFixture;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.store.Intercepted;

final class DocumentAdvancerTest {
  private static final DocumentFixture VIDEO = aDocument("VID0001");

  private final StorePorts stores = new InMemoryStore().ports();
  private final Rig rig = new Rig(stores);

  @BeforeEach
  void register() {
    VIDEO.register(stores);
  }

  @Test
  void dependencies_that_were_named_are_created_and_their_completion_wakes()
      throws InterruptedException {
    TaskEntry asr = assign(rig, "ASR");
    rig.defer(rig.begin(asr), "CUT", "ASR", "CUT");

    turn(rig);

    TaskEntry cut = entry("CUT");
    assertThat(rig.task(cut).spec().priority()).isEqualTo(7);
    assertThat(keys()).containsExactly("ASR", "CUT");
    assertThat(rig.stored(asr).state()).isEqualTo(TaskState.WAITING);
    assertThat(marks()).isZero();

    rig.end(rig.begin(cut), completed());
    turn(rig);

    assertThat(rig.stored(asr).state()).isEqualTo(TaskState.QUEUED);
    assertThat(marks()).isZero();
  }

  @Test
  void a_sibling_that_completed_while_it_was_looked_at_by_a_worker_wakes_it()
      throws InterruptedException {
    TaskEntry asr = assign(rig, "ASR");
    TaskEntry cut = assign(rig, "CUT");
    Task begun = rig.begin(asr);
    rig.end(rig.begin(cut), completed());
    rig.defer(begun);

    turn(rig);

    assertThat(rig.stored(asr).state()).isEqualTo(TaskState.QUEUED);
  }

  @Test
  void a_sibling_that_completes_ends_a_long_pause_before_another_try() throws InterruptedException {
    TaskEntry asr = assign(rig, "ASR");
    Task cut = rig.begin(assign(rig, "CUT"));
    for (int i = 0; i < 6; i++) { // the pauses grow: half a second, then 1, 2, 4, 8 and 16
      while (rig.stored(asr).dueAt().isAfter(rig.now())) {
        rig.tick();
      }
      rig.end(rig.begin(asr), new Outcome.WorkFailed(aCause("partial input")));
      turn(rig);
    }
    Task paused = rig.stored(asr);

    rig.end(cut, completed());
    turn(rig);

    assertThat(paused.dueAt()).isAfter(rig.now().plusSeconds(10));
    assertThat(rig.stored(asr).dueAt()).isEqualTo(rig.now().plusSeconds(1));
    assertThat(marks()).isZero();
  }

  @Test
  void a_sibling_that_completed_before_wakes_nothing() throws InterruptedException {
    TaskEntry asr = assign(rig, "ASR");
    rig.end(rig.begin(assign(rig, "CUT")), completed());
    rig.defer(rig.begin(asr));

    turn(rig);
    turn(rig);

    assertThat(rig.stored(asr).state()).isEqualTo(TaskState.WAITING);
    assertThat(rig.stored(asr).attempt()).isEqualTo(1);
  }

  @Test
  void a_task_that_is_put_off_again_is_woken_by_the_next_completion() throws InterruptedException {
    TaskEntry asr = assign(rig, "ASR");
    TaskEntry cut = assign(rig, "CUT");
    TaskEntry ocr = assign(rig, "OCR");
    rig.defer(rig.begin(asr));
    rig.end(rig.begin(cut), completed());
    turn(rig);
    rig.defer(rig.begin(asr));
    turn(rig);
    assertThat(rig.stored(asr).state()).isEqualTo(TaskState.WAITING);

    rig.end(rig.begin(ocr), completed());
    turn(rig);

    assertThat(rig.stored(asr).state()).isEqualTo(TaskState.QUEUED);
    assertThat(rig.stored(asr).attempt()).isEqualTo(2);
  }

  @Test
  void a_task_that_somebody_asked_for_again_is_left_alone() throws InterruptedException {
    TaskEntry asr = assign(rig, "ASR");
    rig.defer(rig.begin(asr), "CUT");
    rig.documents
        .askAgain()
        .ask(VIDEO.space(), asr.id(), new AskAgain.Request("ada", "retry", false, _ -> true));

    turn(rig);

    assertThat(keys()).containsExactly("ASR");
    assertThat(marks()).isZero();
  }

  @Test
  void a_dependency_that_no_worker_could_be_told_of_is_left_out() throws InterruptedException {
    TaskEntry asr = assign(rig, "ASR");
    rig.defer(rig.begin(asr), ".bad", "CUT");

    turn(rig);

    assertThat(keys()).containsExactly("ASR", "CUT");
    assertThat(marks()).isZero();
  }

  @Test
  void a_dependency_that_finds_its_lane_full_is_tried_again() throws InterruptedException {
    var narrow = new Rig(stores, WhenFull.REFUSE);
    TaskEntry asr = assign(narrow, "ASR");
    for (String target : List.of("a", "b")) {
      aDocument(target).register(stores);
      aDocument(target).assign(stores, "CUT");
    }
    narrow.defer(narrow.begin(asr), "CUT", "OCR");

    turn(narrow);
    assertThat(keys()).containsExactly("ASR", "OCR");
    assertThat(marks()).isEqualTo(1);

    narrow.documents.delete().task(VIDEO.space(), aDocument("a").entry("CUT"));
    turn(narrow);
    assertThat(keys()).containsExactly("ASR", "OCR", "CUT");
    assertThat(marks()).isZero();
  }

  @Test
  void what_cannot_be_stored_now_is_tried_again_and_keeps_nobody_waiting()
      throws InterruptedException {
    isTriedAgainAndKeepsNobodyWaiting(
        new Refusal(new Failure.Unavailable("the disk is full", Duration.ofSeconds(1))));
  }

  @Test
  void nor_does_one_that_meets_a_defect() throws InterruptedException {
    isTriedAgainAndKeepsNobodyWaiting(new IllegalStateException("a damaged row"));
  }

  private void isTriedAgainAndKeepsNobodyWaiting(RuntimeException failure)
      throws InterruptedException {
    var failures = new AtomicInteger(1);
    var failing = new Rig(failingToAssign(stores, failures, failure));
    aDocument("VID0002").register(stores);
    TaskEntry asr = assign(failing, "ASR");
    TaskEntry other =
        ((Assigned.Stored)
                failing
                    .documents
                    .assign()
                    .assign(VIDEO.space(), aDocument("VID0002").id(), wanted("ASR")))
            .entry();
    failures.set(0);
    failing.defer(failing.begin(asr), "CUT");
    failing.defer(failing.begin(other), "CUT");
    failures.set(1);

    turn(failing);
    assertThat(keys()).containsExactly("ASR");
    assertThat(stores.documents().views().task(VIDEO.space(), aDocument("VID0002").entry("CUT")))
        .isPresent();
    assertThat(marks()).isEqualTo(1);

    turn(failing);
    assertThat(keys()).containsExactly("ASR", "CUT");
    assertThat(marks()).isZero();
  }

  @Test
  void more_than_a_page_of_marks_is_looked_at_in_one_turn() throws InterruptedException {
    for (int i = 0; i < 230; i++) {
      DocumentFixture document = aDocument("d" + i);
      document.register(stores);
      rig.defer(rig.begin(document.assign(stores, "ASR")), "CUT");
    }

    turn(rig);

    assertThat(marks()).isZero();
    assertThat(stores.documents().views().tasksOf(VIDEO.space(), "ACME", "CUT", 0, 1000))
        .hasSize(230);
  }

  @Test
  void its_bell_rings_when_there_may_be_something_to_look_at() {
    TaskEntry asr = assign(rig, "ASR");
    long before = rig.news.documents().rings();
    rig.defer(rig.begin(asr));
    assertThat(rig.news.documents().rings()).isEqualTo(before + 1);
    rig.end(rig.begin(assign(rig, "CUT")), completed());
    assertThat(rig.news.documents().rings()).isEqualTo(before + 2);
  }

  @Test
  void it_obeys_interruption() {
    rig.defer(rig.begin(assign(rig, "ASR")));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> turn(rig)).isInstanceOf(InterruptedException.class);
    assertThat(marks()).isEqualTo(1);
  }

  private static void turn(Rig rig) throws InterruptedException {
    rig.tick();
    rig.documents.advancer().runOnce();
  }

  private static TaskEntry assign(Rig rig, String key) {
    return ((Assigned.Stored) rig.documents.assign().assign(VIDEO.space(), VIDEO.id(), wanted(key)))
        .entry();
  }

  private TaskEntry entry(String key) {
    return stores
        .documents()
        .views()
        .task(VIDEO.space(), VIDEO.entry(key))
        .map(AssignedTask::entry)
        .orElseThrow(() -> new AssertionError("no task " + key));
  }

  private List<String> keys() {
    return stores.documents().views().tasksOf(VIDEO.space(), VIDEO.id(), 0, 100).stream()
        .map(task -> task.entry().key())
        .toList();
  }

  private int marks() {
    return stores.documents().siblings().marked(0, 1000).size();
  }

  /** Fails to assign once, when told to: the first call after the count is set to 1. */
  private static StorePorts failingToAssign(
      StorePorts good, AtomicInteger failures, RuntimeException failure) {
    failures.set(0);
    return Intercepted.ports(
        good,
        call -> {
          if (call.method().equals("assign") && failures.getAndSet(0) == 1) {
            throw failure;
          }
          return call.make();
        });
  }
}
