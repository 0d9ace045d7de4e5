package org.millrace.domain.run;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.caller.Owner;

/**
 * The living row of a run. {@link RunMachine} alone makes changed ones.
 *
 * @param nextPlace where the next item of a spread node goes
 * @param cancelledBy who asked for its end, if anybody did
 * @param rewinds how often nodes of it were made anew
 * @param rewindFrom places of the nodes with which it is being made anew, while it is
 */
public record Run(
    RunId id,
    Owner owner,
    FailurePolicy policy,
    RunState state,
    RunTally tally,
    int nextPlace,
    Instant createdAt,
    Optional<Instant> endedAt,
    Optional<String> cancelledBy,
    int rewinds,
    List<Integer> rewindFrom) {
  public Run {
    rewindFrom = List.copyOf(rewindFrom);
    if (state.isFinal() != endedAt.isPresent()) {
      throw new IllegalArgumentException("a run has an end exactly when it is final: " + state);
    }
  }

  /**
   * Whether nodes of it are being made anew for this time.
   *
   * @param rewind which, by {@link #rewinds}
   */
  public boolean isRewound(int rewind) {
    return state == RunState.REWINDING && rewinds == rewind;
  }

  /** A run whose nodes are still to come. */
  public static Run arriving(RunId id, RunSpec spec, int nodes, Instant now) {
    return new Run(
        id,
        spec.owner(),
        spec.policy(),
        RunState.ARRIVING,
        new RunTally(nodes, 0, 0),
        nodes,
        now,
        Optional.empty(),
        Optional.empty(),
        0,
        List.of());
  }
}
