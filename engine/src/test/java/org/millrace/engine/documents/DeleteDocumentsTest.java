package org.millrace.engine.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.engine.documents.Desk.SPACE;

import org.junit.jupiter.api.Test;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result.Finding;
import org.millrace.domain.document.Space;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.documents.DocumentStore.Saved;

final class DeleteDocumentsTest {
  private final Desk desk = new Desk();
  private final DocumentId video = desk.registered("VID0001");
  private final DeleteDocuments delete = desk.delete();

  private void tasks(int count) {
    for (int i = 0; i < count; i++) {
      desk.task(video, "K" + i, TaskState.RUNNING);
    }
  }

  /** Nodes of runs may have ended, and lanes may have room. */
  private void assertTold(int times) {
    assertThat(desk.runs.rings()).isEqualTo(times);
    assertThat(desk.work.rings()).isEqualTo(times);
  }

  @Test
  void a_document_goes_with_its_tasks_a_hundred_at_a_time_and_others_are_told_once() {
    tasks(250);

    assertThat(delete.document(SPACE, video)).isTrue();

    assertThat(desk.rows.document(SPACE, video)).isEmpty();
    assertThat(desk.rows.tasksOf(SPACE, video, 0, 10)).isEmpty();
    assertThat(desk.rows.written).hasSize(3);
    assertTold(1);
  }

  @Test
  void of_a_document_that_is_not_there_nobody_is_told() {
    assertThat(delete.document(new Space("other"), video)).isFalse();
    assertThat(delete.document(SPACE, Desk.document("nowhere").id())).isFalse();
    assertTold(0);
  }

  @Test
  void what_is_left_after_a_failure_is_deleted_when_it_is_tried_again() {
    tasks(250);
    desk.rows.beforeWrite =
        () -> {
          if (desk.rows.written.size() == 1) {
            throw Desk.unavailable();
          }
        };
    assertThatThrownBy(() -> delete.document(SPACE, video)).isInstanceOf(Refusal.class);
    assertThat(desk.rows.tasksOf(SPACE, video, 0, 1000)).hasSize(150);
    desk.rows.beforeWrite = () -> {};

    assertThat(delete.document(SPACE, video)).isTrue();
    assertThat(desk.rows.tasksOf(SPACE, video, 0, 10)).isEmpty();
  }

  @Test
  void a_document_whose_rest_somebody_else_deletes_meanwhile_was_there() {
    tasks(150);
    desk.rows.afterWrite = () -> desk.rows.removedByOthers(video);

    assertThat(delete.document(SPACE, video)).isTrue();
    assertTold(1);
  }

  @Test
  void a_task_goes_and_others_are_told() {
    AssignedTask task = desk.task(video, "ASR", TaskState.RUNNING);

    assertThat(delete.task(SPACE, task.entry().id())).isTrue();
    assertThat(delete.task(SPACE, task.entry().id())).as("gone already").isFalse();

    assertTold(1);
  }

  @Test
  void a_result_goes_alone_and_concerns_nobody() {
    AssignedTask task = desk.task(video, "ASR", TaskState.RUNNING);
    var finding = new Finding(Desk.fields("id", "abc"), Desk.fields("word", "hello"));
    var saved = (Saved.Stored) desk.saveResult().save(SPACE, task.entry().id(), finding);

    assertThat(delete.result(SPACE, saved.result().id())).isTrue();
    assertThat(delete.result(SPACE, saved.result().id())).isFalse();

    assertThat(desk.rows.results()).isZero();
    assertTold(0);
  }

  @Test
  void a_result_gets_an_id_of_its_own_and_one_of_no_task_is_told_of() {
    AssignedTask task = desk.task(video, "ASR", TaskState.RUNNING);
    SaveResult save = desk.saveResult();
    var one = new Finding(Desk.fields("id", "abc"), Desk.fields("word", "one"));
    var two = new Finding(Desk.fields("id", "abc"), Desk.fields("word", "two"));

    var first = (Saved.Stored) save.save(SPACE, task.entry().id(), one);
    var second = (Saved.Stored) save.save(SPACE, task.entry().id(), two);

    assertThat(first.result().id()).isNotEqualTo(second.result().id());
    assertThat(first.result().savedAt()).isEqualTo(Desk.NOON);
    assertThat(save.save(SPACE, task.entry().id(), one)).isEqualTo(new Saved.Same(first.result()));
    EntryId absent = EntryId.of(video, "CUT");
    assertThat(save.save(SPACE, absent, one)).isEqualTo(new Saved.NoTask(absent));
    assertThat(desk.rows.results()).isEqualTo(2);
  }
}
