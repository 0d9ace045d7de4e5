package org.millrace.testkit.memory;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.Tombstone;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentViewStore;

/** Reads of documents, their tasks and results. */
final class InMemoryDocumentViewStore implements DocumentViewStore {
  private static final Comparator<String> BY_CODE_POINTS =
      (one, other) -> Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray());
  private static final Comparator<Document> IN_ORDER =
      Comparator.comparing(Document::targetId, BY_CODE_POINTS)
          .thenComparing(Document::creatorId, BY_CODE_POINTS);
  private static final Comparator<Place> BY_NUMBER =
      Comparator.comparingInt(Place::number).thenComparingLong(Place::sequence);

  private final Tables tables;

  InMemoryDocumentViewStore(Tables tables) {
    this.tables = tables;
  }

  private DocumentTables rows() {
    return tables.documents();
  }

  @Override
  public Optional<Document> document(Space space, DocumentId id) {
    return tables.locked(() -> rows().find(space, id).map(DocumentRow::document));
  }

  @Override
  public List<Optional<Document>> documents(Space space, List<DocumentId> ids) {
    return tables.locked(() -> ids.stream().map(id -> document(space, id)).toList());
  }

  @Override
  public Optional<Document> documentOf(Space space, EntryId entry) {
    return tables.locked(() -> rows().entry(space, entry).map(row -> row.document().document()));
  }

  @Override
  public Hits search(Search search, int skip, int most) {
    return tables.locked(() ->
        new Hits(
            (int) found(search).limit(MOST_COUNTED).count(),
            found(search).skip(skip).limit(most).toList()));
  }

  @Override
  public List<Document> searchAfter(Search search, Optional<Document> after, int most) {
    return tables.locked(() ->
        found(search)
            .filter(document -> after.isEmpty() || IN_ORDER.compare(after.get(), document) < 0)
            .limit(most)
            .toList());
  }

  private Stream<Document> found(Search search) {
    Predicate<String> target = like(search.target());
    Predicate<String> creator = like(search.creator());
    return rows()
        .all(search.space())
        .map(DocumentRow::document)
        .filter(document -> target.test(document.targetId()))
        .filter(document -> creator.test(document.creatorId()))
        .sorted(IN_ORDER);
  }

  private static Predicate<String> like(String pattern) {
    String regex =
        pattern
            .codePoints()
            .mapToObj(point ->
                switch (point) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(Character.toString(point));
                })
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL).asMatchPredicate();
  }

  @Override
  public List<Document> documentsOf(
      Space space, String creatorId, Optional<String> afterTarget, int most) {
    return tables.locked(() ->
        rows()
            .all(space)
            .map(DocumentRow::document)
            .filter(document -> document.creatorId().equals(creatorId))
            .filter(document ->
                afterTarget.isEmpty()
                    || BY_CODE_POINTS.compare(afterTarget.get(), document.targetId()) < 0)
            .sorted(IN_ORDER)
            .limit(most)
            .toList());
  }

  @Override
  public Optional<AssignedTask> task(Space space, EntryId id) {
    return tables.locked(() -> rows().entry(space, id).map(EntryRow::view));
  }

  @Override
  public Optional<AssignedTask> task(TaskId task) {
    return tables.locked(() -> rows().entry(task).map(EntryRow::view));
  }

  @Override
  public Optional<WithDocument> entry(TaskId task) {
    return tables.locked(() ->
        rows().entry(task).map(row -> new WithDocument(row.entry(), row.document().document())));
  }

  @Override
  public Optional<Latest> latest(Space space, EntryId id) {
    return task(space, id).map(InMemoryDocumentViewStore::latest);
  }

  @Override
  public Optional<Latest> latest(Space space, TaskId task) {
    return task(task)
        .filter(found -> found.entry().space().equals(space))
        .map(InMemoryDocumentViewStore::latest);
  }

  private static Latest latest(AssignedTask task) {
    return new Latest(task.entry().task(), task.attempt());
  }

  @Override
  public List<AssignedTask> tasksOf(Space space, DocumentId document, long after, int most) {
    return such(space, after, most, row -> row.entry().document().equals(document));
  }

  @Override
  public List<AssignedTask> tasksOf(
      Space space, String creatorId, String key, long after, int most) {
    return such(
        space,
        after,
        most,
        row ->
            row.entry().key().equals(key)
                && row.document().document().creatorId().equals(creatorId));
  }

  @Override
  public List<AssignedTask> numbered(Space space, String key, int number, long after, int most) {
    return such(
        space,
        after,
        most,
        row -> row.entry().key().equals(key) && row.entry().face().number() == number);
  }

  private List<AssignedTask> such(Space space, long after, int most, Predicate<EntryRow> such) {
    return tables.locked(() ->
        rows()
            .entries(space)
            .filter(row -> row.sequence() > after)
            .filter(such)
            .limit(most)
            .map(EntryRow::view)
            .toList());
  }

  @Override
  public List<AssignedTask> except(Except except, Optional<Place> after, int most) {
    return tables.locked(() ->
        left(except)
            .filter(task -> after.isEmpty() || BY_NUMBER.compare(after.get(), Place.of(task)) < 0)
            .limit(most)
            .toList());
  }

  @Override
  public long[] sequencesExcept(Except except, int most) {
    return tables.locked(
        () -> left(except).limit(most).mapToLong(AssignedTask::sequence).toArray());
  }

  @Override
  public List<AssignedTask> tasks(Space space, long[] sequences) {
    return tables.locked(() -> {
      Map<Long, AssignedTask> bySequence =
          rows()
              .entries(space)
              .map(EntryRow::view)
              .collect(Collectors.toMap(AssignedTask::sequence, Function.identity()));
      return Arrays.stream(sequences).mapToObj(bySequence::get).filter(Objects::nonNull).toList();
    });
  }

  @Override
  public Optional<Place> placeExcept(Except except, int many) {
    return tables.locked(() -> left(except).skip(many - 1L).findFirst().map(Place::of));
  }

  @Override
  public SortedMap<Integer, Integer> countsExcept(Except except, int most) {
    return tables.locked(() ->
        left(except)
            .limit(most)
            .collect(
                Collectors.toMap(
                    task -> task.entry().face().number(), _ -> 1, Integer::sum, TreeMap::new)));
  }

  private Stream<AssignedTask> left(Except except) {
    return rows()
        .entries(except.space())
        .map(EntryRow::view)
        .filter(except::keeps)
        .sorted(Comparator.comparing(Place::of, BY_NUMBER));
  }

  @Override
  public Optional<Result> result(Space space, ResultId id) {
    return tables.locked(() ->
        rows().results().values().stream()
            .filter(result -> result.space().equals(space) && result.id().equals(id))
            .findFirst());
  }

  @Override
  public List<StoredResult> resultsOf(
      Space space, EntryId entry, boolean overtaken, long after, int most) {
    return results(
        after,
        most,
        result ->
            result.space().equals(space)
                && result.entry().equals(entry)
                && (overtaken || !result.overtaken()));
  }

  @Override
  public List<StoredResult> resultsOf(
      Space space, String creatorId, String key, long after, int most) {
    return results(
        after,
        most,
        result ->
            result.space().equals(space)
                && result.key().equals(key)
                && !result.overtaken()
                && isOfCreator(result, creatorId));
  }

  private boolean isOfCreator(Result result, String creatorId) {
    return rows()
        .find(result.space(), result.document())
        .filter(row -> row.document().creatorId().equals(creatorId))
        .isPresent();
  }

  private List<StoredResult> results(long after, int most, Predicate<Result> such) {
    return tables.locked(() ->
        rows().results().tailMap(after, false).entrySet().stream()
            .filter(row -> such.test(row.getValue()))
            .limit(most)
            .map(row -> new StoredResult(row.getKey(), row.getValue()))
            .toList());
  }

  @Override
  public Optional<Tombstone> tombstone(Space space, EntryId entry) {
    return tables.locked(() -> rows().tombstone(space, entry));
  }
}
