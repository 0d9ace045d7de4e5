package org.millrace.engine.documents;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.document.Tombstone;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.Transition;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TransitionStore;

/**
 * Documents and their tasks in memory, for one thread; every write is told, and may be made to
 * fail.
 */
final class StoredDocuments
    implements DocumentStore, DocumentViewStore, SiblingStore, TransitionStore {

  /** A task with what stands beside it. */
  private static final class Row {
    private final long sequence;
    private final TaskSpec spec;
    private TaskEntry entry;
    private Task task;
    private Optional<Marked> mark = Optional.empty();

    private Row(long sequence, TaskSpec spec, TaskEntry entry, Task task) {
      this.sequence = sequence;
      this.spec = spec;
      this.entry = entry;
      this.task = task;
    }

    private AssignedTask shown() {
      return new AssignedTask(sequence, entry, spec, task.state(), task.attempt());
    }
  }

  private final Map<DocumentId, Document> documents = new LinkedHashMap<>();
  private final Map<TaskId, Row> rows = new LinkedHashMap<>();
  private final List<NewResult> results = new ArrayList<>();
  private long lastSequence;
  private long lastMark;

  /** What was written, one line for each transaction. */
  final List<String> written = new ArrayList<>();

  /** Runs before each transaction; what it throws keeps it from happening. */
  Runnable beforeWrite = () -> {};

  /** Runs after each, before its caller knows. */
  Runnable afterWrite = () -> {};

  /** How many documents a lane has room for, where it refuses more. */
  int room = Integer.MAX_VALUE;

  private void write(String what) {
    beforeWrite.run();
    written.add(what);
  }

  // Documents

  @Override
  public List<Registered> register(List<Document> fresh) {
    write("register " + fresh.size());
    return fresh.stream()
        .<Registered>map(document -> {
          Document before = documents.putIfAbsent(document.id(), document);
          return before == null ? new Registered.Stored(document) : new Registered.Exists(before);
        })
        .toList();
  }

  @Override
  public Optional<Document> document(Space space, DocumentId id) {
    return Optional.ofNullable(documents.get(id)).filter(one -> one.space().equals(space));
  }

  @Override
  public List<Optional<Document>> documents(Space space, List<DocumentId> ids) {
    return ids.stream().map(id -> document(space, id)).toList();
  }

  // Tasks

  @Override
  public List<Assigned> assign(List<Assignment> assignments) {
    write("assign " + assignments.size());
    List<Assigned> answers = assignments.stream().map(this::assign).toList();
    afterWrite.run();
    return answers;
  }

  private Assigned assign(Assignment one) {
    Optional<AssignedTask> known = task(one.space(), one.id());
    if (known.isPresent()) {
      return new Assigned.Known(known.get().entry());
    }
    if (!documents.containsKey(one.document())) {
      return new Assigned.NoDocument(one.document());
    }
    if (rows.size() >= Math.min(room, one.task().refuseAt().orElse(Integer.MAX_VALUE))) {
      return new Assigned.Full(rows.size());
    }
    return new Assigned.Stored(
        put(one.document(), one.key(), one.task().task().assigned(0), one.task().spec(), one.face())
            .entry());
  }

  /** As it stands, however it came to that. */
  AssignedTask put(DocumentId document, String key, Task task, TaskSpec spec, FaceState face) {
    Space space = Desk.SPACE;
    var entry =
        new TaskEntry(
            EntryId.of(document, key),
            space,
            document,
            key,
            task.id(),
            face,
            task.createdAt(),
            task.createdAt());
    var row = new Row(++lastSequence, spec, entry, task);
    rows.put(task.id(), row);
    return row.shown();
  }

  /** Its mark is set, now or anew. */
  void mark(TaskId task, long seen, long completions) {
    Row row = row(task);
    row.mark =
        Optional.of(
            new Marked(row.sequence, row.entry, row.task.state(), seen, completions, ++lastMark));
  }

  boolean isMarked(TaskId task) {
    return row(task).mark.isPresent();
  }

  void change(TaskId task, UnaryOperator<Task> how) {
    Row row = row(task);
    row.task = how.apply(row.task);
  }

  Task core(TaskId task) {
    return row(task).task;
  }

  private Row row(TaskId task) {
    return Optional.ofNullable(rows.get(task)).orElseThrow();
  }

  void forget(TaskId task) {
    rows.remove(task);
  }

  @Override
  public Optional<AssignedTask> task(Space space, EntryId id) {
    return shown().filter(task -> task.entry().id().equals(id) && isOf(task, space)).findFirst();
  }

  @Override
  public Optional<AssignedTask> task(TaskId task) {
    return Optional.ofNullable(rows.get(task)).map(Row::shown);
  }

  @Override
  public Optional<WithDocument> entry(TaskId task) {
    throw unasked();
  }

  @Override
  public Optional<Latest> latest(Space space, EntryId id) {
    throw unasked();
  }

  @Override
  public Optional<Latest> latest(Space space, TaskId task) {
    throw unasked();
  }

  @Override
  public List<AssignedTask> tasksOf(Space space, DocumentId document, long after, int most) {
    return page(
        shown().filter(task -> task.entry().document().equals(document) && isOf(task, space)),
        after,
        most);
  }

  @Override
  public List<AssignedTask> numbered(Space space, String key, int number, long after, int most) {
    return page(
        shown()
            .filter(task ->
                task.entry().key().equals(key)
                    && task.entry().face().number() == number
                    && isOf(task, space)),
        after,
        most);
  }

  private Stream<AssignedTask> shown() {
    return rows.values().stream().map(Row::shown);
  }

  private static boolean isOf(AssignedTask task, Space space) {
    return task.entry().space().equals(space);
  }

  private static List<AssignedTask> page(Stream<AssignedTask> tasks, long after, int most) {
    return tasks.filter(task -> task.sequence() > after).limit(most).toList();
  }

  @Override
  public Optional<Transition> apply(TaskId id, Change change) {
    write("apply " + id);
    Optional<Row> found = Optional.ofNullable(rows.get(id));
    Optional<Transition> transition = found.map(row -> change.decide().apply(row.task));
    if (found.isPresent() && transition.orElseThrow() instanceof Transition.Changed changed) {
      Row row = found.get();
      row.task = changed.task();
      row.entry =
          row.entry.now(
              change.face().after(row.entry.face(), changed, report(change.news())), change.at());
    }
    afterWrite.run();
    return transition;
  }

  private static Optional<AttemptReport> report(AttemptNews news) {
    return switch (news) {
      case AttemptNews.None() -> Optional.empty();
      case AttemptNews.Known(AttemptReport report) -> Optional.of(report);
      case AttemptNews.Said said -> throw new AssertionError("nothing answers here: " + said);
    };
  }

  // Siblings

  @Override
  public List<Marked> marked(long after, int most) {
    return rows.values().stream()
        .flatMap(row -> row.mark.stream())
        .filter(marked -> marked.sequence() > after)
        .limit(most)
        .toList();
  }

  @Override
  public Set<String> present(Space space, DocumentId document, Set<String> keys) {
    if (keys.isEmpty()) {
      throw new AssertionError("nothing to ask for");
    }
    return keys.stream()
        .filter(key -> task(space, EntryId.of(document, key)).isPresent())
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public boolean unmark(TaskId task, long mark) {
    write("unmark " + task);
    Row row = row(task);
    boolean isThat = row.mark.filter(now -> now.mark() == mark).isPresent();
    if (isThat) {
      row.mark = Optional.empty();
    }
    return isThat;
  }

  // Results and removal

  @Override
  public Saved save(NewResult fresh) {
    write("save");
    Optional<AssignedTask> task = task(fresh.space(), fresh.entry());
    if (task.isEmpty()) {
      return new Saved.NoTask(fresh.entry());
    }
    for (NewResult before : results) {
      if (before.finding().equals(fresh.finding())) {
        return new Saved.Same(result(before, task.get()));
      }
    }
    results.add(fresh);
    return new Saved.Stored(result(fresh, task.get()));
  }

  private static Result result(NewResult one, AssignedTask task) {
    return new Result(
        one.id(),
        one.space(),
        task.entry().document(),
        one.entry(),
        task.entry().key(),
        task.attempt(),
        one.finding(),
        one.savedAt(),
        false);
  }

  @Override
  public boolean deleteResult(Space space, ResultId result) {
    write("delete result");
    return results.removeIf(one -> one.id().equals(result));
  }

  @Override
  public boolean deleteTask(Space space, EntryId entry, Instant at) {
    write("delete task");
    return rows.values()
        .removeIf(row -> row.entry.id().equals(entry) && row.entry.space().equals(space));
  }

  @Override
  public Removal deleteDocument(Space space, DocumentId document, Instant at, int most) {
    write("delete document");
    if (document(space, document).isEmpty()) {
      return Removal.ABSENT;
    }
    tasksOf(space, document, 0, most).forEach(task -> rows.remove(task.entry().task()));
    boolean begun = !tasksOf(space, document, 0, 1).isEmpty();
    if (!begun) {
      documents.remove(document);
    }
    afterWrite.run();
    return begun ? Removal.BEGUN : Removal.DONE;
  }

  /** Somebody else removes what is left of it. */
  void removedByOthers(DocumentId document) {
    documents.remove(document);
    rows.values().removeIf(row -> row.entry.document().equals(document));
  }

  int results() {
    return results.size();
  }

  // What these use cases do not ask for

  @Override
  public Optional<Document> documentOf(Space space, EntryId entry) {
    throw unasked();
  }

  @Override
  public Hits search(Search search, int skip, int most) {
    throw unasked();
  }

  @Override
  public List<Document> searchAfter(Search search, Optional<Document> after, int most) {
    throw unasked();
  }

  @Override
  public List<Document> documentsOf(
      Space space, String creatorId, Optional<String> afterTarget, int most) {
    throw unasked();
  }

  @Override
  public List<AssignedTask> tasksOf(
      Space space, String creatorId, String key, long after, int most) {
    throw unasked();
  }

  @Override
  public List<AssignedTask> except(Except except, Optional<Place> after, int most) {
    throw unasked();
  }

  @Override
  public long[] sequencesExcept(Except except, int most) {
    throw unasked();
  }

  @Override
  public List<AssignedTask> tasks(Space space, long[] sequences) {
    throw unasked();
  }

  @Override
  public Optional<Place> placeExcept(Except except, int many) {
    throw unasked();
  }

  @Override
  public SortedMap<Integer, Integer> countsExcept(Except except, int most) {
    throw unasked();
  }

  @Override
  public Optional<Result> result(Space space, ResultId id) {
    throw unasked();
  }

  @Override
  public List<StoredResult> resultsOf(
      Space space, EntryId entry, boolean overtaken, long after, int most) {
    throw unasked();
  }

  @Override
  public List<StoredResult> resultsOf(
      Space space, String creatorId, String key, long after, int most) {
    throw unasked();
  }

  @Override
  public Optional<Tombstone> tombstone(Space space, EntryId entry) {
    throw unasked();
  }

  @Override
  public boolean note(TaskId id, Lease lease, AttemptReport report) {
    throw unasked();
  }

  private static AssertionError unasked() {
    return new AssertionError("no use case of documents asks for it");
  }
}
