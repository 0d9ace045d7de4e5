package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.views.AttemptView;
import org.millrace.engine.views.TaskView;

/** A task with all that is stored of it. */
record StoredView(TaskRow row, UnreadJson spec, List<StoredAttempt> attempts) {

  /** An attempt. */
  record StoredAttempt(
      int number,
      Handle handle,
      Instant begunAt,
      Optional<Instant> startedAt,
      Optional<Instant> endedAt,
      Optional<Outcome> outcome,
      Optional<UnreadJson> report) {

    static StoredAttempt read(Row row) throws SQLException {
      return new StoredAttempt(
          row.number32("number"),
          TaskRow.handle(row),
          row.time("begun_at"),
          row.maybeTime("started_at"),
          row.maybeTime("ended_at"),
          row.maybeJson("outcome").map(json -> json.as(Outcome.class)),
          row.maybeJson("report"));
    }

    AttemptView view() {
      return new AttemptView(
          number,
          handle,
          begunAt,
          startedAt,
          endedAt,
          outcome,
          report.map(json -> json.as(AttemptReport.class)).orElse(AttemptReport.EMPTY));
    }
  }

  /** Reads one; within a snapshot, else the task may be older than its attempts. */
  static Optional<StoredView> read(Session session, KeptStatement task) throws SQLException {
    Optional<StoredView> found =
        task.first(row -> new StoredView(TaskRow.read(row), row.json("spec"), List.of()));
    return found.isEmpty() ? found : Optional.of(found.get().withAttempts(session));
  }

  private StoredView withAttempts(Session session) throws SQLException {
    return new StoredView(
        row, spec, session.on(Sql.ATTEMPTS).set("task", row.seq()).list(StoredAttempt::read));
  }

  /** How much JSON it is, in bytes. */
  long size() {
    return spec.size()
        + attempts.stream()
            .flatMap(attempt -> attempt.report().stream())
            .mapToLong(UnreadJson::size)
            .sum();
  }

  TaskView view() {
    return new TaskView(
        row.task(), spec.as(TaskSpec.class), attempts.stream().map(StoredAttempt::view).toList());
  }
}
