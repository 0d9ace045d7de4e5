package org.millrace.domain.run;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run with some parts exchanged; for {@link RunMachine} alone. */
final class RunEdit {
  private final Run old;
  private RunState state;
  private RunTally tally;
  private int nextPlace;
  private Optional<Instant> endedAt;
  private Optional<String> cancelledBy;
  private int rewinds;
  private List<Integer> rewindFrom;

  RunEdit(Run old) {
    this.old = old;
    state = old.state();
    tally = old.tally();
    nextPlace = old.nextPlace();
    endedAt = old.endedAt();
    cancelledBy = old.cancelledBy();
    rewinds = old.rewinds();
    rewindFrom = old.rewindFrom();
  }

  RunEdit state(RunState value) {
    state = value;
    return this;
  }

  RunEdit tally(RunTally value) {
    tally = value;
    return this;
  }

  RunEdit nextPlace(int value) {
    nextPlace = value;
    return this;
  }

  RunEdit cancelledBy(@Nullable String value) {
    cancelledBy = Optional.ofNullable(value);
    return this;
  }

  /** Nodes are made anew from here, once more. */
  RunEdit rewindFrom(List<Integer> value) {
    rewinds++;
    rewindFrom = value;
    return this;
  }

  RunEdit rewound() {
    rewindFrom = List.of();
    return this;
  }

  /** Goes on to what follows from its state and its counts; final from this moment, if it is. */
  Run settled(Instant now) {
    state = tally.after(state, old.policy());
    endedAt = state.isFinal() ? endedAt.or(() -> Optional.of(now)) : Optional.empty();
    return new Run(
        old.id(),
        old.owner(),
        old.policy(),
        state,
        tally,
        nextPlace,
        old.createdAt(),
        endedAt,
        cancelledBy,
        rewinds,
        rewindFrom);
  }
}
