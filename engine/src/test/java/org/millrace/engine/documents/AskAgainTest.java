package org.millrace.engine.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.engine.documents.Desk.SPACE;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.documents.AskAgain.Asked;
import org.millrace.engine.documents.AskAgain.Request;

/** Retry, forced retry, reset and mass reset (contracts/dane.md 4.4, 8). */
final class AskAgainTest {
  private static final Request RESET = new Request("ada", "reset", true, _ -> true);
  private final Desk desk = new Desk();
  private final DocumentId video = desk.registered("VID0001");
  private final AskAgain again = desk.askAgain();

  static Stream<Arguments> every_state_and_way_of_asking() {
    List<Arguments> table = new ArrayList<>();
    for (TaskState state : TaskState.values()) {
      for (boolean overtake : new boolean[] {false, true}) {
        for (boolean later : new boolean[] {false, true}) {
          table.add(Arguments.of(state, overtake, later));
        }
      }
    }
    return table.stream();
  }

  @ParameterizedTest
  @MethodSource("every_state_and_way_of_asking")
  void what_becomes_of_a_task(TaskState state, boolean overtake, boolean later) {
    AssignedTask task = desk.task(video, "ASR", state);
    boolean mayBe =
        switch (state) {
          case COMPLETE, EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED, WAITING, QUEUED -> true;
          case INITIALIZING, RUNNING -> overtake;
          case PAUSED, PREEMPTED, CANCELING -> false;
        };

    Asked asked =
        again.ask(
            SPACE, task.entry().id(), new Request("ada", "retry", overtake, later, _ -> true));

    Task now = desk.rows.core(task.entry().task());
    if (mayBe) {
      assertThat(asked).isInstanceOf(Asked.Again.class);
      assertThat(((Asked.Again) asked).task().state()).as("as it is told").isEqualTo(now.state());
      assertThat(now.state()).isEqualTo(later ? TaskState.WAITING : TaskState.QUEUED);
      assertThat(now.outcome()).isEmpty();
      assertThat(now.lease()).as("who held it is overtaken").isEmpty();
      assertThat(now.uncounted()).as("its retry policy begins anew").isEqualTo(now.attempt());
    } else {
      assertThat(asked).isEqualTo(new Asked.Left(task));
      assertThat(now.state()).isEqualTo(state);
    }
  }

  @ParameterizedTest
  @EnumSource(TaskState.class)
  void what_its_number_does_not_allow_is_never_asked_of_the_store(TaskState state) {
    AssignedTask task = desk.task(video, "ASR", state, new FaceState(200, "Done", Desk.fields()));
    var retry = new Request("ada", "retry", true, face -> face.number() != 200);

    assertThat(again.ask(SPACE, task.entry().id(), retry)).isEqualTo(new Asked.Left(task));
    assertThat(desk.rows.written).isEmpty();
  }

  /** Row 13 of the contract: 201 "Reset", though the dispatcher has it before the answer is out. */
  @Test
  void it_is_told_as_it_was_stored_whatever_happened_to_it_since() {
    AssignedTask task = desk.task(video, "ASR", TaskState.EXECUTOR_ERROR);
    desk.face =
        (before, changed, _) ->
            new FaceState(201, changed.kind() + " " + changed.detail().orElse(""), before.also());
    desk.now = Desk.NOON.plusSeconds(5);
    desk.rows.afterWrite = () -> desk.rows.change(task.entry().task(), AskAgainTest::begun);

    var told = ((Asked.Again) again.ask(SPACE, task.entry().id(), RESET)).task();

    assertThat(told.state()).isEqualTo(TaskState.QUEUED);
    assertThat(told.entry().face())
        .isEqualTo(new FaceState(201, "ASKED_AGAIN reset", Desk.fields()));
    assertThat(told.entry().updatedAt()).isEqualTo(desk.now);
    assertThat(told.spec()).isEqualTo(task.spec());
    assertThat(desk.rows.core(task.entry().task()).state()).isEqualTo(TaskState.INITIALIZING);
  }

  private AssignedTask justBeingBegun() {
    AssignedTask task = desk.task(video, "ASR", TaskState.QUEUED);
    desk.rows.change(task.entry().task(), AskAgainTest::claimed);
    return task;
  }

  @Test
  void one_that_is_just_being_begun_is_overtaken_once_it_is() {
    AssignedTask task = justBeingBegun();
    desk.history.meanwhile = () -> desk.rows.change(task.entry().task(), AskAgainTest::begun);

    assertThat(again.ask(SPACE, task.entry().id(), RESET)).isInstanceOf(Asked.Again.class);
    assertThat(desk.rows.core(task.entry().task()).state()).isEqualTo(TaskState.QUEUED);
    assertThat(desk.history.waits).isEqualTo(1);
  }

  @Test
  void one_that_is_never_begun_is_left_after_a_while() {
    AssignedTask task = justBeingBegun();
    desk.history.meanwhile = () -> desk.now = desk.now.plus(AskAgain.LOOK_AGAIN);

    assertThat(again.ask(SPACE, task.entry().id(), RESET)).isInstanceOf(Asked.Left.class);
    assertThat(desk.history.waits)
        .isEqualTo((int) AskAgain.PATIENCE.dividedBy(AskAgain.LOOK_AGAIN));
  }

  @Test
  void interruption_ends_the_wait_and_is_left_pending() {
    AssignedTask task = justBeingBegun();
    desk.history.meanwhile = () -> Thread.currentThread().interrupt();

    assertThat(again.ask(SPACE, task.entry().id(), RESET)).isInstanceOf(Asked.Left.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(desk.history.waits).isEqualTo(1);
  }

  @Test
  void who_would_not_overtake_an_attempt_does_not_wait_for_it() {
    AssignedTask task = justBeingBegun();
    var retry = new Request("ada", "retry", false, _ -> true);

    assertThat(again.ask(SPACE, task.entry().id(), retry)).isInstanceOf(Asked.Left.class);
    assertThat(again.askAll(SPACE, "ASR", 102, RESET)).isZero();
    assertThat(desk.history.waits).isZero();
  }

  private static Task begun(Task task) {
    return Desk.core(task.id(), TaskState.INITIALIZING);
  }

  private static Task claimed(Task task) {
    return new Task(
        task.id(),
        task.owner(),
        task.lane(),
        task.retry(),
        task.limits(),
        task.state(),
        task.attempt(),
        Optional.of(new Lease(new ServerId("north"), 1)),
        1,
        task.handle(),
        task.createdAt(),
        task.dueAt(),
        task.startedAt(),
        task.endedAt(),
        task.waitsFor(),
        task.outcome(),
        task.cancellation(),
        task.uncounted(),
        task.assigned());
  }

  @Test
  void a_task_that_is_not_there_or_of_another_space_is_none() {
    AssignedTask task = desk.task(video, "ASR", TaskState.COMPLETE);
    EntryId absent = EntryId.of(video, "CUT");

    assertThat(again.ask(SPACE, absent, RESET)).isEqualTo(new Asked.NoTask(absent));
    assertThat(again.ask(new Space("other"), task.entry().id(), RESET))
        .isEqualTo(new Asked.NoTask(task.entry().id()));
    assertThat(desk.rows.written).isEmpty();
  }

  @Test
  void a_task_that_is_deleted_before_the_answer_was_asked_for() {
    AssignedTask task = desk.task(video, "ASR", TaskState.COMPLETE);
    desk.rows.afterWrite = () -> desk.rows.forget(task.entry().task());

    assertThat(again.ask(SPACE, task.entry().id(), RESET)).isInstanceOf(Asked.Again.class);
  }

  @Test
  void a_task_that_is_deleted_before_it_is_asked_for_is_none() {
    AssignedTask task = desk.task(video, "ASR", TaskState.COMPLETE);
    desk.rows.beforeWrite = () -> desk.rows.forget(task.entry().task());

    assertThat(again.ask(SPACE, task.entry().id(), RESET))
        .isEqualTo(new Asked.NoTask(task.entry().id()));
  }

  @Test
  void the_dispatcher_is_woken_for_what_is_to_be_done() {
    AssignedTask task = desk.task(video, "ASR", TaskState.EXECUTOR_ERROR);

    again.ask(SPACE, task.entry().id(), RESET);

    assertThat(desk.work.rings()).isEqualTo(1);
  }

  /** Their numbers stay, and yet each is asked for once: by its place in the order. */
  @Test
  void all_of_a_key_and_number_are_asked_for_once_each_page_by_page() {
    var failed = new FaceState(500, "Error", Desk.fields());
    for (int i = 0; i < 401; i++) {
      desk.task(desk.registered("d" + i), "ASR", TaskState.EXECUTOR_ERROR, failed);
    }
    desk.task(video, "ASR", TaskState.CANCELING, failed);
    desk.task(video, "CUT", TaskState.EXECUTOR_ERROR, failed);
    desk.task(desk.registered("other"), "ASR", TaskState.EXECUTOR_ERROR);

    int asked = again.askAll(SPACE, "ASR", 500, new Request("ada", "mass-reset", true, _ -> true));

    assertThat(asked).as("the one that is being cancelled is left").isEqualTo(401);
    assertThat(desk.rows.written).hasSize(402).doesNotHaveDuplicates();
  }

  @Test
  void of_none_none_is_asked_for() {
    assertThat(again.askAll(SPACE, "ASR", 500, RESET)).isZero();
    assertThat(desk.rows.written).isEmpty();
  }
}
