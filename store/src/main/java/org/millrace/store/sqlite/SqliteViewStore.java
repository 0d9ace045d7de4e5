package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.Detail;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore;

/** Reads: one row by key on the caller's thread, everything else on the read pool. */
final class SqliteViewStore implements ViewStore {

  /**
   * A page in full ends early rather than hold more JSON than this, in bytes: specs may hold whole
   * files.
   */
  private static final long PAGE_BYTES = 16L << 20;

  private final Reads byKey;
  private final Reads scans;

  SqliteViewStore(Reads byKey, Reads scans) {
    this.byKey = byKey;
    this.scans = scans;
  }

  @Override
  public Optional<TaskId> named(ExternalId name) {
    return byKey.read(session ->
        session
            .on(Sql.EXTERNAL_ID_FIND)
            .set("face", name.face())
            .set("text", name.text())
            .first(row -> new TaskId(row.text("id"))));
  }

  @Override
  public Optional<TaskGlance> glance(TaskId id) {
    return byKey.read(
        session -> session.on(Sql.GLANCE).set("id", id.text()).first(TaskList::glance));
  }

  @Override
  public Optional<TaskView> find(TaskId id) {
    return byKey
        .<Optional<StoredView>>read(session ->
            session.inSnapshot(
                same -> StoredView.read(same, same.on(Sql.VIEW_BY_ID).set("id", id.text()))))
        .map(StoredView::view);
  }

  @Override
  public Page list(TaskQuery query) {
    return scans.<StoredPage>read(session -> session.inSnapshot(same -> page(same, query))).page();
  }

  private static StoredPage page(Session session, TaskQuery query) throws SQLException {
    TaskList.Lines found = TaskList.find(session, query);
    return query.detail() == Detail.GLANCE
        ? StoredPage.of(found, found.lines(), List.of())
        : inFull(session, found);
  }

  private static StoredPage inFull(Session session, TaskList.Lines found) throws SQLException {
    var lines = new ArrayList<TaskList.Line>();
    var views = new ArrayList<StoredView>();
    long bytes = 0;
    for (TaskList.Line line : found.lines()) {
      if (bytes > PAGE_BYTES) {
        break;
      }
      StoredView view =
          StoredView.read(session, session.on(Sql.VIEW_BY_SEQ).set("seq", line.seq()))
              .orElseThrow();
      lines.add(line);
      views.add(view);
      bytes += view.size();
    }
    return StoredPage.of(found, lines, views);
  }

  /** A page whose JSON is not read yet. */
  private record StoredPage(
      List<TaskGlance> glances, List<StoredView> views, Optional<String> next) {

    static StoredPage of(TaskList.Lines found, List<TaskList.Line> lines, List<StoredView> views) {
      boolean cut = lines.size() < found.lines().size();
      Optional<Long> next = cut ? Optional.of(lines.getLast().seq()) : found.next();
      return new StoredPage(
          lines.stream().map(TaskList.Line::glance).toList(),
          views,
          next.map(seq -> new PageToken(found.order(), seq).text()));
    }

    Page page() {
      return new Page(glances, views.stream().map(StoredView::view).toList(), next);
    }
  }

  @Override
  public List<HistoryEvent> history(HistoryQuery query) {
    return scans.read(session ->
        historyOf(session, query)
            .set("after", query.after())
            .set("most", query.most())
            .list(SqliteViewStore::event));
  }

  private static KeptStatement historyOf(Session session, HistoryQuery query) throws SQLException {
    String owner = query.owner().map(Owner::name).orElse(null);
    if (query.task().isPresent()) {
      return session
          .on(Sql.HISTORY_OF_TASK)
          .set("id", query.task().get().text())
          .set("owner", owner);
    }
    return owner == null
        ? session.on(Sql.HISTORY)
        : session.on(Sql.HISTORY_OF_OWNER).set("owner", owner);
  }

  private static HistoryEvent event(Row row) throws SQLException {
    return new HistoryEvent(
        row.number64("sequence"),
        new TaskId(row.text("id")),
        new Owner(row.text("owner")),
        row.time("at"),
        HistoryEvent.Kind.valueOf(row.text("kind")),
        TaskState.valueOf(row.text("state")),
        row.number32("attempt"),
        row.maybeText("detail"));
  }

  @Override
  public long newestEvent() {
    return byKey.read(session -> session.on(Sql.NEWEST_EVENT).one(row -> row.number64("sequence")));
  }

  @Override
  public LaneLoad load(Lane lane, int most) {
    return scans.read(session ->
        new LaneLoad(
            count(session, Sql.WAITING_IN_LANE, lane, most),
            count(session, Sql.IN_FLIGHT_OF_ALL, lane, most)));
  }

  private static int count(Session session, Sql sql, Lane lane, int most) throws SQLException {
    return session
        .on(sql)
        .set("lane", lane.name())
        .set("most", most)
        .one(row -> row.number32("tasks"));
  }

  @Override
  public Map<TaskState, Long> unfinished() {
    return scans.read(session -> {
      var tasks = new EnumMap<TaskState, Long>(TaskState.class);
      session
          .on(Sql.UNFINISHED)
          .list(row -> Map.entry(TaskState.valueOf(row.text("state")), row.number64("tasks")))
          .forEach(state -> tasks.put(state.getKey(), state.getValue()));
      return tasks;
    });
  }

  @Override
  public int ahead(TaskId id, int most) {
    return scans.read(session ->
        session
            .on(Sql.AHEAD)
            .set("id", id.text())
            .set("most", most)
            .first(row -> Math.min(row.number32("tasks"), most))
            .orElse(0));
  }

  @Override
  public List<Delivery> undelivered(int most) {
    return scans.read(session ->
        session.on(Sql.DELIVERIES_GIVEN_UP).set("most", most).list(SqliteDeliveryStore::read));
  }
}
