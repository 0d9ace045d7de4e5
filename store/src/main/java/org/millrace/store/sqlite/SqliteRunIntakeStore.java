package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.ExternalId;
import org.millrace.engine.runs.RunIntakeStore;
import org.millrace.store.json.StoredJson;

/** Takes new runs. */
final class SqliteRunIntakeStore implements RunIntakeStore {
  /** Of a run that is dropped: nobody else writes meanwhile. */
  private static final int ROWS_AT_ONCE = 1000;

  private final Writer writer;
  private final Reads byKey;
  private final Reads scans;

  SqliteRunIntakeStore(Writer writer, Reads byKey, Reads scans) {
    this.writer = writer;
    this.byKey = byKey;
    this.scans = scans;
  }

  @Override
  public Optional<RunId> arrived(ExternalId externalId) {
    return byKey
        .read(session -> named(session, Optional.of(externalId)))
        .filter(named -> named.state() != RunState.ARRIVING)
        .map(Named::id);
  }

  @Override
  public Optional<RunId> begin(Run run, RunSpec spec, Optional<ExternalId> externalId) {
    String json = StoredJson.write(spec); // here, not on the one thread that writes
    return writer.writeNewWork(session -> {
      Optional<Named> named = named(session, externalId);
      if (named.isPresent() && named.get().state() != RunState.ARRIVING) {
        return Optional.of(named.get().id());
      }
      if (named.isPresent()) {
        leave(session, named.get().seq());
      }
      long seq = insert(session, run, json);
      insertName(session, seq, externalId);
      return Optional.empty();
    });
  }

  /** A run that an external id names. */
  private record Named(long seq, RunId id, RunState state) {}

  private static Optional<Named> named(Session session, Optional<ExternalId> name)
      throws SQLException {
    return name.isEmpty()
        ? Optional.empty()
        : session
            .on(Sql.RUN_EXTERNAL_ID_FIND)
            .set("face", name.get().face())
            .set("text", name.get().text())
            .first(row ->
                new Named(
                    row.number64("seq"),
                    new RunId(row.text("id")),
                    RunState.valueOf(row.text("state"))));
  }

  private static void leave(Session session, long run) throws SQLException {
    session.on(Sql.RUN_LEAVE).set("seq", run).update();
  }

  static long insert(Session session, Run run, String spec) throws SQLException {
    KeptStatement insert = session.on(Sql.RUN_INSERT);
    RunRow.setFixed(insert, run);
    RunRow.setChanging(insert, run);
    long seq = insert.one(row -> row.number64("seq"));
    session.on(Sql.RUN_SPEC_INSERT).set("run", seq).set("json", spec).update();
    return seq;
  }

  static void insertName(Session session, long run, Optional<ExternalId> name) throws SQLException {
    if (name.isPresent()) {
      session
          .on(Sql.RUN_EXTERNAL_ID_SAVE)
          .set("face", name.get().face())
          .set("text", name.get().text())
          .set("run", run)
          .update();
    }
  }

  @Override
  public void add(RunId run, List<NewNode> nodes, List<NewEdge> edges) {
    List<String> plans = nodes.stream().map(node -> StoredJson.write(node.plan())).toList();
    List<@Nullable String> conditions =
        edges.stream().<@Nullable String>map(edge -> TaskRow.json(edge.condition())).toList();
    writer.writeNewWork(session -> {
      RunRow row =
          session
              .on(Sql.RUN_FIND)
              .set("id", run.text())
              .first(RunRow::read)
              .filter(found -> found.run().state() == RunState.ARRIVING)
              .orElseThrow(() -> notArriving(run));
      for (int node = 0; node < nodes.size(); node++) {
        NodeRow.insert(session, row.seq(), nodes.get(node).node(), plans.get(node));
      }
      for (int edge = 0; edge < edges.size(); edge++) {
        insert(session, row.seq(), edges.get(edge), conditions.get(edge));
      }
      return row;
    });
  }

  private static Refusal notArriving(RunId run) {
    return new Refusal(
        new Failure.Conflict(
            "run " + run + " does not arrive any more: it is complete, or was submitted again"));
  }

  static void insert(Session session, long run, NewEdge edge, @Nullable String condition)
      throws SQLException {
    session
        .on(Sql.RUN_EDGE_INSERT)
        .set("run", run)
        .set("from", edge.from())
        .set("to", edge.to())
        .set("condition", condition)
        .set("leads", edge.leads())
        .update();
  }

  @Override
  public void drop(RunId run) {
    Optional<Long> arriving =
        writer.write(session -> {
          Optional<Long> found =
              session
                  .on(Sql.RUN_ARRIVING_FIND)
                  .set("id", run.text())
                  .first(row -> row.number64("seq"));
          if (found.isPresent()) {
            leave(session, found.get());
          }
          return found;
        });
    arriving.ifPresent(this::remove);
  }

  /** In pieces; what a crash leaves is found by {@link #arrivingSince}. */
  private void remove(long run) {
    int removed;
    do {
      removed = writer.<Integer>write(session -> RunRemoval.piece(session, run, ROWS_AT_ONCE));
    } while (removed > 0);
  }

  @Override
  public List<RunId> arrivingSince(Instant before, int most) {
    return scans.read(session ->
        session
            .on(Sql.RUNS_ARRIVING)
            .set("before", before)
            .set("most", most)
            .list(row -> new RunId(row.text("id"))));
  }
}
