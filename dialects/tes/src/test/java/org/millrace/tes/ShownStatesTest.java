package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.TaskGlance;

class ShownStatesTest {

  @ParameterizedTest
  @CsvSource({
    "WAITING, QUEUED, QUEUED",
    "QUEUED, QUEUED, QUEUED",
    "INITIALIZING, INITIALIZING, INITIALIZING",
    "RUNNING, RUNNING, RUNNING",
    "PAUSED, QUEUED, PAUSED",
    "COMPLETE, COMPLETE, COMPLETE",
    "EXECUTOR_ERROR, EXECUTOR_ERROR, EXECUTOR_ERROR",
    "SYSTEM_ERROR, SYSTEM_ERROR, SYSTEM_ERROR",
    "CANCELED, CANCELED, CANCELED",
    "PREEMPTED, QUEUED, PREEMPTED"
  })
  void every_state_has_a_word(TaskState state, TesState usually, TesState all) {
    var glance = glance(state, state);
    assertThat(new ShownStates(false).of(glance)).isEqualTo(usually);
    assertThat(new ShownStates(true).of(glance)).isEqualTo(all);
  }

  @Test
  void canceling_is_shown_as_the_state_it_was_cancelled_in() {
    var glance = glance(TaskState.CANCELING, TaskState.INITIALIZING);
    assertThat(new ShownStates(false).of(glance)).isEqualTo(TesState.INITIALIZING);
    assertThat(new ShownStates(true).of(glance)).isEqualTo(TesState.CANCELING);
  }

  @Test
  void paused_is_shown_as_the_state_before_it() {
    assertThat(new ShownStates(false).of(glance(TaskState.PAUSED, TaskState.RUNNING)))
        .isEqualTo(TesState.RUNNING);
    assertThat(new ShownStates(true).of(glance(TaskState.PAUSED, TaskState.RUNNING)))
        .isEqualTo(TesState.PAUSED);
    assertThat(TaskState.PAUSED.isUnderWay()).isFalse(); // so it was QUEUED or WAITING
  }

  @Test
  void what_clients_are_shown_they_can_ask_for() {
    for (boolean all : new boolean[] {false, true}) {
      var states = new ShownStates(all);
      for (TaskState state : TaskState.values()) {
        TaskState before = state == TaskState.CANCELING ? TaskState.RUNNING : state;
        assertThat(states.exists(states.of(glance(state, before)))).isTrue();
      }
      assertThat(states.exists(TesState.UNKNOWN)).isFalse();
    }
  }

  @Test
  void states_that_are_never_shown_do_not_exist_for_clients() {
    assertThat(Arrays.stream(TesState.values()).filter(new ShownStates(false)::exists))
        .doesNotContain(TesState.CANCELING, TesState.PAUSED, TesState.PREEMPTED)
        .hasSize(7);
  }

  private static TaskGlance glance(TaskState state, TaskState shown) {
    return new TaskGlance(new TaskId("t"), Owner.ANONYMOUS, state, shown, Optional.empty());
  }
}
