package org.millrace.engine.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.engine.documents.Desk.SPACE;
import static org.millrace.engine.documents.Desk.wanted;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.Space;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.documents.DocumentStore.Assigned;

final class AssignTasksTest {
  private final Desk desk = new Desk();
  private final DocumentId video = desk.registered("VID0001");
  private final DocumentId nowhere = Desk.document("nowhere").id();

  @Test
  void a_task_is_stored_in_the_lane_of_its_route_and_the_dispatcher_is_woken() {
    Assigned assigned = desk.assign.assign(SPACE, video, wanted("ASR"));

    assertThat(assigned).isInstanceOf(Assigned.Stored.class);
    AssignedTask stored = desk.rows.tasksOf(SPACE, video, 0, 10).getFirst();
    assertThat(assigned).isEqualTo(new Assigned.Stored(stored.entry()));
    assertThat(stored.state()).isEqualTo(TaskState.QUEUED);
    assertThat(stored.entry().face()).isEqualTo(Desk.QUEUED);
    assertThat(stored.arguments()).isEqualTo(Desk.fields("language", "nl"));
    assertThat(desk.rows.core(stored.entry().task()).lane())
        .isEqualTo(Lane.of("dane", "Video.ASR"));
    assertThat(desk.work.rings()).isEqualTo(1);
    assertThat(desk.history.rings()).isEqualTo(1);
  }

  @Test
  void a_document_has_one_task_of_a_key_and_nobody_is_woken_for_what_is_known() {
    Assigned first = desk.assign.assign(SPACE, video, wanted("ASR"));

    Assigned second = desk.assign.assign(SPACE, video, wanted("ASR"));

    assertThat(second).isEqualTo(new Assigned.Known(((Assigned.Stored) first).entry()));
    assertThat(desk.work.rings()).isEqualTo(1);
  }

  @Test
  void a_document_that_is_not_there_is_told_of_without_asking_to_store_anything() {
    assertThat(desk.assign.assign(SPACE, nowhere, wanted("ASR")))
        .isEqualTo(new Assigned.NoDocument(nowhere));
    assertThat(desk.assign.assign(new Space("other"), video, wanted("ASR")))
        .as("of another space")
        .isEqualTo(new Assigned.NoDocument(video));
    assertThat(desk.rows.written).isEmpty();
    assertThat(desk.work.rings()).isZero();
  }

  @Test
  void each_of_many_is_answered_in_their_order() {
    DocumentId other = desk.registered("VID0002");

    List<Assigned> answers =
        desk.assign.assign(SPACE, List.of(nowhere, video, nowhere, other, video), wanted("ASR"));

    assertThat(answers.get(0)).isEqualTo(new Assigned.NoDocument(nowhere));
    assertThat(((Assigned.Stored) answers.get(1)).entry().document()).isEqualTo(video);
    assertThat(answers.get(2)).isEqualTo(new Assigned.NoDocument(nowhere));
    assertThat(((Assigned.Stored) answers.get(3)).entry().document()).isEqualTo(other);
    assertThat(((Assigned.Known) answers.get(4)).entry().document()).isEqualTo(video);
    assertThat(desk.rows.written).containsExactly("assign 3");
    assertThat(desk.work.rings()).isEqualTo(1);
  }

  @Test
  void many_go_a_hundred_at_a_time_and_what_failed_midway_is_known_the_next_time() {
    List<DocumentId> ids = IntStream.range(0, 250).mapToObj(i -> desk.registered("d" + i)).toList();
    desk.rows.beforeWrite =
        () -> {
          if (desk.rows.written.size() == 2) {
            throw Desk.unavailable();
          }
        };
    assertThatThrownBy(() -> desk.assign.assign(SPACE, ids, wanted("ASR")))
        .isInstanceOf(Refusal.class);
    assertThat(desk.rows.written).containsExactly("assign 100", "assign 100");
    assertThat(desk.work.rings()).as("for what is stored").isEqualTo(2);
    desk.rows.beforeWrite = () -> {};

    List<Assigned> again = desk.assign.assign(SPACE, ids, wanted("ASR"));

    assertThat(again.subList(0, 200)).allMatch(Assigned.Known.class::isInstance);
    assertThat(again.subList(200, 250)).allMatch(Assigned.Stored.class::isInstance);
  }

  @Test
  void none_asked_for_none_assigned() {
    assertThat(desk.assign.assign(SPACE, List.of(), wanted("ASR"))).isEmpty();
    assertThat(desk.rows.written).isEmpty();
  }

  @Test
  void a_lane_that_refuses_is_held_to_its_limit_and_one_that_lets_wait_is_not() {
    List<DocumentId> three = List.of(video, desk.registered("VID0002"), desk.registered("VID0003"));

    assertThat(desk.assign(WhenFull.REFUSE).assign(SPACE, three, wanted("ASR")).getLast())
        .isEqualTo(new Assigned.Full(2));
    assertThat(desk.assign.assign(SPACE, three, wanted("ASR")).getLast())
        .isInstanceOf(Assigned.Stored.class);
  }

  @Test
  void nobody_is_woken_when_no_lane_has_room() {
    desk.task(desk.registered("a"), "ASR", TaskState.QUEUED);
    desk.task(desk.registered("b"), "ASR", TaskState.QUEUED);

    assertThat(desk.assign(WhenFull.REFUSE).assign(SPACE, video, wanted("ASR")))
        .isEqualTo(new Assigned.Full(2));
    assertThat(desk.work.rings()).isZero();
  }

  @Test
  void what_no_worker_can_be_told_of_is_refused_before_anything_is_stored() {
    assertThatThrownBy(() -> desk.assign.assign(SPACE, video, wanted(".bad")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("begins with a point");
    assertThat(desk.rows.written).isEmpty();
  }

  @Test
  void what_is_stored_is_what_was_admitted() {
    desk.admission =
        spec -> {
          var work = (WorkerWork) spec.work();
          return spec.withWork(
              new WorkerWork(
                  work.protocol(),
                  work.route(),
                  work.key(),
                  work.subject(),
                  Desk.fields("password", "sealed")));
        };

    desk.assign.assign(SPACE, video, wanted("ASR"));

    TaskSpec stored = desk.rows.tasksOf(SPACE, video, 0, 10).getFirst().spec();
    assertThat(((WorkerWork) stored.work()).arguments())
        .isEqualTo(Desk.fields("password", "sealed"));
  }

  @Test
  void a_wish_has_a_key_and_a_priority_of_0_to_10() {
    Value.Fields none = Desk.fields();
    for (int priority : new int[] {0, 10}) {
      assertThat(new Wanted("ASR", priority, none).priority()).isEqualTo(priority);
    }
    for (int priority : new int[] {-1, 11}) {
      assertThatThrownBy(() -> new Wanted("ASR", priority, none)).hasMessageContaining("0 to 10");
    }
    assertThatThrownBy(() -> new Wanted(" ", 1, none)).hasMessageContaining("key");
  }

  @Test
  void a_server_without_documents_tells_nobody_of_anything() {
    assertThatThrownBy(() -> AssignmentRule.NONE.spec(Desk.document("x"), wanted("ASR")))
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(AssignmentRule.NONE::face).isInstanceOf(IllegalStateException.class);
    assertThat(Dependencies.NONE.named(Desk.QUEUED)).isEmpty();
  }
}
