package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.Transition;
import org.millrace.domain.task.Transition.Changed;
import org.millrace.domain.task.Transition.Late;
import org.millrace.domain.task.Transition.Noted;
import org.millrace.domain.task.Transition.Unchanged;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.submission.IntakeStore.Done;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TransitionStore;
import org.millrace.store.json.StoredJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes tasks. The one thread that writes is the lock. */
final class SqliteTransitionStore implements TransitionStore {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteTransitionStore.class);

  private final Writer writer;

  SqliteTransitionStore(Writer writer) {
    this.writer = writer;
  }

  @Override
  public Optional<Transition> apply(TaskId id, Change change) {
    Report known = Report.known(change.news()); // here, not on the one thread that writes
    return writer.write(session -> {
      Optional<TaskRow> found = session.on(Sql.TASK_FIND).set("id", id.text()).first(TaskRow::read);
      return found.isEmpty()
          ? Optional.empty()
          : Optional.of(apply(session, found.get(), change, known));
    });
  }

  private static Transition apply(Session session, TaskRow row, Change change, Report known)
      throws SQLException {
    Transition transition = change.decide().apply(row.task());
    switch (transition) {
      case Changed changed ->
          save(session, row, changed, change, report(session, row, changed, change, known));
      case Unchanged _ ->
          saveAttempt(session, row.seq(), new AttemptEdit(null, null, null, known.json()));
      case Late(Task _, String what) ->
          TaskWrites.record(
              session, row.seq(), row.task(), change.at(), Kind.LATE, Optional.of(what));
      case Noted(Task _, String remark) ->
          TaskWrites.record(
              session, row.seq(), row.task(), change.at(), Kind.REMARKED, Optional.of(remark));
    }
    return transition;
  }

  /** What is known of an attempt, and its words; empty: nothing new. */
  private record Report(Optional<AttemptReport> told, @Nullable String json) {
    static Report of(Optional<AttemptReport> told) {
      return new Report(told, TaskRow.json(told));
    }

    static Report known(AttemptNews news) {
      return of(
          news instanceof AttemptNews.Known(AttemptReport report)
              ? Optional.of(report)
              : Optional.empty());
    }
  }

  private static Report report(
      Session session, TaskRow row, Changed changed, Change change, Report known)
      throws SQLException {
    return change.news() instanceof AttemptNews.Said said && said.isLeftBy(changed)
        ? Report.of(
            underWay(session, row).map(report -> report.answered(said.answer(), change.at())))
        : known;
  }

  /** Read on the one thread that writes: nowhere else is it known what is stored until the end. */
  private static Optional<AttemptReport> underWay(Session session, TaskRow row)
      throws SQLException {
    return session
        .on(Sql.ATTEMPT_REPORT)
        .set("task", row.seq())
        .first(found -> found.maybeJson("report"))
        .map(stored -> stored.map(json -> readable(row.task(), json)).orElse(AttemptReport.EMPTY));
  }

  /** An answer counts whatever was noted before it. */
  private static AttemptReport readable(Task task, UnreadJson report) {
    try {
      return report.as(AttemptReport.class);
    } catch (IllegalStateException unreadable) {
      LOG.error( // without what is stored there
          "task={} is answered; what was noted of its attempt cannot be read, and is given up: {}",
          task.id(),
          unreadable.getMessage());
      return AttemptReport.EMPTY;
    }
  }

  private static void save(
      Session session, TaskRow row, Changed changed, Change change, Report report)
      throws SQLException {
    List<Delivery.Draft> told = change.tell().apply(changed);
    saveTask(session, row.seq(), row.priority(), changed.task(), change.at());
    if (changed.kind() == Kind.ATTEMPT_BEGUN) {
      begin(
          session,
          row.seq(),
          changed.task().attempt(),
          changed.task().handle().orElseThrow(),
          change.at());
    }
    saveAttempt(session, row.seq(), AttemptEdit.of(changed, change.at(), report.json()));
    TaskWrites.record(
        session, row.seq(), changed.task(), change.at(), changed.kind(), changed.detail());
    TaskWrites.post(session, told, change.at());
    EntryChanges.follow(session, row.task(), changed, change, report.told(), row.seq());
    if (changed.task().state().isFinal()) {
      endNodes(session, changed.task(), change.at());
    }
  }

  private static void saveTask(Session session, long seq, int priority, Task task, Instant at)
      throws SQLException {
    KeptStatement save = session.on(Sql.TASK_SAVE).set("seq", seq);
    TaskRow.setChanging(save, task, priority, at);
    save.update();
  }

  private static void endNodes(Session session, Task task, Instant at) throws SQLException {
    var nodes = new NodeChanges(session, at);
    nodes.end(task);
    nodes.flush();
  }

  /** The one attempt of a task that was stored just now. */
  static void storeDone(
      Session session, long seq, NewTask fresh, Done done, @Nullable String report)
      throws SQLException {
    Changed changed = done.ended();
    Instant at = fresh.task().createdAt();
    saveTask(session, seq, fresh.spec().priority(), changed.task(), at);
    begin(session, seq, changed.task().attempt(), done.handle(), at);
    String outcome = TaskRow.json(changed.attemptEnded());
    saveAttempt(session, seq, new AttemptEdit(at, at, outcome, report));
    TaskWrites.record(session, seq, changed.task(), at, changed.kind(), changed.detail());
  }

  private static void begin(Session session, long seq, int attempt, Handle handle, Instant at)
      throws SQLException {
    session
        .on(Sql.ATTEMPT_INSERT)
        .set("task", seq)
        .set("number", attempt)
        .set("handle_runtime", handle.runtime().text())
        .set("handle_site", handle.site())
        .set("handle_name", handle.name())
        .set("begun_at", at)
        .update();
  }

  /** Changes the attempt under way; does nothing where there is none. */
  private static void saveAttempt(Session session, long seq, AttemptEdit edit) throws SQLException {
    if (!edit.isEmpty()) {
      session
          .on(Sql.ATTEMPT_SAVE)
          .set("task", seq)
          .setTime("started_at", Optional.ofNullable(edit.startedAt()))
          .setTime("ended_at", Optional.ofNullable(edit.endedAt()))
          .set("outcome", edit.outcome())
          .set("report", edit.report())
          .update();
    }
  }

  /** What is to be said of the attempt under way; null leaves it as it is. */
  private record AttemptEdit(
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable String outcome,
      @Nullable String report) {

    static AttemptEdit of(Changed changed, Instant at, @Nullable String report) {
      boolean started = changed.kind() == Kind.STARTED;
      return new AttemptEdit(
          started ? changed.task().startedAt().orElse(at) : null,
          changed.attemptEnded().isPresent() ? at : null,
          TaskRow.json(changed.attemptEnded()),
          report);
    }

    boolean isEmpty() {
      return startedAt == null && endedAt == null && report == null;
    }
  }

  @Override
  public boolean note(TaskId id, Lease lease, AttemptReport report) {
    String json = StoredJson.write(report);
    return writer.write(session ->
        session
                .on(Sql.ATTEMPT_NOTE)
                .set("id", id.text())
                .set("holder", lease.holder().text())
                .set("lease_no", lease.number())
                .set("report", json)
                .update()
            == 1);
  }
}
