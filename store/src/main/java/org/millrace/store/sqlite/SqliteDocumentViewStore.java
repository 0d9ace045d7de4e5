package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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

/** Reads of documents: one row by key on the caller's thread, everything else on the read pool. */
final class SqliteDocumentViewStore implements DocumentViewStore {
  private final Reads byKey;
  private final Reads scans;

  SqliteDocumentViewStore(Reads byKey, Reads scans) {
    this.byKey = byKey;
    this.scans = scans;
  }

  @Override
  public Optional<Document> document(Space space, DocumentId id) {
    return document(Sql.DOCUMENT_FIND, space, id.text());
  }

  @Override
  public Optional<Document> documentOf(Space space, EntryId entry) {
    return document(Sql.DOCUMENT_OF_ENTRY, space, entry.text());
  }

  private Optional<Document> document(Sql sql, Space space, String id) {
    return byKey
        .<Optional<DocumentRow>>read(session -> row(session, sql, space, id))
        .map(DocumentRow::document);
  }

  private static Optional<DocumentRow> row(Session session, Sql sql, Space space, String id)
      throws SQLException {
    return session.on(sql).set("space", space.name()).set("id", id).first(DocumentRow::read);
  }

  @Override
  public List<Optional<Document>> documents(Space space, List<DocumentId> ids) {
    if (ids.size() == 1) {
      return List.of(document(space, ids.getFirst()));
    }
    List<Optional<DocumentRow>> rows =
        scans.read(session ->
            session.inSnapshot(same -> {
              var found = new ArrayList<Optional<DocumentRow>>();
              for (DocumentId id : ids) {
                found.add(row(same, Sql.DOCUMENT_FIND, space, id.text()));
              }
              return found;
            }));
    return rows.stream().map(row -> row.map(DocumentRow::document)).toList();
  }

  @Override
  public Hits search(Search search, int skip, int most) {
    Optional<WildcardRange> range = WildcardRange.of(search);
    if (range.isEmpty()) {
      return new Hits(0, List.of());
    }
    record Found(int total, List<DocumentRow> rows) {}
    Found found =
        scans.read(session ->
            session.inSnapshot(same ->
                new Found(
                    range
                        .get()
                        .counting(same)
                        .set("most", MOST_COUNTED)
                        .one(row -> row.number32("documents")),
                    range
                        .get()
                        .listing(same)
                        .set("skip", skip)
                        .set("most", most)
                        .list(DocumentRow::read))));
    return new Hits(found.total(), documents(found.rows()));
  }

  @Override
  public List<Document> searchAfter(Search search, Optional<Document> after, int most) {
    return page(WildcardRange.of(search).map(range -> after.map(range::after).orElse(range)), most);
  }

  @Override
  public List<Document> documentsOf(
      Space space, String creatorId, Optional<String> afterTarget, int most) {
    return page(WildcardRange.ofCreator(space, creatorId, afterTarget), most);
  }

  private List<Document> page(Optional<WildcardRange> range, int most) {
    return range.isEmpty()
        ? List.of()
        : documents(
            scans.read(session ->
                range
                    .get()
                    .listing(session)
                    .set("skip", 0)
                    .set("most", most)
                    .list(DocumentRow::read)));
  }

  private static List<Document> documents(List<DocumentRow> rows) {
    return rows.stream().map(DocumentRow::document).toList();
  }

  @Override
  public Optional<AssignedTask> task(Space space, EntryId id) {
    return byKey
        .<Optional<EntryRow.InList>>read(session ->
            session
                .on(Sql.ENTRY_BY_ID)
                .set("space", space.name())
                .set("id", id.text())
                .first(EntryRow.InList::read))
        .map(EntryRow.InList::view);
  }

  @Override
  public Optional<AssignedTask> task(TaskId task) {
    return byKey
        .<Optional<EntryRow.InList>>read(session ->
            session.on(Sql.ENTRY_BY_TASK).set("task", task.text()).first(EntryRow.InList::read))
        .map(EntryRow.InList::view);
  }

  @Override
  public Optional<WithDocument> entry(TaskId task) {
    return byKey
        .<Optional<EntryRow.WithDocument>>read(session ->
            session
                .on(Sql.ENTRY_OF_TASK)
                .set("task", task.text())
                .first(EntryRow.WithDocument::read))
        .map(row -> row.view(task));
  }

  @Override
  public Optional<Latest> latest(Space space, EntryId id) {
    return latest(Sql.ENTRY_LATEST, space, id.text());
  }

  @Override
  public Optional<Latest> latest(Space space, TaskId task) {
    return latest(Sql.ENTRY_LATEST_BY_TASK, space, task.text());
  }

  private Optional<Latest> latest(Sql sql, Space space, String id) {
    return byKey.read(session ->
        session
            .on(sql)
            .set("space", space.name())
            .set("id", id)
            .first(row -> new Latest(new TaskId(row.text("id")), row.number32("attempt"))));
  }

  @Override
  public List<AssignedTask> tasksOf(Space space, DocumentId document, long after, int most) {
    return tasks(session ->
        session
            .on(Sql.ENTRIES_OF_DOCUMENT)
            .set("space", space.name())
            .set("document", document.text())
            .set("after", after)
            .set("most", most)
            .list(EntryRow.InList::read));
  }

  @Override
  public List<AssignedTask> tasksOf(
      Space space, String creatorId, String key, long after, int most) {
    return tasks(session ->
        session
            .on(Sql.ENTRIES_OF_CREATOR)
            .set("space", space.name())
            .set("creator", creatorId)
            .set("key", key)
            .set("after", after)
            .set("most", most)
            .list(EntryRow.InList::read));
  }

  @Override
  public List<AssignedTask> numbered(Space space, String key, int number, long after, int most) {
    return tasks(session ->
        ofNumber(session, space, Optional.of(key), number)
            .set("after", after)
            .set("most", most)
            .list(EntryRow.InList::read));
  }

  private List<AssignedTask> tasks(Session.Unit<List<EntryRow.InList>> unit) {
    return scans.read(unit).stream().map(EntryRow.InList::view).toList();
  }

  private static KeptStatement ofNumber(
      Session session, Space space, Optional<String> key, int number) throws SQLException {
    return of(session, Sql.ENTRIES_OF_NUMBER, Sql.ENTRIES_OF_KEY, space, key, number);
  }

  /** A statement about a number, of every key or of one. */
  private static KeptStatement of(
      Session session, Sql ofAny, Sql ofKey, Space space, Optional<String> key, long number)
      throws SQLException {
    KeptStatement statement = session.on(key.isPresent() ? ofKey : ofAny);
    if (key.isPresent()) {
      statement.set("key", key.get());
    }
    return statement.set("space", space.name()).set("number", number);
  }

  @Override
  public List<AssignedTask> except(Except except, Optional<Place> after, int most) {
    return tasks(session -> session.inSnapshot(same -> pageExcept(same, except, after, most)));
  }

  /** Number by number: what is left out is not looked at, however much it is. */
  private static List<EntryRow.InList> pageExcept(
      Session session, Except except, Optional<Place> after, int most) throws SQLException {
    var found = new ArrayList<EntryRow.InList>();
    long seen = after.map(Place::sequence).orElse(0L);
    Optional<Integer> number =
        next(session, except, after.map(Place::number).orElse(Integer.MIN_VALUE));
    while (number.isPresent() && found.size() < most) {
      boolean isBegun = after.isPresent() && after.get().number() == number.get();
      found.addAll(
          ofNumber(session, except.space(), except.key(), number.get())
              .set("after", isBegun ? seen : 0)
              .set("most", most - found.size())
              .list(EntryRow.InList::read));
      number = next(session, except, number.get() + 1L);
    }
    return found;
  }

  /** The least number from this one on that is shown and not left out. */
  private static Optional<Integer> next(Session session, Except except, long from)
      throws SQLException {
    Optional<Integer> number = shown(session, except, from);
    while (number.isPresent() && except.numbers().contains(number.get())) {
      number = shown(session, except, number.get() + 1L);
    }
    return number;
  }

  private static Optional<Integer> shown(Session session, Except except, long from)
      throws SQLException {
    return of(session, Sql.NUMBER_OF_ANY, Sql.NUMBER_OF_KEY, except.space(), except.key(), from)
        .first(row -> row.number32("number"));
  }

  @Override
  public long[] sequencesExcept(Except except, int most) {
    return scans.read(session -> session.inSnapshot(same -> sequences(same, except, most)));
  }

  private static long[] sequences(Session session, Except except, int most) throws SQLException {
    var found = new Sequences();
    Optional<Integer> number = next(session, except, Integer.MIN_VALUE);
    while (number.isPresent() && found.many < most) {
      of(
              session,
              Sql.ENTRY_SEQUENCES_OF_NUMBER,
              Sql.ENTRY_SEQUENCES_OF_KEY,
              except.space(),
              except.key(),
              number.get())
          .set("most", most - found.many)
          .each(row -> found.add(row.number64("task")));
      number = next(session, except, number.get() + 1L);
    }
    return found.all();
  }

  /** They may be a million: none of them is an object. */
  private static final class Sequences {
    private long[] found = new long[64];
    private int many;

    void add(long sequence) {
      if (many == found.length) {
        found = Arrays.copyOf(found, 2 * many);
      }
      found[many++] = sequence;
    }

    long[] all() {
      return Arrays.copyOf(found, many);
    }
  }

  @Override
  public List<AssignedTask> tasks(Space space, long[] sequences) {
    return tasks(session -> session.inSnapshot(same -> bySequence(same, space, sequences)));
  }

  private static List<EntryRow.InList> bySequence(Session session, Space space, long[] sequences)
      throws SQLException {
    var found = new ArrayList<EntryRow.InList>();
    for (long sequence : sequences) {
      session
          .on(Sql.ENTRY_BY_SEQUENCE)
          .set("task", sequence)
          .set("space", space.name())
          .first(EntryRow.InList::read)
          .ifPresent(found::add);
    }
    return found;
  }

  @Override
  public Optional<Place> placeExcept(Except except, int many) {
    return scans.read(session -> session.inSnapshot(same -> place(same, except, many)));
  }

  private static Optional<Place> place(Session session, Except except, int many)
      throws SQLException {
    int left = many;
    Optional<Integer> number = next(session, except, Integer.MIN_VALUE);
    while (number.isPresent()) {
      Optional<Long> sequence = sequence(session, except, number.get(), left - 1);
      if (sequence.isPresent()) {
        return Optional.of(new Place(number.get(), sequence.get()));
      }
      left -= count(session, except, number.get(), left);
      number = next(session, except, number.get() + 1L);
    }
    return Optional.empty();
  }

  private static Optional<Long> sequence(Session session, Except except, int number, int skip)
      throws SQLException {
    return of(
            session,
            Sql.ENTRY_PLACE_OF_NUMBER,
            Sql.ENTRY_PLACE_OF_KEY,
            except.space(),
            except.key(),
            number)
        .set("skip", skip)
        .first(row -> row.number64("task"));
  }

  @Override
  public SortedMap<Integer, Integer> countsExcept(Except except, int most) {
    return scans.read(session -> session.inSnapshot(same -> counts(same, except, most)));
  }

  private static SortedMap<Integer, Integer> counts(Session session, Except except, int most)
      throws SQLException {
    var counts = new TreeMap<Integer, Integer>();
    int left = most;
    Optional<Integer> number = next(session, except, Integer.MIN_VALUE);
    while (number.isPresent() && left > 0) {
      int counted = count(session, except, number.get(), left);
      counts.put(number.get(), counted);
      left -= counted;
      number = next(session, except, number.get() + 1L);
    }
    return counts;
  }

  private static int count(Session session, Except except, int number, int most)
      throws SQLException {
    return of(
            session,
            Sql.ENTRY_COUNT_OF_NUMBER,
            Sql.ENTRY_COUNT_OF_KEY,
            except.space(),
            except.key(),
            number)
        .set("most", most)
        .one(row -> row.number32("tasks"));
  }

  @Override
  public Optional<Result> result(Space space, ResultId id) {
    return byKey
        .<Optional<ResultRow>>read(session ->
            session
                .on(Sql.RESULT_FIND)
                .set("space", space.name())
                .set("id", id.text())
                .first(ResultRow::read))
        .map(ResultRow::result);
  }

  @Override
  public List<StoredResult> resultsOf(
      Space space, EntryId entry, boolean overtaken, long after, int most) {
    return results(session ->
        session
            .on(overtaken ? Sql.RESULTS_OF_TASK_EVER : Sql.RESULTS_OF_TASK)
            .set("space", space.name())
            .set("entry", entry.text())
            .set("after", after)
            .set("most", most)
            .list(ResultRow::read));
  }

  @Override
  public List<StoredResult> resultsOf(
      Space space, String creatorId, String key, long after, int most) {
    return results(session ->
        session
            .on(Sql.RESULTS_OF_CREATOR)
            .set("space", space.name())
            .set("creator", creatorId)
            .set("key", key)
            .set("after", after)
            .set("most", most)
            .list(ResultRow::read));
  }

  private List<StoredResult> results(Session.Unit<List<ResultRow>> unit) {
    return scans.read(unit).stream().map(ResultRow::inPlace).toList();
  }

  @Override
  public Optional<Tombstone> tombstone(Space space, EntryId entry) {
    return byKey.read(session ->
        session
            .on(Sql.TOMBSTONE_FIND)
            .set("space", space.name())
            .set("id", entry.text())
            .first(row ->
                new Tombstone(
                    new EntryId(row.text("id")),
                    row.number32("attempts"),
                    row.time("deleted_at"))));
  }
}
