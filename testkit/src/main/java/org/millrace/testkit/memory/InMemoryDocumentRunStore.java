package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunMachine;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Task;
import org.millrace.engine.documents.DocumentRunStore;
import org.millrace.engine.submission.IntakeStore.NewTask;

/** Keeps documents with their runs. */
final class InMemoryDocumentRunStore implements DocumentRunStore {
  private final Tables tables;

  InMemoryDocumentRunStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public Registered register(NewDocumentRun fresh) {
    return tables.locked(() -> {
      Optional<Document> other = first(fresh.document());
      if (other.isPresent() && !fresh.agrees().test(other.get())) {
        return new Registered.Disagrees(other.get());
      }
      refuseKnown(fresh);
      insertRun(fresh); // may fail: before anything else changes
      tables.documents().add(fresh.document());
      DocumentRow row =
          tables.documents().find(fresh.document().space(), fresh.document().id()).orElseThrow();
      fresh.tasks().forEach(task -> insert(row, task));
      return new Registered.Stored();
    });
  }

  private Optional<Document> first(Document document) {
    return tables
        .documents()
        .all(document.space())
        .map(DocumentRow::document)
        .filter(each -> each.creatorId().equals(document.creatorId()))
        .min(Comparator.comparing(Document::targetId));
  }

  private void refuseKnown(NewDocumentRun fresh) {
    Stream<Boolean> known =
        Stream.concat(
            Stream.of(
                tables
                    .documents()
                    .find(fresh.document().space(), fresh.document().id())
                    .isPresent(),
                tables.runs().externalIds().containsKey(fresh.name())),
            fresh.tasks().stream()
                .map(NodeTask::task)
                .map(task ->
                    tables.find(task.task().id()).isPresent()
                        || tables.externalIds().containsKey(task.externalId().orElseThrow())));
    if (known.anyMatch(Boolean::booleanValue)
        || fresh.tasks().stream().map(NodeTask::key).distinct().count() < fresh.tasks().size()) {
      throw new IllegalArgumentException("stored already: " + fresh.document().id());
    }
  }

  private void insertRun(NewDocumentRun fresh) {
    RunTables runs = tables.runs();
    runs.undo()
        .allOrNothing(() -> {
          runs.add(fresh.run(), fresh.spec());
          RunRow row = runs.find(fresh.run().id()).orElseThrow();
          runs.undo().note(() -> runs.remove(row));
          fresh.nodes().forEach(row::add);
          fresh.edges().forEach(row::add);
          Instant at = fresh.run().createdAt();
          runs.save(row, RunMachine.apply(fresh.run(), new RunEvent.Arrived(), at), at);
          return row;
        });
    runs.externalIds().put(fresh.name(), fresh.run().id());
  }

  private void insert(DocumentRow document, NodeTask fresh) {
    NewTask task = fresh.task().with(fresh.task().task().assigned(0));
    tables.insert(task);
    Task stored = task.task();
    var entry =
        new TaskEntry(
            EntryId.of(document.document().id(), fresh.key()),
            document.document().space(),
            document.document().id(),
            fresh.key(),
            stored.id(),
            fresh.face(),
            stored.createdAt(),
            stored.createdAt());
    tables.documents().add(new EntryRow(document, tables.find(stored.id()).orElseThrow(), entry));
  }

  @Override
  public boolean delete(Space space, DocumentId document, ExternalId run, String by, Instant at) {
    return tables.locked(() -> {
      Optional<DocumentRow> found = tables.documents().find(space, document);
      if (found.isPresent()) {
        RunTables runs = tables.runs();
        Optional.ofNullable(runs.externalIds().get(run))
            .flatMap(runs::find)
            .ifPresent(row ->
                runs.save(
                    row, RunMachine.apply(row.run(), new RunEvent.CancelRequested(by), at), at));
        new InMemoryDocumentStore(tables).delete(found.get(), at, MOST_TASKS);
      }
      return found.isPresent();
    });
  }
}
