package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.engine.dispatch.ClaimStore;
import org.millrace.store.json.StoredJson;

/** A task with what the table {@code task} knows beside it. */
record TaskRow(long seq, int priority, Task task) {

  static TaskRow read(Row row) throws SQLException {
    return new TaskRow(row.number64("seq"), row.number32("priority"), task(row));
  }

  static Task task(Row row) throws SQLException {
    long leaseNumber = row.number64("lease_no");
    return new Task(
        new TaskId(row.text("id")),
        new Owner(row.text("owner")),
        new Lane(row.text("lane")),
        retry(row),
        limits(row),
        TaskState.valueOf(row.text("state")),
        row.number32("attempt"),
        row.maybeText("holder").map(holder -> new Lease(new ServerId(holder), leaseNumber)),
        leaseNumber,
        maybeHandle(row),
        row.time("created_at"),
        row.time("due_at"),
        row.maybeTime("started_at"),
        row.maybeTime("ended_at"),
        row.maybeJson("waits_for").map(json -> json.as(Cause.class)),
        row.maybeJson("outcome").map(json -> json.as(Outcome.class)),
        cancellation(row),
        row.number32("uncounted"),
        row.flag("assigned"));
  }

  private static RetryPolicy retry(Row row) throws SQLException {
    return new RetryPolicy(
        row.number32("retry_attempts"),
        row.duration("retry_first"),
        row.duration("retry_most"),
        row.flag("retry_after_start"));
  }

  private static TimeLimits limits(Row row) throws SQLException {
    return new TimeLimits(
        row.maybeDuration("limit_queue"),
        row.maybeDuration("limit_run"),
        row.maybeDuration("limit_total"));
  }

  private static Optional<Handle> maybeHandle(Row row) throws SQLException {
    return row.maybeText("handle_name").isPresent() ? Optional.of(handle(row)) : Optional.empty();
  }

  static Handle handle(Row row) throws SQLException {
    return new Handle(
        new RuntimeName(row.text("handle_runtime")),
        row.text("handle_site"),
        row.text("handle_name"));
  }

  private static Optional<Task.Cancellation> cancellation(Row row) throws SQLException {
    Optional<String> by = row.maybeText("cancelled_by");
    return by.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Task.Cancellation(
                by.get(), row.time("cancelled_at"), TaskState.valueOf(row.text("cancelled_from"))));
  }

  /** Sets what is fixed when a task is submitted. */
  static void setFixed(KeptStatement statement, Task task, int priority) throws SQLException {
    statement
        .set("id", task.id().text())
        .set("owner", task.owner().name())
        .set("lane", task.lane().name())
        .set("priority", priority)
        .set("retry_attempts", task.retry().attempts())
        .set("retry_first", Nanos.of(task.retry().first()))
        .set("retry_most", Nanos.of(task.retry().most()))
        .set("retry_after_start", task.retry().afterStart())
        .setDuration("limit_queue", task.limits().queue())
        .setDuration("limit_run", task.limits().run())
        .setDuration("limit_total", task.limits().total())
        .set("created_at", task.createdAt())
        .set("assigned", task.assigned());
  }

  /**
   * Sets what changes.
   *
   * @param at the time of the change, from which it follows whether the task is ready
   */
  static void setChanging(KeptStatement statement, Task task, int priority, Instant at)
      throws SQLException {
    boolean waits = task.state() == TaskState.QUEUED && task.lease().isEmpty();
    statement
        .set("state", task.state().name())
        .set("shown", task.shownState().name())
        .set("attempt", task.attempt())
        .set("holder", task.lease().map(lease -> lease.holder().text()).orElse(null))
        .set("lease_no", task.leaseNumber())
        .set("handle_runtime", task.handle().map(handle -> handle.runtime().text()).orElse(null))
        .set("handle_site", task.handle().map(Handle::site).orElse(null))
        .set("handle_name", task.handle().map(Handle::name).orElse(null))
        .set("due_at", task.dueAt())
        .setTime("started_at", task.startedAt())
        .setTime("ended_at", task.endedAt())
        .set("waits_for", json(task.waitsFor()))
        .set("outcome", json(task.outcome()))
        .set("cancelled_by", task.cancellation().map(Task.Cancellation::by).orElse(null))
        .setTime("cancelled_at", task.cancellation().map(Task.Cancellation::at))
        .set(
            "cancelled_from",
            task.cancellation().map(cancelled -> cancelled.from().name()).orElse(null))
        .setTime("waits_until", task.waitsUntil())
        .setNumber("ready", waits ? Long.valueOf(task.dueAt().isAfter(at) ? 0 : 1) : null)
        .setNumber("rank", waits ? Long.valueOf(rank(task, priority)) : null)
        .set("uncounted", task.uncounted());
  }

  private static long rank(Task task, int priority) {
    return Nanos.of(task.dueAt()) - Nanos.of(ClaimStore.AGEING.multipliedBy(priority));
  }

  static @Nullable String json(Optional<?> value) {
    return value.map(StoredJson::write).orElse(null);
  }
}
