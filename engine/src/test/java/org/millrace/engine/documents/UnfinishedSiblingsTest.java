package org.millrace.engine.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;

/** The task that blocks is shown (contracts/dane.md 8, failed dependency). */
final class UnfinishedSiblingsTest {
  private final Desk desk = new Desk();
  private final DocumentId video = desk.registered("VID0001");
  private final AssignedTask waiting = desk.task(video, "ASR", TaskState.WAITING);

  private List<Cause> causes() {
    return new UnfinishedSiblings(desk.rows).of(waiting.entry().task());
  }

  private List<String> codes() {
    return causes().stream().map(Cause::code).toList();
  }

  @ParameterizedTest
  @EnumSource(TaskState.class)
  void a_sibling_is_named_unless_it_is_done(TaskState state) {
    AssignedTask sibling =
        desk.task(video, "CUT", state, new FaceState(503, "no room there", Desk.fields()));
    String expected =
        switch (state) {
          case COMPLETE -> "nothing-unfinished";
          case EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED -> "sibling-failed";
          case WAITING, QUEUED, INITIALIZING, RUNNING, PAUSED, CANCELING, PREEMPTED ->
              "sibling-unfinished";
        };

    Cause cause = causes().getFirst();

    assertThat(codes()).containsExactly(expected);
    if (state != TaskState.COMPLETE) {
      assertThat(cause.message()).contains("CUT", sibling.entry().id().text(), "503 no room there");
    }
  }

  @Test
  void alone_on_its_document_nobody_will_wake_it() {
    desk.task(desk.registered("VID0002"), "CUT", TaskState.RUNNING);

    assertThat(codes()).containsExactly("nothing-unfinished");
  }

  @Test
  void those_that_failed_come_first() {
    desk.task(video, "CUT", TaskState.RUNNING);
    desk.task(video, "OCR", TaskState.EXECUTOR_ERROR);
    desk.task(video, "FACE", TaskState.QUEUED);
    desk.task(video, "LOGO", TaskState.CANCELED);

    assertThat(causes().stream().map(cause -> cause.message().split(" ", -1)[1]))
        .containsExactly("OCR", "LOGO", "CUT", "FACE");
  }

  @Test
  void twenty_are_named_and_the_others_counted_also_those_on_later_pages() {
    siblings("F", 15, TaskState.EXECUTOR_ERROR);
    siblings("Q", 300, TaskState.QUEUED);

    assertThat(codes().subList(0, 15)).containsOnly("sibling-failed");
    assertThat(codes().subList(15, 20)).containsOnly("sibling-unfinished");
    assertThat(causes()).hasSize(21);
    assertThat(causes().getLast().message()).isEqualTo("295 more of them are not done");
  }

  @Test
  void of_exactly_twenty_none_is_left_to_count() {
    siblings("F", 20, TaskState.EXECUTOR_ERROR);

    assertThat(codes()).hasSize(20).containsOnly("sibling-failed");
  }

  @Test
  void of_more_failures_than_are_named_the_rest_is_counted_with_the_others() {
    siblings("F", 30, TaskState.EXECUTOR_ERROR);
    siblings("Q", 5, TaskState.QUEUED);

    assertThat(codes().subList(0, 20)).containsOnly("sibling-failed");
    assertThat(causes().get(20).message()).startsWith("15 more");
  }

  @Test
  void a_task_of_no_document_has_no_siblings() {
    assertThat(new UnfinishedSiblings(desk.rows).of(new TaskId("unassigned"))).isEmpty();
  }

  private void siblings(String letter, int count, TaskState state) {
    IntStream.range(0, count).forEach(i -> desk.task(video, letter + i, state));
  }
}
