package org.millrace.engine.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.engine.documents.Desk.SPACE;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;
import org.millrace.engine.dispatch.LaneRule.WhenFull;

/** What is done for tasks that wait for others (contracts/dane.md 4.7, 8; DESIGN 3). */
final class DocumentAdvancerTest {
  private final Desk desk = new Desk();
  private final DocumentId video = desk.registered("VID0001");

  private void turn() throws InterruptedException {
    turn(desk.assign);
  }

  private void turn(AssignTasks assign) throws InterruptedException {
    new DocumentAdvancer(
            desk.ports(), DocumentAdvancerTest::named, assign, desk.transitions, () -> Desk.NOON)
        .runOnce();
  }

  /** The keys that its worker named, the first one with the highest priority. */
  private static List<Wanted> named(FaceState face) {
    List<Wanted> named = new ArrayList<>();
    if (face.also().values().get("missing") instanceof Value.Text(String keys)) {
      for (String key : keys.split(" ", -1)) {
        named.add(new Wanted(key, 10 - named.size(), Desk.fields()));
      }
    }
    return named;
  }

  private AssignedTask waiting(DocumentId document, String key, String missing) {
    return waiting(document, key, missing, TaskState.WAITING, 0, 0);
  }

  private AssignedTask waiting(
      DocumentId document,
      String key,
      String missing,
      TaskState state,
      long seen,
      long completions) {
    Value.Fields also = missing.isEmpty() ? Desk.fields() : Desk.fields("missing", missing);
    AssignedTask task =
        desk.task(document, key, state, new FaceState(412, "Unfinished dependencies", also));
    desk.rows.mark(task.entry().task(), seen, completions);
    return task;
  }

  private static TaskId id(AssignedTask task) {
    return task.entry().task();
  }

  private List<String> keys() {
    return desk.rows.tasksOf(SPACE, video, 0, 100).stream()
        .map(task -> task.entry().key())
        .toList();
  }

  private TaskState state(AssignedTask task) {
    return desk.rows.core(id(task)).state();
  }

  /** Also where something completed that it has not seen, and where it named what is not there. */
  @ParameterizedTest
  @EnumSource(
      value = TaskState.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"WAITING", "QUEUED"})
  void one_that_does_not_wait_any_more_loses_its_mark_and_nothing_else_happens(TaskState state)
      throws InterruptedException {
    AssignedTask task = waiting(video, "ASR", "CUT", state, 0, 1);

    turn();

    assertThat(desk.rows.written).containsExactly("unmark " + id(task));
    assertThat(desk.rows.isMarked(id(task))).isFalse();
    assertThat(state(task)).isEqualTo(state);
  }

  /** What it named before is no concern of the attempt that comes next. */
  @Test
  void one_that_is_in_the_queue_loses_its_mark_and_nothing_is_made_for_it()
      throws InterruptedException {
    AssignedTask task = waiting(video, "ASR", "CUT", TaskState.QUEUED, 0, 1);

    turn();

    assertThat(keys()).containsExactly("ASR");
    assertThat(desk.rows.isMarked(id(task))).isFalse();
    assertThat(state(task)).isEqualTo(TaskState.QUEUED);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, false", "0, 1, true", "3, 3, false", "3, 4, true", "4, 3, false"})
  void it_is_woken_exactly_if_something_completed_since_its_attempt_began(
      long seen, long completions, boolean woken) throws InterruptedException {
    AssignedTask task = waiting(video, "ASR", "", TaskState.WAITING, seen, completions);

    turn();

    assertThat(state(task)).isEqualTo(woken ? TaskState.QUEUED : TaskState.WAITING);
    assertThat(desk.work.rings()).isEqualTo(woken ? 1 : 0);
    assertThat(desk.rows.isMarked(id(task))).isFalse();
  }

  static Stream<List<String>> every_set_of_tasks_that_may_be_there() {
    List<List<String>> sets = new ArrayList<>();
    for (int bits = 0; bits < 8; bits++) {
      List<String> set = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        if ((bits >> i & 1) == 1) {
          set.add(List.of("CUT", "OCR", "FACE").get(i));
        }
      }
      sets.add(set);
    }
    return sets.stream();
  }

  /** It named itself and one of them twice; both make no difference. */
  @ParameterizedTest
  @MethodSource("every_set_of_tasks_that_may_be_there")
  void of_those_it_named_exactly_the_absent_ones_are_made_in_its_order(List<String> there)
      throws InterruptedException {
    there.forEach(key -> desk.task(video, key, TaskState.RUNNING));
    AssignedTask task = waiting(video, "ASR", "OCR ASR CUT OCR FACE");

    turn();

    List<String> expected = new ArrayList<>(there);
    expected.add("ASR");
    Stream.of("OCR", "CUT", "FACE").filter(key -> !there.contains(key)).forEach(expected::add);
    assertThat(keys()).isEqualTo(expected);
    assertThat(desk.rows.isMarked(id(task))).isFalse();
    assertThat(state(task)).as("what was made is not done yet").isEqualTo(TaskState.WAITING);
    desk.rows.tasksOf(SPACE, video, 0, 100).stream()
        .filter(made -> made.entry().key().equals("OCR") && made.state() == TaskState.QUEUED)
        .forEach(
            made -> assertThat(made.spec().priority()).as("as it was named first").isEqualTo(10));
  }

  @Test
  void what_is_missing_is_made_and_it_is_woken_in_the_same_turn() throws InterruptedException {
    AssignedTask task = waiting(video, "ASR", "CUT", TaskState.WAITING, 0, 1);

    turn();

    assertThat(keys()).containsExactly("ASR", "CUT");
    assertThat(state(task)).isEqualTo(TaskState.QUEUED);
  }

  @Test
  void a_task_that_no_worker_could_be_told_of_does_not_keep_the_others_from_being_made()
      throws InterruptedException {
    AssignedTask task = waiting(video, "ASR", ".bad CUT");

    turn();

    assertThat(keys()).containsExactly("ASR", "CUT");
    assertThat(desk.rows.isMarked(id(task))).as("it would never be possible").isFalse();
  }

  @Test
  void one_that_finds_its_lane_full_is_made_when_there_is_room() throws InterruptedException {
    AssignedTask task = waiting(video, "ASR", "CUT");
    AssignTasks narrow = desk.assign(WhenFull.REFUSE);
    desk.task(desk.registered("other"), "CUT", TaskState.RUNNING);

    turn(narrow);
    assertThat(keys()).containsExactly("ASR");
    assertThat(desk.rows.isMarked(id(task))).isTrue();

    desk.rows.removedByOthers(Desk.document("other").id());
    turn(narrow);
    assertThat(keys()).containsExactly("ASR", "CUT");
    assertThat(desk.rows.isMarked(id(task))).isFalse();
  }

  /** The second one of two never can be made, which says nothing of the first one. */
  @Test
  void one_that_could_not_be_made_keeps_the_mark_whatever_became_of_the_next()
      throws InterruptedException {
    AssignedTask task = waiting(video, "ASR", "CUT .bad");
    desk.rows.room = 0;

    turn(desk.assign(WhenFull.REFUSE));

    assertThat(desk.rows.isMarked(id(task))).isTrue();
  }

  @Test
  void what_others_made_first_is_as_good() throws InterruptedException {
    AssignedTask task = waiting(video, "ASR", "CUT");
    desk.rows.beforeWrite =
        () -> {
          if (keys().size() == 1) {
            desk.task(video, "CUT", TaskState.QUEUED);
          }
        };

    turn();

    assertThat(keys()).containsExactly("ASR", "CUT");
    assertThat(desk.rows.isMarked(id(task))).isFalse();
  }

  @Test
  void a_mark_that_was_set_anew_meanwhile_stays_for_the_next_turn() throws InterruptedException {
    AssignedTask task = waiting(video, "ASR", "CUT");
    desk.rows.afterWrite =
        () -> {
          desk.rows.afterWrite = () -> {};
          desk.rows.mark(id(task), 0, 1); // CUT was quick
        };

    turn();
    assertThat(state(task)).isEqualTo(TaskState.WAITING);
    assertThat(desk.rows.isMarked(id(task))).isTrue();

    turn();
    assertThat(state(task)).isEqualTo(TaskState.QUEUED);
    assertThat(desk.rows.isMarked(id(task))).isFalse();
  }

  @Test
  void what_cannot_be_stored_now_keeps_its_mark_and_keeps_nobody_waiting()
      throws InterruptedException {
    DocumentId second = desk.registered("VID0002");
    AssignedTask unlucky = waiting(video, "ASR", "CUT");
    AssignedTask lucky = waiting(second, "ASR", "", TaskState.WAITING, 0, 1);
    desk.rows.beforeWrite =
        () -> {
          if (desk.rows.written.isEmpty()) {
            desk.rows.written.add("refused");
            throw Desk.unavailable();
          }
        };

    turn();
    assertThat(keys()).containsExactly("ASR");
    assertThat(desk.rows.isMarked(id(unlucky))).isTrue();
    assertThat(state(lucky)).isEqualTo(TaskState.QUEUED);
    assertThat(desk.rows.isMarked(id(lucky))).isFalse();

    turn();
    assertThat(keys()).containsExactly("ASR", "CUT");
    assertThat(desk.rows.isMarked(id(unlucky))).isFalse();
  }

  /** A page is 100: at its edge another one is asked for, and nothing is looked at twice. */
  @ParameterizedTest
  @CsvSource({"0", "1", "99", "100", "101", "250"})
  void every_mark_is_looked_at_once_a_turn(int marks) throws InterruptedException {
    for (int i = 0; i < marks; i++) {
      waiting(desk.registered("d" + i), "ASR", "", TaskState.WAITING, 0, 1);
    }
    desk.rows.written.clear();

    turn();

    assertThat(desk.rows.written).hasSize(2 * marks).doesNotHaveDuplicates();
    assertThat(desk.rows.marked(0, 1000)).isEmpty();
  }

  @Test
  void it_obeys_interruption_and_leaves_the_mark() {
    AssignedTask task = waiting(video, "ASR", "CUT");
    Thread.currentThread().interrupt();

    assertThatThrownBy(this::turn).isInstanceOf(InterruptedException.class);

    assertThat(Thread.interrupted()).as("taken").isFalse();
    assertThat(desk.rows.isMarked(id(task))).isTrue();
    assertThat(keys()).containsExactly("ASR");
  }
}
