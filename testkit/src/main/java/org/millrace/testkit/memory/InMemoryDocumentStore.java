package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.document.Tombstone;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.documents.DocumentStore;
import org.millrace.engine.submission.IntakeStore.NewTask;

/** Changes documents and what belongs to them. */
final class InMemoryDocumentStore implements DocumentStore {
  private final Tables tables;

  InMemoryDocumentStore(Tables tables) {
    this.tables = tables;
  }

  private DocumentTables rows() {
    return tables.documents();
  }

  @Override
  public List<Registered> register(List<Document> documents) {
    return tables.locked(() -> documents.stream().map(this::register).toList());
  }

  private Registered register(Document document) {
    Optional<Document> stored =
        rows().find(document.space(), document.id()).map(DocumentRow::document);
    if (stored.isPresent()) {
      return stored.get().isAboutTheSame(document)
          ? new Registered.Exists(stored.get())
          : new Registered.Clash(stored.get());
    }
    rows().add(document);
    return new Registered.Stored(document);
  }

  @Override
  public List<Assigned> assign(List<Assignment> assignments) {
    return tables.locked(() -> {
      refuseKnown(assignments.stream().map(one -> one.task().task().id()).toList());
      return assignments.stream().map(this::assign).toList();
    });
  }

  private void refuseKnown(List<TaskId> ids) {
    if (ids.stream().distinct().count() < ids.size()
        || ids.stream().anyMatch(id -> tables.find(id).isPresent())) {
      throw new IllegalArgumentException("a task is stored already: take a new id, " + ids);
    }
  }

  private Assigned assign(Assignment assignment) {
    Space space = assignment.space();
    Optional<DocumentRow> document = rows().find(space, assignment.document());
    if (document.isEmpty()) {
      return new Assigned.NoDocument(assignment.document());
    }
    Optional<EntryRow> known = rows().entry(space, assignment.id());
    if (known.isPresent()) {
      return new Assigned.Known(known.get().entry());
    }
    NewTask fresh = assignment.task();
    int most = fresh.refuseAt().orElse(Integer.MAX_VALUE);
    int unfinished = (int) tables.unfinished(fresh.task().lane()).limit(most).count();
    return unfinished == most
        ? new Assigned.Full(unfinished)
        : new Assigned.Stored(store(document.get(), assignment));
  }

  private TaskEntry store(DocumentRow document, Assignment assignment) {
    NewTask fresh = assignment.task();
    int before =
        rows().tombstone(assignment.space(), assignment.id()).map(Tombstone::attempts).orElse(0);
    Task task = fresh.task().assigned(before);
    tables.insert(fresh.with(task));
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
    rows().add(new EntryRow(document, tables.find(task.id()).orElseThrow(), entry));
    return entry;
  }

  @Override
  public Saved save(NewResult result) {
    return tables.locked(() -> saveLocked(result));
  }

  private Saved saveLocked(NewResult fresh) {
    Optional<EntryRow> found = rows().entry(fresh.space(), fresh.entry());
    if (found.isEmpty()) {
      return new Saved.NoTask(fresh.entry());
    }
    TaskEntry entry = found.get().entry();
    var result =
        new Result(
            fresh.id(),
            fresh.space(),
            entry.document(),
            entry.id(),
            entry.key(),
            found.get().task().task().attempt(),
            fresh.finding(),
            fresh.savedAt(),
            false);
    Optional<Result> same =
        rows().results().values().stream().filter(stored -> isSame(stored, result)).findFirst();
    if (same.isPresent()) {
      return new Saved.Same(same.get());
    }
    refuseKnown(result);
    rows().add(result);
    return new Saved.Stored(result);
  }

  private static boolean isSame(Result stored, Result result) {
    return stored.space().equals(result.space())
        && stored.entry().equals(result.entry())
        && stored.attempt() == result.attempt()
        && stored.finding().digest().equals(result.finding().digest());
  }

  private void refuseKnown(Result result) {
    if (sequenceOf(result.space(), result.id()).isPresent()) {
      throw new IllegalArgumentException(
          "result " + result.id() + " is stored already: take a new id");
    }
  }

  private Optional<Long> sequenceOf(Space space, ResultId id) {
    return rows().results().entrySet().stream()
        .filter(row -> row.getValue().space().equals(space) && row.getValue().id().equals(id))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  @Override
  public boolean deleteResult(Space space, ResultId result) {
    return tables.locked(() -> {
      Optional<Long> sequence = sequenceOf(space, result);
      sequence.ifPresent(rows().results()::remove);
      return sequence.isPresent();
    });
  }

  @Override
  public boolean deleteTask(Space space, EntryId entry, Instant at) {
    return tables.locked(() -> {
      Optional<EntryRow> found = rows().entry(space, entry);
      found.ifPresent(row -> delete(row, at));
      return found.isPresent();
    });
  }

  private void delete(EntryRow entry, Instant at) {
    TaskRow row = entry.task();
    Task task = row.task();
    if (!task.state().isFinal()) {
      tables.runs().end(task.id(), TaskState.CANCELED, at);
    }
    rows().remove(entry, at);
    if (task.state().isFinal() && tables.runs().names(task.id())) {
      tables.save(row, task.unassigned());
    } else {
      tables.remove(row);
    }
  }

  @Override
  public Removal deleteDocument(Space space, DocumentId document, Instant at, int most) {
    return tables.locked(() -> {
      Optional<DocumentRow> found = rows().find(space, document);
      if (found.isEmpty()) {
        return Removal.ABSENT;
      }
      return delete(found.get(), at, most);
    });
  }

  Removal delete(DocumentRow document, Instant at, int most) {
    rows().entriesOf(document).limit(most).toList().forEach(entry -> delete(entry, at));
    if (rows().entriesOf(document).findAny().isPresent()) {
      return Removal.BEGUN;
    }
    rows().remove(document);
    return Removal.DONE;
  }
}
