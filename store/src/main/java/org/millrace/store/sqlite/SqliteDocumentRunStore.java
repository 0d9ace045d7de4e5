package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Task;
import org.millrace.engine.documents.DocumentRunStore;
import org.millrace.engine.runs.RunIntakeStore.NewEdge;
import org.millrace.engine.submission.IntakeStore.Taken;
import org.millrace.store.json.StoredJson;
import org.millrace.store.sqlite.SqliteIntakeStore.WrittenTask;

/** Keeps documents with their runs. */
final class SqliteDocumentRunStore implements DocumentRunStore {
  private final Writer writer;

  SqliteDocumentRunStore(Writer writer) {
    this.writer = writer;
  }

  /** What is stored, with its JSON, which is made before the one thread that writes gets it. */
  private record Written(
      NewDocumentRun fresh,
      DocumentRow.Written document,
      List<WrittenNodeTask> tasks,
      String spec,
      List<String> plans,
      List<@Nullable String> conditions) {

    static Written of(NewDocumentRun fresh) {
      return new Written(
          fresh,
          DocumentRow.Written.of(fresh.document()),
          fresh.tasks().stream().map(WrittenNodeTask::of).toList(),
          StoredJson.write(fresh.spec()),
          fresh.nodes().stream().map(node -> StoredJson.write(node.plan())).toList(),
          conditions(fresh.edges()));
    }

    private static List<@Nullable String> conditions(List<NewEdge> edges) {
      List<@Nullable String> conditions = new ArrayList<>();
      edges.forEach(edge -> conditions.add(TaskRow.json(edge.condition())));
      return conditions;
    }
  }

  private record WrittenNodeTask(NodeTask fresh, WrittenTask task, String also) {
    static WrittenNodeTask of(NodeTask fresh) {
      var assigned =
          new NodeTask(
              fresh.task().with(fresh.task().task().assigned(0)), fresh.key(), fresh.face());
      return new WrittenNodeTask(
          assigned, WrittenTask.of(assigned.task()), StoredJson.write(fresh.face().also()));
    }
  }

  @Override
  public Registered register(NewDocumentRun fresh) {
    Written written = Written.of(fresh);
    return writer.writeNewWork(session -> {
      Optional<Document> other = first(session, fresh.document());
      if (other.isPresent() && !fresh.agrees().test(other.get())) {
        return new Registered.Disagrees(other.get());
      }
      insert(session, written);
      return new Registered.Stored();
    });
  }

  private static Optional<Document> first(Session session, Document document) throws SQLException {
    return session
        .on(Sql.DOCUMENT_OF_CREATOR)
        .set("space", document.space().name())
        .set("creator", document.creatorId())
        .first(DocumentRow::read)
        .map(DocumentRow::document);
  }

  private static void insert(Session session, Written written) throws SQLException {
    Document document = written.fresh().document();
    written.document().insert(session);
    DocumentRow row =
        SqliteDocumentStore.find(session, document.space(), document.id()).orElseThrow();
    for (WrittenNodeTask task : written.tasks()) {
      insert(session, row, task);
    }
    insertRun(session, written);
  }

  private static void insert(Session session, DocumentRow document, WrittenNodeTask written)
      throws SQLException {
    NodeTask fresh = written.fresh();
    Task task = fresh.task().task();
    if (!(SqliteIntakeStore.insert(session, written.task()) instanceof Taken.Stored)) {
      throw new IllegalStateException("the name of task " + task.id() + " is taken");
    }
    var entry =
        new TaskEntry(
            EntryId.of(document.id(), fresh.key()),
            document.space(),
            document.id(),
            fresh.key(),
            task.id(),
            fresh.face(),
            task.createdAt(),
            task.createdAt());
    SqliteDocumentStore.insert(
        session, document.seq(), document.creatorId(), entry, written.also());
  }

  private static void insertRun(Session session, Written written) throws SQLException {
    NewDocumentRun fresh = written.fresh();
    long run = SqliteRunIntakeStore.insert(session, fresh.run(), written.spec());
    SqliteRunIntakeStore.insertName(session, run, Optional.of(fresh.name()));
    for (int node = 0; node < fresh.nodes().size(); node++) {
      NodeRow.insert(session, run, fresh.nodes().get(node).node(), written.plans().get(node));
    }
    for (int edge = 0; edge < fresh.edges().size(); edge++) {
      SqliteRunIntakeStore.insert(
          session, run, fresh.edges().get(edge), written.conditions().get(edge));
    }
    SqliteRunStore.apply(
        session, new RunRow(run, fresh.run()), new RunEvent.Arrived(), fresh.run().createdAt());
  }

  @Override
  public boolean delete(Space space, DocumentId document, ExternalId run, String by, Instant at) {
    return writer.write(session -> {
      Optional<DocumentRow> found = SqliteDocumentStore.find(session, space, document);
      if (found.isPresent()) {
        cancel(session, run, by, at);
        SqliteDocumentStore.delete(session, found.get(), at, MOST_TASKS);
      }
      return found.isPresent();
    });
  }

  private static void cancel(Session session, ExternalId name, String by, Instant at)
      throws SQLException {
    Optional<RunId> named =
        session
            .on(Sql.RUN_EXTERNAL_ID_FIND)
            .set("face", name.face())
            .set("text", name.text())
            .first(row -> new RunId(row.text("id")));
    if (named.isPresent()) {
      RunRow row = session.on(Sql.RUN_FIND).set("id", named.get().text()).one(RunRow::read);
      SqliteRunStore.apply(session, row, new RunEvent.CancelRequested(by), at);
    }
  }
}
