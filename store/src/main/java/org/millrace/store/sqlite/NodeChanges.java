package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeEvent.ToldAll;
import org.millrace.domain.run.NodeMachine;
import org.millrace.domain.run.NodeTransition;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.runs.RunLine;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.Over;
import org.millrace.store.sqlite.SqliteIntakeStore.WrittenTask;

/**
 * Changes of nodes within one transaction. Each row is read once, and saved once at the end: where
 * a thousand edges enter one node, it counts to a thousand in memory.
 */
final class NodeChanges {
  private final Session session;
  private final Instant at;
  private final Map<RunId, Kept<Run>> runs = new HashMap<>();
  private final Map<Place, Kept<RunNode>> nodes = new LinkedHashMap<>();

  /** Where a node is. */
  private record Place(long run, int place) {}

  /** A row, and what is to become of it. */
  private static final class Kept<T> {
    private final long run;
    private final T stored;
    private T now;

    Kept(long run, T stored) {
      this.run = run;
      this.stored = stored;
      this.now = stored;
    }

    boolean isChanged() {
      return !now.equals(stored);
    }
  }

  /**
   * A change with its JSON, which is made before the one thread that writes gets it.
   *
   * @param task that it brings, if any
   * @param plans of its items
   */
  record Written(NodeChange change, Optional<WrittenTask> task, List<String> plans) {}

  NodeChanges(Session session, Instant at) {
    this.session = session;
    this.at = at;
  }

  /** What came of a change; empty if there is no such node. */
  Optional<NodeTransition> apply(Written written) throws SQLException {
    NodeChange change = written.change();
    Optional<Kept<Run>> run = run(change.run());
    if (run.isEmpty()) {
      return Optional.empty();
    }
    Optional<Kept<RunNode>> node = node(new Place(run.get().run, change.place()));
    return node.isEmpty() ? Optional.empty() : Optional.of(apply(run.get(), node.get(), written));
  }

  private NodeTransition apply(Kept<Run> run, Kept<RunNode> node, Written written)
      throws SQLException {
    NodeChange change = written.change();
    var unchanged = new NodeTransition(run.now, node.now, false);
    if (node.now.generation() != change.generation()) {
      return unchanged;
    }
    NodeTransition after = NodeMachine.apply(run.now, node.now, change.event(), at);
    if (!after.changed()) {
      return after;
    }
    Optional<Task> adopted = adopted(change);
    if ((becomesTask(change) && change.task().isEmpty() && adopted.isEmpty())
        || !isTold(run, change)) {
      return unchanged;
    }
    save(run, node, after);
    storeWhatGoesWith(run.run, written);
    Optional<Task> ended = change.done().or(() -> adopted).filter(task -> task.state().isFinal());
    return ended.isPresent() ? end(run, node, ended.get().id(), ended.get().state()) : after;
  }

  private static boolean becomesTask(NodeChange change) {
    return change.event() instanceof NodeEvent.Begun;
  }

  /** The task that was there before, if the node becomes such a one. */
  private Optional<Task> adopted(NodeChange change) throws SQLException {
    return change.event() instanceof NodeEvent.Begun(TaskId task) && change.task().isEmpty()
        ? session.on(Sql.TASK_FIND).set("id", task.text()).first(TaskRow::read).map(TaskRow::task)
        : Optional.empty();
  }

  /** Whether what it comes over is told now; false if it was before. */
  private boolean isTold(Kept<Run> run, NodeChange change) throws SQLException {
    if (change.over().isEmpty()) {
      return true;
    }
    return switch (change.over().get()) {
      case Over.MarkedEdge edge ->
          telling(run, edge.from()).isPresent() && isMarked(run.run, edge, change.place());
      case Over.ItemEnded(int place) -> hasToldAll(run, place);
    };
  }

  private boolean isMarked(long run, Over.MarkedEdge edge, int to) throws SQLException {
    return session
            .on(Sql.RUN_EDGE_MARK)
            .set("run", run)
            .set("from", edge.from())
            .set("to", to)
            .set("mark", edge.mark().name())
            .update()
        == 1;
  }

  private boolean hasToldAll(Kept<Run> run, int place) throws SQLException {
    Optional<Kept<RunNode>> item = telling(run, place);
    if (item.isPresent()) {
      var told = new ToldAll(run.now.rewinds());
      save(run, item.get(), NodeMachine.apply(run.now, item.get().now, told, at));
    }
    return item.isPresent();
  }

  /** A node that is telling its end. */
  private Optional<Kept<RunNode>> telling(Kept<Run> run, int place) throws SQLException {
    return node(new Place(run.run, place)).filter(node -> node.now.telling());
  }

  private void storeWhatGoesWith(long run, Written written) throws SQLException {
    NodeChange change = written.change();
    if (written.task().isPresent()) {
      SqliteIntakeStore.insert(session, written.task().get());
    }
    for (int item = 0; item < change.items().size(); item++) {
      NodeRow.insert(session, run, change.items().get(item).node(), written.plans().get(item));
    }
  }

  /** Ends every node that is this task, which is final now. */
  void end(Task task) throws SQLException {
    end(task.id(), task.state());
  }

  /** Ends every node that is this task, as of one that ended so. */
  void end(TaskId task, TaskState state) throws SQLException {
    List<Place> active =
        session
            .on(Sql.RUN_NODES_ACTIVE_BY_TASK)
            .set("task", task.text())
            .list(row -> new Place(row.number64("run"), row.number32("place")));
    for (Place place : active) {
      RunRow row = session.on(Sql.RUN_FIND_BY_SEQ).set("seq", place.run()).one(RunRow::read);
      Kept<Run> run = runs.computeIfAbsent(row.run().id(), _ -> new Kept<>(row.seq(), row.run()));
      end(run, node(place).orElseThrow(), task, state);
    }
  }

  private NodeTransition end(Kept<Run> run, Kept<RunNode> node, TaskId task, TaskState state)
      throws SQLException {
    NodeTransition after =
        NodeMachine.apply(run.now, node.now, new NodeEvent.TaskEnded(task, state), at);
    save(run, node, after);
    return after;
  }

  private Optional<Kept<Run>> run(RunId id) throws SQLException {
    Kept<Run> known = runs.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Kept<Run>> found =
        session
            .on(Sql.RUN_FIND)
            .set("id", id.text())
            .first(RunRow::read)
            .map(row -> new Kept<>(row.seq(), row.run()));
    found.ifPresent(run -> runs.put(id, run));
    return found;
  }

  private Optional<Kept<RunNode>> node(Place place) throws SQLException {
    Kept<RunNode> known = nodes.get(place);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Kept<RunNode>> found =
        session
            .on(Sql.RUN_NODE_FIND)
            .set("run", place.run())
            .set("place", place.place())
            .first(NodeRow::read)
            .map(node -> new Kept<>(place.run(), node));
    found.ifPresent(node -> nodes.put(place, node));
    return found;
  }

  private void save(Kept<Run> run, Kept<RunNode> node, NodeTransition after) throws SQLException {
    record(session, run.run, RunLine.of(node.now, after.node()), at);
    record(session, run.run, RunLine.of(run.now, after.run()), at);
    node.now = after.node();
    run.now = after.run();
  }

  /** Writes the rows that changed. */
  void flush() throws SQLException {
    for (Kept<RunNode> node : nodes.values()) {
      if (node.isChanged()) {
        KeptStatement save = session.on(Sql.RUN_NODE_SAVE);
        NodeRow.setChanging(save, node.run, node.now);
        save.update();
      }
    }
    for (Kept<Run> run : runs.values()) {
      if (run.isChanged()) {
        save(session, new RunRow(run.run, run.now));
      }
    }
  }

  static void save(Session session, RunRow row) throws SQLException {
    KeptStatement save = session.on(Sql.RUN_SAVE).set("seq", row.seq());
    RunRow.setChanging(save, row.run());
    save.update();
  }

  /** Adds a line of history, if there is one. */
  static void record(Session session, long run, Optional<RunLine> line, Instant at)
      throws SQLException {
    if (line.isPresent()) {
      session
          .on(Sql.RUN_EVENT_INSERT)
          .set("run", run)
          .set("at", at)
          .setNumber(
              "place",
              line.get().place().isPresent() ? Long.valueOf(line.get().place().getAsInt()) : null)
          .set("node", line.get().node().map(Object::toString).orElse(null))
          .set("state", line.get().state())
          .set("task", line.get().task().map(TaskId::text).orElse(null))
          .set("detail", line.get().detail().orElse(null))
          .update();
    }
  }
}
