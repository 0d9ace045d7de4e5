package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.task.AttemptReport;
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
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TransitionStore;

/** Changes tasks. */
final class InMemoryTransitionStore implements TransitionStore {
  private final Tables tables;

  InMemoryTransitionStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public Optional<Transition> apply(TaskId id, Change change) {
    return tables.locked(() -> tables.find(id).map(row -> applyTo(row, change)));
  }

  private Transition applyTo(TaskRow row, Change change) {
    Transition transition = change.decide().apply(row.task());
    switch (transition) {
      case Changed changed -> save(row, changed, change);
      case Unchanged _ -> {
        if (change.news() instanceof AttemptNews.Known(AttemptReport report)) {
          row.report(report);
        }
      }
      case Late(Task _, String what) ->
          tables.record(row.task(), change.at(), Kind.LATE, Optional.of(what));
      case Noted(Task _, String remark) ->
          tables.record(row.task(), change.at(), Kind.REMARKED, Optional.of(remark));
    }
    return transition;
  }

  private void save(TaskRow row, Changed changed, Change change) {
    List<Delivery.Draft> drafts = change.tell().apply(changed); // may fail: before anything changes
    Optional<AttemptReport> report = report(row, changed, change);
    Optional<EntryRow> entry = entry(changed.task());
    Optional<FaceState> told =
        entry.map(assigned -> change.face().after(assigned.entry().face(), changed, report));
    if (changed.task().state().isFinal()) {
      tables.runs().end(changed.task(), change.at());
    }
    Task before = row.task();
    tables.save(row, changed.task());
    saveAttempt(row, changed, report, change.at());
    tables.record(changed.task(), change.at(), changed.kind(), changed.detail());
    tables.post(drafts, change.at());
    entry.ifPresent(assigned ->
        tables.documents().follow(assigned, before, changed, told.orElseThrow(), change.at()));
  }

  private Optional<EntryRow> entry(Task task) {
    return task.assigned() ? tables.documents().entry(task.id()) : Optional.empty();
  }

  private static Optional<AttemptReport> report(TaskRow row, Changed changed, Change change) {
    return switch (change.news()) {
      case AttemptNews.None() -> Optional.empty();
      case AttemptNews.Known(AttemptReport report) -> Optional.of(report);
      case AttemptNews.Said said when said.isLeftBy(changed) ->
          row.underWay().map(attempt -> attempt.report().answered(said.answer(), change.at()));
      case AttemptNews.Said _ -> Optional.empty();
    };
  }

  private static void saveAttempt(
      TaskRow row, Changed changed, Optional<AttemptReport> report, Instant at) {
    if (changed.kind() == Kind.ATTEMPT_BEGUN) {
      row.begin(changed.task().attempt(), changed.task().handle().orElseThrow(), at);
    }
    if (changed.kind() == Kind.STARTED) {
      row.start(changed.task().startedAt().orElse(at));
    }
    report.ifPresent(row::report);
    changed.attemptEnded().ifPresent(outcome -> row.end(outcome, at));
  }

  @Override
  public boolean note(TaskId id, Lease lease, AttemptReport report) {
    return tables.locked(() -> {
      Optional<TaskRow> held =
          tables
              .find(id)
              .filter(row -> row.task().isHeldUnder(lease))
              .filter(row -> row.underWay().isPresent());
      held.ifPresent(row -> row.report(report));
      return held.isPresent();
    });
  }
}
