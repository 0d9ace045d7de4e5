package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.List;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.run.RunState;
import org.millrace.domain.run.RunTally;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.store.json.StoredJson;

/** A run with what the table {@code run} knows beside it. */
record RunRow(long seq, Run run) {

  static RunRow read(Row row) throws SQLException {
    return new RunRow(row.number64("seq"), run(row));
  }

  private static Run run(Row row) throws SQLException {
    return new Run(
        new RunId(row.text("id")),
        new Owner(row.text("owner")),
        FailurePolicy.valueOf(row.text("policy")),
        RunState.valueOf(row.text("state")),
        new RunTally(row.number32("open"), row.number32("active"), row.number32("failed")),
        row.number32("next_place"),
        row.time("created_at"),
        row.maybeTime("ended_at"),
        row.maybeText("cancelled_by"),
        row.number32("rewinds"),
        row.maybeJson("rewind_from")
            .map(json -> List.of(json.as(Integer[].class)))
            .orElse(List.of()));
  }

  /** Sets what is fixed when a run is begun. */
  static void setFixed(KeptStatement statement, Run run) throws SQLException {
    statement
        .set("id", run.id().text())
        .set("owner", run.owner().name())
        .set("policy", run.policy().name())
        .set("created_at", run.createdAt());
  }

  /** Sets what changes. */
  static void setChanging(KeptStatement statement, Run run) throws SQLException {
    statement
        .set("state", run.state().name())
        .set("open", run.tally().open())
        .set("active", run.tally().active())
        .set("failed", run.tally().failed())
        .set("next_place", run.nextPlace())
        .setTime("ended_at", run.endedAt())
        .set("cancelled_by", run.cancelledBy().orElse(null))
        .set("rewinds", run.rewinds())
        .set("rewind_from", run.rewindFrom().isEmpty() ? null : StoredJson.write(run.rewindFrom()));
  }

  /** A run whose caller's word is not read yet. */
  record Head(Run run, UnreadJson spec) {
    static Head read(Row row) throws SQLException {
      return new Head(RunRow.run(row), row.json("json"));
    }

    RunHead head() {
      return new RunHead(run, spec.as(RunSpec.class));
    }
  }
}
