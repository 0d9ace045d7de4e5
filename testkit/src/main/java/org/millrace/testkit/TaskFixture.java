package org.millrace.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.Work;
import org.millrace.domain.value.Value;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.submission.IntakeStore.Done;
import org.millrace.engine.submission.IntakeStore.NewTask;

/**
 * A task about to be submitted. Immutable: each method returns a changed copy. Made by {@link
 * Fixtures#aTask(String)}.
 *
 * @param dueAt when it is ready; empty: as soon as it is created
 */
public record TaskFixture(
    TaskId id,
    Lane lane,
    Instant createdAt,
    Optional<Instant> dueAt,
    TaskSpec spec,
    Optional<ExternalId> externalId,
    OptionalInt refuseAt,
    List<Delivery.Draft> deliveries) {

  public TaskFixture inLane(String name) {
    return new TaskFixture(
        id, new Lane(name), createdAt, dueAt, spec, externalId, refuseAt, deliveries);
  }

  public TaskFixture createdAt(Instant when) {
    return new TaskFixture(id, lane, when, dueAt, spec, externalId, refuseAt, deliveries);
  }

  /** Ready then, not at once. */
  public TaskFixture dueAt(Instant when) {
    return new TaskFixture(
        id, lane, createdAt, Optional.of(when), spec, externalId, refuseAt, deliveries);
  }

  /** Named by this external id too. */
  public TaskFixture alsoKnownAs(String face, String text) {
    return new TaskFixture(
        id,
        lane,
        createdAt,
        dueAt,
        spec,
        Optional.of(new ExternalId(face, text)),
        refuseAt,
        deliveries);
  }

  /** Refused where the lane has so many unfinished tasks. */
  public TaskFixture refusedAt(int unfinished) {
    return new TaskFixture(
        id, lane, createdAt, dueAt, spec, externalId, OptionalInt.of(unfinished), deliveries);
  }

  /** With one thing more to tell a peer. */
  public TaskFixture telling(Delivery.Draft draft) {
    var more = new ArrayList<>(deliveries);
    more.add(draft);
    return new TaskFixture(
        id, lane, createdAt, dueAt, spec, externalId, refuseAt, List.copyOf(more));
  }

  /** Owned by this user. */
  public TaskFixture of(String owner) {
    return edit(spec -> spec.owner = new Owner(owner));
  }

  /** Submitted through this face. */
  public TaskFixture through(String dialect) {
    return edit(spec -> spec.dialect = dialect);
  }

  public TaskFixture named(String name) {
    return edit(spec -> spec.name = Optional.of(name));
  }

  /** With one tag more. */
  public TaskFixture tagged(String key, String value) {
    return edit(spec -> spec.tags.put(key, value));
  }

  /** From 0 (last) to 10 (first). */
  public TaskFixture withPriority(int priority) {
    return edit(spec -> spec.priority = priority);
  }

  public TaskFixture doing(Work work) {
    return edit(spec -> spec.work = work);
  }

  public TaskFixture retried(RetryPolicy retry) {
    return edit(spec -> spec.retry = retry);
  }

  public TaskFixture limited(TimeLimits limits) {
    return edit(spec -> spec.limits = limits);
  }

  /** With this specification altogether. */
  public TaskFixture with(TaskSpec other) {
    return new TaskFixture(id, lane, createdAt, dueAt, other, externalId, refuseAt, deliveries);
  }

  /** The task as it is first stored. */
  public Task task() {
    return new Task(
        id,
        spec.owner(),
        lane,
        spec.retry(),
        spec.limits(),
        TaskState.QUEUED,
        0,
        Optional.empty(),
        0,
        Optional.empty(),
        createdAt,
        dueAt.orElse(createdAt),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        false);
  }

  /** What is handed to the intake. */
  public NewTask newTask() {
    return new NewTask(task(), spec, externalId, refuseAt, deliveries, Optional.empty());
  }

  /** The same, done already; it left this. */
  public NewTask doneAtOnce(Value left) {
    var handle = Handle.of(new RuntimeName("here"), "", id, 1);
    return newTask()
        .done(
            new Done(TaskMachine.doneAtOnce(task()), handle, AttemptReport.EMPTY.withValue(left)),
            deliveries);
  }

  private TaskFixture edit(Consumer<SpecEdit> change) {
    var edit = new SpecEdit(spec);
    change.accept(edit);
    return with(edit.done());
  }

  /** A specification with some parts exchanged. */
  private static final class SpecEdit {
    private final TaskSpec old;
    private final Map<String, String> tags;
    private Owner owner;
    private String dialect;
    private Optional<String> name;
    private int priority;
    private Work work;
    private RetryPolicy retry;
    private TimeLimits limits;

    SpecEdit(TaskSpec old) {
      this.old = old;
      tags = new LinkedHashMap<>(old.tags());
      owner = old.owner();
      dialect = old.dialect();
      name = old.name();
      priority = old.priority();
      work = old.work();
      retry = old.retry();
      limits = old.limits();
    }

    TaskSpec done() {
      return new TaskSpec(
          owner,
          dialect,
          name,
          old.description(),
          tags,
          priority,
          work,
          old.resources(),
          retry,
          limits,
          old.notes());
    }
  }
}
