package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.TaskGlance;
import org.millrace.testkit.Fixtures;

class ShownStatesTest {
  private static final TaskId TASK = new TaskId("t");

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
    assertThat(states(false).of(glance)).isEqualTo(usually);
    assertThat(states(true).of(glance)).isEqualTo(all);
  }

  @Test
  void canceling_is_shown_as_the_state_it_was_cancelled_in() {
    var glance = glance(TaskState.CANCELING, TaskState.INITIALIZING);
    assertThat(states(false).of(glance)).isEqualTo(TesState.INITIALIZING);
    assertThat(states(true).of(glance)).isEqualTo(TesState.CANCELING);
  }

  @Test
  void paused_is_shown_as_the_state_before_it() {
    assertThat(states(false).of(glance(TaskState.PAUSED, TaskState.RUNNING)))
        .isEqualTo(TesState.RUNNING);
    assertThat(states(true).of(glance(TaskState.PAUSED, TaskState.RUNNING)))
        .isEqualTo(TesState.PAUSED);
    assertThat(TaskState.PAUSED.isUnderWay()).isFalse(); // so it was QUEUED or WAITING
  }

  @Test
  void what_clients_are_shown_they_can_ask_for() {
    for (boolean all : new boolean[] {false, true}) {
      var states = states(all);
      for (TaskState state : TaskState.values()) {
        TaskState before = state == TaskState.CANCELING ? TaskState.RUNNING : state;
        assertThat(states.exists(states.of(glance(state, before)))).isTrue();
      }
      assertThat(states.exists(TesState.UNKNOWN)).isFalse();
    }
  }

  @Test
  void states_that_are_never_shown_do_not_exist_for_clients() {
    assertThat(Arrays.stream(TesState.values()).filter(states(false)::exists))
        .doesNotContain(TesState.CANCELING, TesState.PAUSED, TesState.PREEMPTED)
        .hasSize(7);
  }

  @ParameterizedTest
  @EnumSource(
      value = TaskState.class,
      names = {"COMPLETE", "EXECUTOR_ERROR", "SYSTEM_ERROR", "CANCELED"})
  void what_ended_soon_after_its_start_is_shown_as_running_until_the_time_is_over(TaskState end) {
    var started = new TaskGlance(TASK, Owner.ANONYMOUS, end, end, Optional.of(Fixtures.NOON));
    TesState word = TesState.valueOf(end.name());
    assertThat(held(Fixtures.NOON).of(started)).isEqualTo(TesState.RUNNING);
    assertThat(held(Fixtures.NOON.plusMillis(1499)).of(started)).isEqualTo(TesState.RUNNING);
    assertThat(held(Fixtures.NOON.plusMillis(1500)).of(started)).isEqualTo(word);
    assertThat(held(Fixtures.NOON.minusMillis(1)).of(started))
        .as("started by a clock that was wrong")
        .isEqualTo(word);
    assertThat(held(Fixtures.NOON).of(glance(end, end))).as("never started").isEqualTo(word);
  }

  @Test
  void what_has_not_ended_is_shown_as_it_is() {
    for (TaskState state : List.of(TaskState.QUEUED, TaskState.INITIALIZING, TaskState.RUNNING)) {
      var again = new TaskGlance(TASK, Owner.ANONYMOUS, state, state, Optional.of(Fixtures.NOON));
      assertThat(held(Fixtures.NOON).of(again)).isEqualTo(TesState.valueOf(state.name()));
    }
  }

  private static ShownStates held(Instant now) {
    return new ShownStates(false, Duration.ofMillis(1500), InstantSource.fixed(now));
  }

  private static ShownStates states(boolean all) {
    return new ShownStates(all, Duration.ZERO, InstantSource.fixed(Fixtures.NOON));
  }

  private static TaskGlance glance(TaskState state, TaskState shown) {
    return new TaskGlance(TASK, Owner.ANONYMOUS, state, shown, Optional.empty());
  }
}
