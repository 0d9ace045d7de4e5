package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.documents.DocumentStore;
import org.millrace.engine.submission.IntakeStore.Taken;
import org.millrace.store.json.StoredJson;
import org.millrace.store.sqlite.SqliteIntakeStore.WrittenTask;

/** Changes documents and what belongs to them. */
final class SqliteDocumentStore implements DocumentStore {
  private final Writer writer;

  SqliteDocumentStore(Writer writer) {
    this.writer = writer;
  }

  @Override
  public List<Registered> register(List<Document> documents) {
    List<DocumentRow.Written> written =
        documents.stream().map(DocumentRow.Written::of).toList(); // not on the thread that writes
    return writer.writeNewWork(session -> {
      var answers = new ArrayList<Registered>();
      for (DocumentRow.Written document : written) {
        answers.add(register(session, document));
      }
      return answers;
    });
  }

  private static Registered register(Session session, DocumentRow.Written written)
      throws SQLException {
    Document document = written.document();
    Optional<DocumentRow> stored = find(session, document.space(), document.id());
    if (stored.isEmpty()) {
      written.insert(session);
      return new Registered.Stored(document);
    }
    Document other = stored.get().document();
    return other.isAboutTheSame(document)
        ? new Registered.Exists(other)
        : new Registered.Clash(other);
  }

  static Optional<DocumentRow> find(Session session, Space space, DocumentId id)
      throws SQLException {
    return session
        .on(Sql.DOCUMENT_FIND)
        .set("space", space.name())
        .set("id", id.text())
        .first(DocumentRow::read);
  }

  @Override
  public List<Assigned> assign(List<Assignment> assignments) {
    List<WrittenAssignment> written = assignments.stream().map(WrittenAssignment::of).toList();
    return writer.writeNewWork(session -> {
      var answers = new ArrayList<Assigned>();
      for (WrittenAssignment assignment : written) {
        answers.add(assign(session, assignment));
      }
      return answers;
    });
  }

  /** An assignment with its JSON, which is made before the one thread that writes gets it. */
  private record WrittenAssignment(Assignment assignment, WrittenTask task, String also) {
    static WrittenAssignment of(Assignment assignment) {
      return new WrittenAssignment(
          assignment,
          WrittenTask.of(assignment.task()),
          StoredJson.write(assignment.face().also()));
    }
  }

  private static Assigned assign(Session session, WrittenAssignment written) throws SQLException {
    Assignment assignment = written.assignment();
    Optional<DocumentRow> document = find(session, assignment.space(), assignment.document());
    if (document.isEmpty()) {
      return new Assigned.NoDocument(assignment.document());
    }
    Optional<TaskEntry> known = known(session, assignment);
    if (known.isPresent()) {
      return new Assigned.Known(known.get());
    }
    Task task = assignment.task().task().assigned(attemptsBefore(session, assignment));
    return switch (SqliteIntakeStore.insert(session, with(written.task(), task))) {
      case Taken.Stored() -> new Assigned.Stored(insert(session, document.get(), written, task));
      case Taken.Full(int unfinished) -> new Assigned.Full(unfinished);
      case Taken.Known(TaskId other) ->
          throw new IllegalStateException("no external id was given, and it names " + other);
    };
  }

  private static Optional<TaskEntry> known(Session session, Assignment assignment)
      throws SQLException {
    return session
        .on(Sql.ENTRY_BY_ID)
        .set("space", assignment.space().name())
        .set("id", assignment.id().text())
        .first(row -> EntryRow.read(row).entry(new TaskId(row.text("task_id"))));
  }

  private static int attemptsBefore(Session session, Assignment assignment) throws SQLException {
    return session
        .on(Sql.TOMBSTONE_FIND)
        .set("space", assignment.space().name())
        .set("id", assignment.id().text())
        .first(row -> row.number32("attempts"))
        .orElse(0);
  }

  private static WrittenTask with(WrittenTask written, Task task) {
    return new WrittenTask(written.fresh().with(task), written.spec(), written.report());
  }

  private static TaskEntry insert(
      Session session, DocumentRow document, WrittenAssignment written, Task task)
      throws SQLException {
    Assignment assignment = written.assignment();
    var entry =
        new TaskEntry(
            assignment.id(),
            assignment.space(),
            assignment.document(),
            assignment.key(),
            task.id(),
            assignment.face(),
            task.createdAt(),
            task.createdAt());
    insert(session, document.seq(), document.creatorId(), entry, written.also());
    return entry;
  }

  /** The row of a task that is stored already. */
  static void insert(Session session, long document, String creatorId, TaskEntry entry, String also)
      throws SQLException {
    session
        .on(Sql.ENTRY_INSERT)
        .set("task", seqOf(session, entry.task()))
        .set("space", entry.space().name())
        .set("document", document)
        .set("creator_id", creatorId)
        .set("id", entry.id().text())
        .set("key", entry.key())
        .set("number", entry.face().number())
        .set("message", entry.face().message())
        .set("also", also)
        .set("created_at", entry.createdAt())
        .update();
    session
        .on(Sql.TOMBSTONE_DELETE)
        .set("space", entry.space().name())
        .set("id", entry.id().text())
        .update();
  }

  private static long seqOf(Session session, TaskId task) throws SQLException {
    return session.on(Sql.TASK_FIND).set("id", task.text()).one(row -> row.number64("seq"));
  }

  @Override
  public Saved save(NewResult result) {
    String generator = StoredJson.write(result.finding().generator());
    String payload = StoredJson.write(result.finding().payload());
    String digest = result.finding().digest().hex();
    return writer.write(session -> {
      Optional<EntryRow.InList> entry =
          session
              .on(Sql.ENTRY_BY_ID)
              .set("space", result.space().name())
              .set("id", result.entry().text())
              .first(EntryRow.InList::read);
      return entry.isEmpty()
          ? new Saved.NoTask(result.entry())
          : save(session, entry.get(), new WrittenResult(result, generator, payload, digest));
    });
  }

  /** A result with its JSON. */
  private record WrittenResult(NewResult fresh, String generator, String payload, String digest) {}

  private static Saved save(Session session, EntryRow.InList entry, WrittenResult written)
      throws SQLException {
    Optional<ResultRow> same =
        session
            .on(Sql.RESULT_SAME)
            .set("task", entry.row().seq())
            .set("attempt", entry.attempt())
            .set("digest", written.digest())
            .first(ResultRow::read);
    if (same.isPresent()) {
      return new Saved.Same(same.get().result());
    }
    NewResult fresh = written.fresh();
    session
        .on(Sql.RESULT_INSERT)
        .set("space", fresh.space().name())
        .set("id", fresh.id().text())
        .set("task", entry.row().seq())
        .set("creator_id", creatorOf(session, entry.row()))
        .set("key", entry.row().key())
        .set("attempt", entry.attempt())
        .set("digest", written.digest())
        .set("generator", written.generator())
        .set("payload", written.payload())
        .set("saved_at", fresh.savedAt())
        .update();
    return new Saved.Stored(
        new Result(
            fresh.id(),
            fresh.space(),
            entry.row().document(),
            entry.row().id(),
            entry.row().key(),
            entry.attempt(),
            fresh.finding(),
            fresh.savedAt(),
            false));
  }

  private static String creatorOf(Session session, EntryRow entry) throws SQLException {
    return find(session, entry.space(), entry.document()).orElseThrow().creatorId();
  }

  @Override
  public boolean deleteResult(Space space, ResultId result) {
    return writer.write(session ->
        session.on(Sql.RESULT_DELETE).set("space", space.name()).set("id", result.text()).update()
            == 1);
  }

  @Override
  public boolean deleteTask(Space space, EntryId entry, Instant at) {
    return writer.write(session -> {
      Optional<Leaving> leaving =
          session
              .on(Sql.ENTRY_TASK)
              .set("space", space.name())
              .set("id", entry.text())
              .first(Leaving::read);
      if (leaving.isPresent()) {
        delete(session, leaving.get(), at);
      }
      return leaving.isPresent();
    });
  }

  /** An assigned task that is to go. */
  private record Leaving(TaskRow task, Space space, EntryId entry) {
    static Leaving read(Row row) throws SQLException {
      return new Leaving(
          TaskRow.read(row), new Space(row.text("space")), new EntryId(row.text("entry_id")));
    }
  }

  private static void delete(Session session, Leaving leaving, Instant at) throws SQLException {
    long seq = leaving.task().seq();
    Task task = leaving.task().task();
    boolean ended = task.state().isFinal();
    if (!ended) {
      var nodes = new NodeChanges(session, at);
      nodes.end(task.id(), TaskState.CANCELED);
      nodes.flush();
    }
    session.on(Sql.RESULTS_DELETE).set("task", seq).update();
    session.on(Sql.ENTRY_DELETE).set("task", seq).update();
    session
        .on(Sql.TOMBSTONE_SAVE)
        .set("space", leaving.space().name())
        .set("id", leaving.entry().text())
        .set("attempts", task.attempt())
        .set("deleted_at", at)
        .update();
    if (ended && isNamed(session, task.id())) {
      session.on(Sql.TASK_UNASSIGN).set("task", seq).update();
    } else {
      TaskWrites.remove(session, seq);
    }
  }

  /** Whether a node of a run is this task. */
  private static boolean isNamed(Session session, TaskId task) throws SQLException {
    return session
        .on(Sql.RUN_NODES_OF_TASK)
        .set("task", task.text())
        .first(row -> row.flag("named"))
        .isPresent();
  }

  @Override
  public Removal deleteDocument(Space space, DocumentId document, Instant at, int most) {
    return writer.write(session -> {
      Optional<DocumentRow> found = find(session, space, document);
      if (found.isEmpty()) {
        return Removal.ABSENT;
      }
      return delete(session, found.get(), at, most);
    });
  }

  static Removal delete(Session session, DocumentRow document, Instant at, int most)
      throws SQLException {
    long seq = document.seq();
    List<Leaving> tasks = tasksOf(session, seq, most + 1);
    for (Leaving task : tasks.subList(0, Math.min(most, tasks.size()))) {
      delete(session, task, at);
    }
    if (tasks.size() > most) {
      return Removal.BEGUN;
    }
    session.on(Sql.DOCUMENT_DELETE).set("seq", seq).update();
    return Removal.DONE;
  }

  private static List<Leaving> tasksOf(Session session, long document, int most)
      throws SQLException {
    return session
        .on(Sql.ENTRY_TASKS)
        .set("document", document)
        .set("most", most)
        .list(Leaving::read);
  }
}
