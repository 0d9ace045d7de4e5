package org.millrace.engine.documents;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Space;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.Transition;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.submission.Admission;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.FaceRule;
import org.millrace.engine.transition.News;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.TaskTransitions;

/** What a server does with documents, on rows in memory; one thread. */
final class Desk {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  static final Space SPACE = new Space("dane");
  static final FaceState QUEUED = new FaceState(102, "Queued", fields());
  private static final Lane LANE = new Lane("dane");
  private static final ServerId SERVER = new ServerId("north");

  final StoredDocuments rows = new StoredDocuments();
  final Counted work = new Counted();
  final Counted history = new Counted();
  final Counted runs = new Counted();
  final Counted siblings = new Counted();
  final ScriptedRuns runStore = new ScriptedRuns();
  private final DeadLetterStore letters = new NoLetters();
  final News news = new News(work, history, runs, siblings);
  Admission admission = spec -> spec;
  FaceRule face = FaceRule.UNCHANGED;
  Instant now = NOON;
  private int lastId;
  private long taken;
  final TaskTransitions transitions =
      new TaskTransitions(rows, this::told, Announcer.NOBODY, new StopSigns(), news);
  final AssignTasks assign = assign(WhenFull.WAIT);

  /** Assigns to lanes with room for two. */
  AssignTasks assign(WhenFull whenFull) {
    return new AssignTasks(
        new Worker(),
        spec -> admission.admit(spec),
        lanes(whenFull),
        ports(),
        news,
        () -> new TaskId("t" + lastId++),
        () -> NOON);
  }

  static Lanes lanes(WhenFull whenFull) {
    return new Lanes(
        List.of(new LaneRule(LANE, 2, Counts.ALL, whenFull)), Map.of(WorkerWork.class, LANE));
  }

  DocumentPorts ports() {
    return new DocumentPorts(
        rows,
        rows,
        rows,
        letters,
        runStore,
        (_, howMany) -> {
          taken += howMany;
          return taken - howMany + 1;
        });
  }

  private FaceState told(
      FaceState before, Transition.Changed changed, Optional<AttemptReport> report) {
    return face.after(before, changed, report);
  }

  AskAgain askAgain() {
    return new AskAgain(transitions, this::told, news, rows, () -> now);
  }

  SaveResult saveResult() {
    return new SaveResult(rows, () -> NOON, new Random(1));
  }

  DeleteDocuments delete() {
    return new DeleteDocuments(rows, news, () -> NOON);
  }

  // Documents and tasks

  static Document document(String target) {
    return Document.fresh(SPACE, target, "ACME", fields("id", target), fields("id", "ACME"), NOON);
  }

  DocumentId registered(String target) {
    rows.register(List.of(document(target)));
    rows.written.clear();
    return document(target).id();
  }

  static Wanted wanted(String key) {
    return new Wanted(key, 3, fields("language", "nl"));
  }

  /** A task of a document that is in this state. */
  AssignedTask task(DocumentId document, String key, TaskState state) {
    return task(document, key, state, QUEUED);
  }

  AssignedTask task(DocumentId document, String key, TaskState state, FaceState face) {
    var id = new TaskId("core-" + lastId++);
    return rows.put(document, key, core(id, state), spec(document, wanted(key)), face);
  }

  /** A task as it stands in a state, after one attempt if there was any. */
  static Task core(TaskId id, TaskState state) {
    boolean begun = state.isUnderWay() || state.isFinal() || state == TaskState.WAITING;
    return new Task(
        id,
        new Owner("dane"),
        LANE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        state,
        begun ? 1 : 0,
        state.isUnderWay() ? Optional.of(new Lease(SERVER, 1)) : Optional.empty(),
        1,
        state.isUnderWay()
            ? Optional.of(Handle.of(new RuntimeName("dane"), "", id, 1))
            : Optional.empty(),
        NOON,
        NOON,
        Optional.empty(),
        state.isFinal() ? Optional.of(NOON) : Optional.empty(),
        Optional.empty(),
        outcome(state),
        Optional.empty(),
        0,
        true);
  }

  private static Optional<Outcome> outcome(TaskState state) {
    return switch (state) {
      case COMPLETE -> Optional.of(new Outcome.Completed());
      case EXECUTOR_ERROR -> Optional.of(new Outcome.WorkFailed(FAULT));
      case SYSTEM_ERROR -> Optional.of(new Outcome.RuntimeFailed(FAULT, true));
      case CANCELED -> Optional.of(new Outcome.Cancelled("ada"));
      case WAITING, QUEUED, INITIALIZING, RUNNING, PAUSED, CANCELING, PREEMPTED -> Optional.empty();
    };
  }

  static final Cause FAULT = new Cause("fault", "it does not work", "");

  static Refusal unavailable() {
    return new Refusal(new Failure.Unavailable("the disk is full", Duration.ofSeconds(1)));
  }

  static TaskSpec spec(DocumentId document, Wanted wanted) {
    return new TaskSpec(
        new Owner("dane"),
        "dane",
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        wanted.priority(),
        new WorkerWork(
            "dane", "Video." + wanted.key(), wanted.key(), document.text(), wanted.arguments()),
        Resources.NONE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }

  /** Fields of names and texts, by turns. */
  static Value.Fields fields(String... namesAndTexts) {
    Map<String, Value> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      fields.put(namesAndTexts[i], new Value.Text(namesAndTexts[i + 1]));
    }
    return new Value.Fields(fields);
  }

  /** Refuses a key that begins with a point. */
  private static final class Worker implements AssignmentRule {
    @Override
    public TaskSpec spec(Document document, Wanted wanted) {
      if (wanted.key().startsWith(".")) {
        throw Refusal.invalid("key", "begins with a point");
      }
      return Desk.spec(document.id(), wanted);
    }

    @Override
    public FaceState face() {
      return QUEUED;
    }
  }

  /** Documents with runs: what was asked for last, and what is answered. */
  static final class ScriptedRuns implements DocumentRunStore {
    @Nullable NewDocumentRun registered;
    Registered answer = new Registered.Stored();
    boolean isThere = true;

    @Override
    public Registered register(NewDocumentRun fresh) {
      registered = fresh;
      return answer;
    }

    @Override
    public boolean delete(Space space, DocumentId document, ExternalId run, String by, Instant at) {
      return isThere;
    }
  }

  private static final class NoLetters implements DeadLetterStore {
    @Override
    public void put(DeadLetter letter, int keep) {
      throw unasked();
    }

    @Override
    public List<Kept> newest(long before, int most) {
      throw unasked();
    }

    @Override
    public int count() {
      throw unasked();
    }

    @Override
    public int forget(Instant then, int most) {
      throw unasked();
    }

    private static AssertionError unasked() {
      return new AssertionError("no use case of documents writes letters");
    }
  }

  /** How often it rang, and what happens while somebody waits. */
  static final class Counted implements Bell {
    private long rings;
    int waits;
    Runnable meanwhile = Counted::nobodyElse;

    @Override
    public long rings() {
      return rings;
    }

    @Override
    public void ring() {
      rings++;
    }

    @Override
    public long await(long heard, Duration most) throws InterruptedException {
      waits++;
      meanwhile.run();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return rings;
    }

    private static void nobodyElse() {
      throw new AssertionError("nobody waits in one thread");
    }
  }
}
