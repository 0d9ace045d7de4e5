package org.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition.Changed;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.StorePorts;
import org.millrace.engine.documents.DocumentStore.Assigned;
import org.millrace.engine.documents.DocumentStore.Assignment;
import org.millrace.engine.documents.DocumentStore.Registered;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.transition.FaceRule;

/**
 * A document about to be registered, and tasks for it: {@code aDocument("VID0001").of("ACME")}.
 * Immutable: each method returns a changed copy.
 */
public record DocumentFixture(Space space, String target, String creator, Instant createdAt) {

  /** Where documents of tests are. */
  public static final Space SPACE = new Space("dane");

  /** The lane of work with a key. */
  public static Lane lane(String key) {
    return Lane.of("dane", "Video." + key);
  }

  /**
   * What the face of tests tells: the number of DANE for each kind of change, the history's words,
   * and what the attempt left.
   */
  public static final FaceRule FACE =
      (before, changed, report) ->
          number(changed)
              .<FaceState>map(number ->
                  new FaceState(
                      number,
                      changed.kind() + changed.detail().map(detail -> " " + detail).orElse(""),
                      report
                          .flatMap(AttemptReport::value)
                          .map(left -> fields("left", left))
                          .orElse(fields())))
              .orElse(before);

  private static Optional<Integer> number(Changed changed) {
    return switch (changed.kind()) {
      case ATTEMPT_BEGUN -> Optional.of(102);
      case ASKED_AGAIN -> Optional.of(201);
      case DEFERRED -> Optional.of(412);
      case RETRIED -> Optional.of(503);
      case CANCELED -> Optional.of(500);
      case ENDED -> Optional.of(changed.task().state() == TaskState.COMPLETE ? 200 : 500);
      case SUBMITTED,
          PUT_BACK,
          STARTED,
          HANDED_OVER,
          WOKEN,
          CANCEL_REQUESTED,
          LEASE_ENDED,
          LATE,
          REMARKED ->
          Optional.empty();
    };
  }

  /** A document about this target of {@code ACME}, registered at noon. */
  public static DocumentFixture aDocument(String target) {
    return new DocumentFixture(SPACE, target, "ACME", Fixtures.NOON);
  }

  public DocumentFixture of(String other) {
    return new DocumentFixture(space, target, other, createdAt);
  }

  /** In a space of that name. */
  public DocumentFixture in(String other) {
    return new DocumentFixture(new Space(other), target, creator, createdAt);
  }

  public DocumentFixture createdAt(Instant at) {
    return new DocumentFixture(space, target, creator, at);
  }

  public DocumentId id() {
    return DocumentId.of(target, creator);
  }

  /** The name of its task of this key. */
  public EntryId entry(String key) {
    return EntryId.of(id(), key);
  }

  public Document document() {
    return Document.fresh(
        space,
        target,
        creator,
        fields("id", target, "url", "http://media.example/" + target, "type", "Video", "x", "kept"),
        fields("type", "Organization", "id", creator),
        createdAt);
  }

  /** Stores it. */
  public Document register(StorePorts store) {
    Document document = document();
    assertThat(store.documents().store().register(List.of(document)))
        .containsExactly(new Registered.Stored(document));
    return document;
  }

  /** A task for it, of a new id that has the key in it. */
  public Assignment assignment(String key, String task, Instant at) {
    return assignment(key, task, at, OptionalInt.empty());
  }

  /** The same, refused where its lane has so many unfinished tasks. */
  public Assignment assignment(String key, String task, Instant at, OptionalInt refuseAt) {
    TaskSpec spec = spec(key);
    Task fresh = Task.submitted(new TaskId(task), spec, lane(key), at);
    return new Assignment(
        space,
        id(),
        key,
        new NewTask(fresh, spec, Optional.empty(), refuseAt, List.of(), Optional.empty()),
        new FaceState(102, "Queued", fields()));
  }

  private TaskSpec spec(String key) {
    TaskSpec any = Fixtures.aSpec();
    return new TaskSpec(
        any.owner(),
        "dane",
        any.name(),
        any.description(),
        any.tags(),
        4,
        new WorkerWork("dane", "Video." + key, key, id().text(), fields("language", "nl")),
        any.resources(),
        Fixtures.threeTimes(),
        any.limits(),
        any.notes());
  }

  /** Assigns a task of this key at noon, with the id {@code <target>-<key>}. */
  public TaskEntry assign(StorePorts store, String key) {
    return assign(store, assignment(key, target + "-" + key, Fixtures.NOON));
  }

  /** Assigns a task. */
  public static TaskEntry assign(StorePorts store, Assignment assignment) {
    Assigned assigned = store.documents().store().assign(List.of(assignment)).getFirst();
    assertThat(assigned).isInstanceOf(Assigned.Stored.class);
    return ((Assigned.Stored) assigned).entry();
  }

  /** What somebody found out, in a word. */
  public static Result.Finding aFinding(String word) {
    return new Result.Finding(
        fields("id", "abc", "type", "Software", "name", "ASR"), fields("word", word));
  }

  /** Fields of names and values, by turns: texts, or values themselves. */
  public static Value.Fields fields(Object... namesAndValues) {
    Map<String, Value> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      fields.put(
          (String) namesAndValues[i],
          value instanceof Value ready ? ready : new Value.Text((String) value));
    }
    return new Value.Fields(fields);
  }
}
