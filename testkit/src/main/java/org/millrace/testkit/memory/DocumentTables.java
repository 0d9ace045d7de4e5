package org.millrace.testkit.memory;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.document.Tombstone;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition.Changed;

/** What is stored of documents. Touched under the lock of {@link Tables} alone. */
final class DocumentTables {
  private final Map<DocumentName, DocumentRow> documents = new LinkedHashMap<>();
  private final Map<TaskId, EntryRow> entries = new LinkedHashMap<>();
  private final NavigableMap<Long, Result> results = new TreeMap<>();
  private final Map<EntryName, Tombstone> tombstones = new LinkedHashMap<>();
  private final NavigableMap<Long, DeadLetter> letters = new TreeMap<>();
  private long lastResult;
  private long lastLetter;

  private record DocumentName(Space space, DocumentId id) {}

  private record EntryName(Space space, EntryId id) {}

  Optional<DocumentRow> find(Space space, DocumentId id) {
    return Optional.ofNullable(documents.get(new DocumentName(space, id)));
  }

  Stream<DocumentRow> all(Space space) {
    return documents.values().stream().filter(row -> row.document().space().equals(space));
  }

  void add(Document document) {
    documents.put(new DocumentName(document.space(), document.id()), new DocumentRow(document));
  }

  void remove(DocumentRow row) {
    documents.remove(new DocumentName(row.document().space(), row.document().id()));
  }

  Optional<EntryRow> entry(TaskId task) {
    return Optional.ofNullable(entries.get(task));
  }

  Optional<EntryRow> entry(Space space, EntryId id) {
    return entries(space).filter(row -> row.entry().id().equals(id)).findFirst();
  }

  /** In the order of assignment. */
  Stream<EntryRow> entries() {
    return entries.values().stream();
  }

  /** In the order of assignment. */
  Stream<EntryRow> entries(Space space) {
    return entries().filter(row -> row.entry().space().equals(space));
  }

  /** In the order of assignment. */
  Stream<EntryRow> entriesOf(DocumentRow document) {
    return entries().filter(row -> row.document() == document);
  }

  void add(EntryRow row) {
    TaskEntry entry = row.entry();
    entries.put(entry.task(), row);
    tombstones.remove(new EntryName(entry.space(), entry.id()));
  }

  /** With its results; its name begins again above so many attempts. */
  void remove(EntryRow row, Instant at) {
    TaskEntry entry = row.entry();
    entries.remove(entry.task());
    results.values().removeIf(result -> belongs(result, entry));
    tombstones.put(
        new EntryName(entry.space(), entry.id()),
        new Tombstone(entry.id(), row.task().task().attempt(), at));
  }

  Optional<Tombstone> tombstone(Space space, EntryId id) {
    return Optional.ofNullable(tombstones.get(new EntryName(space, id)));
  }

  /** By sequence. */
  NavigableMap<Long, Result> results() {
    return results;
  }

  void add(Result result) {
    results.put(++lastResult, result);
  }

  static boolean belongs(Result result, TaskEntry entry) {
    return result.space().equals(entry.space()) && result.entry().equals(entry.id());
  }

  /** By sequence. */
  NavigableMap<Long, DeadLetter> letters() {
    return letters;
  }

  long add(DeadLetter letter) {
    letters.put(++lastLetter, letter);
    return lastLetter;
  }

  /** What goes with a change of an assigned task. */
  void follow(EntryRow row, Task before, Changed changed, FaceState face, Instant at) {
    row.tell(face, at);
    row.waiting(changed.task().waitsForSiblings(before, row.waits()));
    if (changed.kind() == Kind.ATTEMPT_BEGUN) {
      row.see();
    }
    if (changed.isToBeLookedAt(row.unseen())) {
      row.mark();
    }
    if (changed.task().state() == TaskState.COMPLETE) {
      complete(row, changed.task().attempt());
    }
  }

  private void complete(EntryRow row, int attempt) {
    row.document().countCompletion();
    entriesOf(row.document())
        .filter(sibling -> sibling != row)
        .filter(EntryRow::waits)
        .forEach(EntryRow::mark);
    results.replaceAll(
        (_, result) -> belongs(result, row.entry()) ? result.afterCompletionOf(attempt) : result);
  }
}
