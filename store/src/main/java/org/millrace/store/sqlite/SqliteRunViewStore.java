package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.runs.RunViewStore;

/** Reads of runs: one row by key on the caller's thread, everything else on the read pool. */
final class SqliteRunViewStore implements RunViewStore {
  private final Reads byKey;
  private final Reads scans;

  SqliteRunViewStore(Reads byKey, Reads scans) {
    this.byKey = byKey;
    this.scans = scans;
  }

  @Override
  public Optional<RunHead> find(RunId run) {
    return byKey
        .<Optional<RunRow.Head>>read(
            session -> session.on(Sql.RUN_VIEW).set("id", run.text()).first(RunRow.Head::read))
        .map(RunRow.Head::head);
  }

  @Override
  public List<RunHead> list(RunQuery query) {
    return scans
        .<List<RunRow.Head>>read(session ->
            listOf(session, query)
                .set("after", query.after().map(RunId::text).orElse(null))
                .set("most", query.most())
                .list(RunRow.Head::read))
        .stream()
        .map(RunRow.Head::head)
        .toList();
  }

  private static KeptStatement listOf(Session session, RunQuery query) throws SQLException {
    boolean ofState = query.state().isPresent();
    KeptStatement list =
        session.on(
            query.owner().isPresent()
                ? ofState ? Sql.RUNS_BY_OWNER_AND_STATE : Sql.RUNS_BY_OWNER
                : ofState ? Sql.RUNS_BY_STATE : Sql.RUNS);
    if (query.owner().isPresent()) {
      list.set("owner", query.owner().get().name());
    }
    if (ofState) {
      list.set("state", query.state().get().name());
    }
    return list;
  }

  @Override
  public Optional<RunNode> node(RunId run, NodeKey key) {
    return byKey.read(session ->
        session
            .on(Sql.RUN_NODE_BY_KEY)
            .set("run", run.text())
            .set("key", key.text())
            .first(NodeRow::read));
  }

  @Override
  public Optional<RunNode> node(RunId run, int place) {
    return byKey.read(session ->
        session
            .on(Sql.RUN_NODE_BY_PLACE)
            .set("run", run.text())
            .set("place", place)
            .first(NodeRow::read));
  }

  @Override
  public Optional<NodePlan> plan(RunId run, int place) {
    return byKey
        .<Optional<UnreadJson>>read(session ->
            session
                .on(Sql.RUN_PLAN)
                .set("run", run.text())
                .set("place", place)
                .first(row -> row.json("json")))
        .map(json -> json.as(NodePlan.class));
  }

  @Override
  public List<RunNode> nodes(RunId run, int from, int most) {
    return scans.read(session ->
        session
            .on(Sql.RUN_NODES)
            .set("run", run.text())
            .set("from", from)
            .set("most", most)
            .list(NodeRow::read));
  }

  @Override
  public List<RunNode> items(RunId run, int parent, int from, int most) {
    return scans.read(session ->
        session
            .on(Sql.RUN_ITEMS)
            .set("run", run.text())
            .set("parent", parent)
            .set("from", from)
            .set("most", most)
            .list(NodeRow::read));
  }

  @Override
  public List<StoredEdge> entering(RunId run, int first, int last, int most) {
    return scans.read(session ->
        session
            .on(Sql.RUN_ENTERING)
            .set("run", run.text())
            .set("first", first)
            .set("last", last)
            .set("most", most)
            .list(NodeRow::edge));
  }

  @Override
  public Optional<NodeOf> nodeOf(TaskId task) {
    return byKey.read(session ->
        session
            .on(Sql.RUN_NODE_OF)
            .set("task", task.text())
            .first(row -> new NodeOf(new RunId(row.text("id")), NodeRow.read(row))));
  }

  @Override
  public List<RunEventLine> history(RunId run, long after, int most) {
    return scans.read(session ->
        session
            .on(Sql.RUN_HISTORY)
            .set("run", run.text())
            .set("after", after)
            .set("most", most)
            .list(SqliteRunViewStore::line));
  }

  @Override
  public Optional<RunEventLine> lastLine(RunId run, int place) {
    return byKey.read(session ->
        session
            .on(Sql.RUN_LAST_EVENT)
            .set("run", run.text())
            .set("place", place)
            .first(SqliteRunViewStore::line));
  }

  private static RunEventLine line(Row row) throws SQLException {
    return new RunEventLine(
        row.number64("sequence"),
        row.time("at"),
        row.maybeNumber32("place"),
        row.maybeText("node").map(NodeKey::new),
        row.text("state"),
        row.maybeText("task").map(TaskId::new),
        row.maybeText("detail"));
  }

  @Override
  public long newestLine() {
    return byKey.read(
        session -> session.on(Sql.RUN_NEWEST_EVENT).one(row -> row.number64("sequence")));
  }
}
