package org.millrace.api;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.run.RunState;
import org.millrace.domain.run.RunTally;
import org.millrace.engine.runs.RunStore.RunHead;

/** A run, its nodes counted. */
record WireRun(
    String id,
    Optional<String> name,
    Optional<String> description,
    Map<String, String> tags,
    RunState state,
    String onFailure,
    String owner,
    String dialect,
    Instant created,
    Optional<Instant> ended,
    Optional<String> cancelledBy,
    Counts nodes) {

  /**
   * How many nodes.
   *
   * @param total items of spread nodes included
   * @param open not ended; with on_failure hold, or failed
   * @param active with a task that has not ended
   */
  record Counts(int total, int open, int active, int failed) {}

  static WireRun of(RunHead head) {
    return of(head.run(), head.spec());
  }

  static WireRun of(Run run, RunSpec spec) {
    RunTally tally = run.tally();
    return new WireRun(
        run.id().text(),
        spec.name(),
        spec.description(),
        spec.tags(),
        run.state(),
        run.policy().name().toLowerCase(Locale.ROOT),
        run.owner().name(),
        spec.dialect(),
        run.createdAt(),
        run.endedAt(),
        run.cancelledBy(),
        new Counts(run.nextPlace(), tally.open(), tally.active(), tally.failed()));
  }
}
