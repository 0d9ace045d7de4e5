package org.millrace.domain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RunTallyTest {
  @ParameterizedTest
  @CsvSource({
    // state, policy, open, active, failed, next
    "RUNNING,   STOP,     5, 2, 0, RUNNING",
    "RUNNING,   STOP,     5, 0, 0, RUNNING",
    "RUNNING,   STOP,     0, 0, 0, COMPLETE",
    "RUNNING,   STOP,     5, 2, 1, STOPPING",
    "RUNNING,   STOP,     5, 0, 1, FAILED",
    "RUNNING,   STOP,     0, 0, 1, FAILED",
    "RUNNING,   CONTINUE, 5, 2, 1, RUNNING",
    "RUNNING,   CONTINUE, 0, 0, 1, FAILED",
    "RUNNING,   CONTINUE, 0, 0, 0, COMPLETE",
    "RUNNING,   HOLD,     1, 0, 1, RUNNING",
    "RUNNING,   HOLD,     0, 0, 0, COMPLETE",
    "PAUSED,    CONTINUE, 5, 2, 0, PAUSED",
    "PAUSED,    CONTINUE, 0, 0, 0, COMPLETE",
    "PAUSED,    STOP,     5, 2, 1, STOPPING",
    "STOPPING,  STOP,     5, 1, 1, STOPPING",
    "STOPPING,  STOP,     5, 0, 1, FAILED",
    "CANCELING, CONTINUE, 5, 1, 0, CANCELING",
    "CANCELING, CONTINUE, 5, 0, 2, CANCELED",
    "ARRIVING,  STOP,     0, 0, 0, ARRIVING"
  })
  void tells_the_state_that_follows(
      RunState state, FailurePolicy policy, int open, int active, int failed, RunState next) {
    assertThat(new RunTally(open, active, failed).after(state, policy)).isEqualTo(next);
  }

  @ParameterizedTest
  @EnumSource(
      value = RunState.class,
      names = {"COMPLETE", "FAILED", "CANCELED"})
  void what_is_final_stays(RunState last) {
    for (FailurePolicy policy : FailurePolicy.values()) {
      assertThat(new RunTally(3, 1, 1).after(last, policy)).isEqualTo(last);
    }
    assertThat(last.isFinal()).isTrue();
    assertThat(last.starts()).isFalse();
  }

  @Test
  void more_cannot_be_active_than_are_open() {
    assertThatThrownBy(() -> new RunTally(1, 2, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
