package org.millrace.domain.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.domain.caller.Owner;

final class RunMachineTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /** An event, the states that it can change, and what they become with open and active nodes. */
  record Row(RunEvent event, Set<RunState> from, RunState to) {}

  private static Stream<Row> table() {
    return Stream.of(
        new Row(new RunEvent.Arrived(), Set.of(RunState.ARRIVING), RunState.RUNNING),
        new Row(new RunEvent.PauseRequested(), Set.of(RunState.RUNNING), RunState.PAUSED),
        new Row(new RunEvent.ResumeRequested(), Set.of(RunState.PAUSED), RunState.RUNNING),
        new Row(
            new RunEvent.CancelRequested("me"),
            Set.of(RunState.RUNNING, RunState.PAUSED, RunState.STOPPING),
            RunState.CANCELING),
        new Row(
            new RunEvent.RewindBegun(2, List.of(3)),
            Set.of(RunState.COMPLETE, RunState.FAILED, RunState.CANCELED),
            RunState.REWINDING),
        new Row(
            new RunEvent.Rewound(2, new RunTally(7, 0, 0)),
            Set.of(RunState.REWINDING),
            RunState.RUNNING));
  }

  @ParameterizedTest
  @MethodSource("table")
  void what_is_not_in_the_table_changes_nothing(Row row) {
    for (RunState state : RunState.values()) {
      Run run = aRun(state, new RunTally(3, 1, 0));
      Run next = RunMachine.apply(run, row.event(), NOW);

      if (row.from().contains(state)) {
        assertThat(next.state()).as("%s in %s", row.event(), state).isEqualTo(row.to());
      } else {
        assertThat(next).as("%s in %s", row.event(), state).isEqualTo(run);
      }
    }
  }

  @Test
  void the_table_has_every_event() {
    assertThat(table().<Class<?>>map(row -> row.event().getClass()))
        .containsExactlyInAnyOrder(RunEvent.class.getPermittedSubclasses());
  }

  @Test
  void a_run_of_which_nothing_runs_is_cancelled_at_once() {
    Run cancelled =
        RunMachine.apply(
            aRun(RunState.PAUSED, new RunTally(3, 0, 0)), new RunEvent.CancelRequested("me"), NOW);

    assertThat(cancelled.state()).isEqualTo(RunState.CANCELED);
    assertThat(cancelled.endedAt()).contains(NOW);
    assertThat(cancelled.cancelledBy()).contains("me");
  }

  @Test
  void a_rewound_run_has_neither_an_end_nor_who_asked_for_it() {
    Run rewinding =
        RunMachine.apply(
            aRun(RunState.CANCELED, new RunTally(3, 0, 1)),
            new RunEvent.RewindBegun(2, List.of(1, 2)),
            NOW);
    assertThat(rewinding.endedAt()).isEmpty();
    assertThat(rewinding.cancelledBy()).isEmpty();
    assertThat(rewinding.rewindFrom()).containsExactly(1, 2);
    var late = new RunEvent.Rewound(2, new RunTally(4, 0, 0));
    assertThat(RunMachine.apply(rewinding, late, NOW)).isEqualTo(rewinding);

    Run going = RunMachine.apply(rewinding, new RunEvent.Rewound(3, new RunTally(4, 0, 0)), NOW);
    assertThat(going.tally()).isEqualTo(new RunTally(4, 0, 0));
    assertThat(going.rewindFrom()).isEmpty();
  }

  /** Where to begin was decided of nodes that are others by now. */
  @Test
  void a_run_that_was_rewound_since_is_not_rewound() {
    Run run = aRun(RunState.COMPLETE, new RunTally(0, 0, 0));

    for (int seen : new int[] {1, 3}) {
      assertThat(RunMachine.apply(run, new RunEvent.RewindBegun(seen, List.of(1)), NOW))
          .isEqualTo(run);
    }
  }

  private static Run aRun(RunState state, RunTally tally) {
    return new Run(
        new RunId("run-1"),
        Owner.ANONYMOUS,
        FailurePolicy.CONTINUE,
        state,
        tally,
        3,
        NOW.minusSeconds(9),
        state.isFinal() ? Optional.of(NOW.minusSeconds(1)) : Optional.empty(),
        Optional.of("somebody"),
        2,
        state == RunState.REWINDING ? List.of(3) : List.of());
  }
}
