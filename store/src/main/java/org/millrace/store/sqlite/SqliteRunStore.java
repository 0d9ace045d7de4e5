package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.NodeTransition;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunMachine;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunTally;
import org.millrace.engine.runs.RunLine;
import org.millrace.engine.runs.RunStore;
import org.millrace.store.json.StoredJson;
import org.millrace.store.sqlite.SqliteIntakeStore.WrittenTask;

/**
 * Changes runs, and finds what is next to be done in them. The one thread that writes is the lock.
 */
final class SqliteRunStore implements RunStore {
  private final Writer writer;
  private final Reads scans;

  SqliteRunStore(Writer writer, Reads scans) {
    this.writer = writer;
    this.scans = scans;
  }

  @Override
  public Optional<Run> apply(RunId id, RunEvent event, Instant at) {
    return writer.write(session -> {
      Optional<RunRow> found = session.on(Sql.RUN_FIND).set("id", id.text()).first(RunRow::read);
      return found.isEmpty()
          ? Optional.empty()
          : Optional.of(apply(session, found.get(), event, at));
    });
  }

  static Run apply(Session session, RunRow row, RunEvent event, Instant at) throws SQLException {
    Run after = RunMachine.apply(row.run(), event, at);
    if (!after.equals(row.run())) {
      NodeChanges.save(session, new RunRow(row.seq(), after));
      NodeChanges.record(session, row.seq(), RunLine.of(row.run(), after), at);
    }
    return after;
  }

  @Override
  public List<Optional<NodeTransition>> apply(List<NodeChange> changes, Instant at) {
    List<NodeChanges.Written> written = changes.stream().map(SqliteRunStore::written).toList();
    Session.Unit<List<Optional<NodeTransition>>> unit = session -> apply(session, written, at);
    return changes.stream().anyMatch(SqliteRunStore::bringsNewWork)
        ? writer.writeNewWork(unit)
        : writer.write(unit);
  }

  private static NodeChanges.Written written(NodeChange change) {
    return new NodeChanges.Written(
        change,
        change.task().map(WrittenTask::of),
        change.items().stream().map(item -> StoredJson.write(item.plan())).toList());
  }

  private static boolean bringsNewWork(NodeChange change) {
    return change.task().isPresent() || !change.items().isEmpty();
  }

  private static List<Optional<NodeTransition>> apply(
      Session session, List<NodeChanges.Written> changes, Instant at) throws SQLException {
    var rows = new NodeChanges(session, at);
    List<Optional<NodeTransition>> done = new ArrayList<>();
    for (NodeChanges.Written change : changes) {
      done.add(rows.apply(change));
    }
    rows.flush();
    return done;
  }

  @Override
  public void forget(RunId run, int rewind, List<EdgeAt> edges, List<Integer> items) {
    writer.write(session -> {
      Optional<RunRow> found =
          session
              .on(Sql.RUN_FIND)
              .set("id", run.text())
              .first(RunRow::read)
              .filter(row -> row.run().isRewound(rewind));
      return found.isEmpty() ? 0 : forget(session, found.get().seq(), edges, items);
    });
  }

  private static int forget(Session session, long run, List<EdgeAt> edges, List<Integer> items)
      throws SQLException {
    int changed = 0;
    for (EdgeAt edge : edges) {
      changed +=
          session
              .on(Sql.RUN_EDGE_UNMARK)
              .set("run", run)
              .set("from", edge.from())
              .set("to", edge.to())
              .update();
    }
    for (int place : items) {
      if (session.on(Sql.RUN_ITEM_DELETE).set("run", run).set("place", place).update() == 1) {
        session.on(Sql.RUN_PLAN_DELETE).set("run", run).set("place", place).update();
        changed++;
      }
    }
    return changed;
  }

  @Override
  public List<RunHead> busy(Optional<RunId> after, int most) {
    return scans
        .<List<RunRow.Head>>read(session ->
            session
                .on(Sql.RUNS_BUSY)
                .set("after", after.map(RunId::text).orElse(null))
                .set("most", most)
                .list(RunRow.Head::read))
        .stream()
        .map(RunRow.Head::head)
        .toList();
  }

  @Override
  public List<RunNode> toTell(RunId run, int most) {
    return scans.read(session ->
        session.on(Sql.RUN_TO_TELL).set("run", run.text()).set("most", most).list(NodeRow::read));
  }

  /** An edge whose condition is not read yet. */
  private record UnreadLeaving(RunNode to, Optional<UnreadJson> condition, boolean leads) {
    static UnreadLeaving read(Row row) throws SQLException {
      return new UnreadLeaving(NodeRow.read(row), row.maybeJson("condition"), row.flag("leads"));
    }

    Leaving leaving() {
      return new Leaving(to, condition.map(json -> json.as(Condition.class)), leads);
    }
  }

  @Override
  public List<Leaving> leaving(RunId run, int place, int most) {
    return scans
        .<List<UnreadLeaving>>read(session ->
            session
                .on(Sql.RUN_LEAVING)
                .set("run", run.text())
                .set("place", place)
                .set("most", most)
                .list(UnreadLeaving::read))
        .stream()
        .map(UnreadLeaving::leaving)
        .toList();
  }

  @Override
  public List<RunNode> ready(RunId run, int most) {
    return nodes(session -> session.on(Sql.RUN_READY).set("run", run.text()).set("most", most));
  }

  @Override
  public List<RunNode> spreading(RunId run, int most) {
    return nodes(session -> session.on(Sql.RUN_SPREADING).set("run", run.text()).set("most", most));
  }

  @Override
  public List<RunNode> active(RunId run, int from, int most) {
    return nodes(session ->
        session.on(Sql.RUN_ACTIVE).set("run", run.text()).set("from", from).set("most", most));
  }

  private List<RunNode> nodes(Session.Unit<KeptStatement> question) {
    return scans.read(session -> question.run(session).list(NodeRow::read));
  }

  @Override
  public List<StoredEdge> edges(RunId run, int afterFrom, int afterTo, int most) {
    return scans.read(session ->
        session
            .on(Sql.RUN_EDGES)
            .set("run", run.text())
            .set("from", afterFrom)
            .set("to", afterTo)
            .set("most", most)
            .list(NodeRow::edge));
  }

  @Override
  public RunTally count(RunId run) {
    return scans.read(session ->
        session
            .on(Sql.RUN_COUNT)
            .set("run", run.text())
            .one(row ->
                new RunTally(
                    row.number32("open"), row.number32("active"), row.number32("failed"))));
  }
}
