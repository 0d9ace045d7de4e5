package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.OptionalInt;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.Entries;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.runs.RunStore.StoredEdge;

/** Nodes and edges as their tables have them. */
final class NodeRow {
  private NodeRow() {}

  static RunNode read(Row row) throws SQLException {
    return new RunNode(
        row.number32("place"),
        new NodeKey(row.text("key")),
        row.number32("generation"),
        NodeState.valueOf(row.text("state")),
        row.number32("leading"),
        new Entries(
            row.number32("open"),
            row.number32("taken"),
            row.number32("barred"),
            row.number32("undecided")),
        row.maybeText("ending").map(NodeEnd::valueOf),
        row.maybeText("task").map(TaskId::new),
        row.maybeJson("cause").map(json -> json.as(Cause.class)),
        row.maybeNumber32("parent"),
        row.flag("telling"),
        row.number32("made"));
  }

  static StoredEdge edge(Row row) throws SQLException {
    return new StoredEdge(
        row.number32("from_place"),
        row.number32("to_place"),
        row.flag("leads"),
        row.maybeText("mark").map(EdgeMark::valueOf));
  }

  /** Sets what is fixed when a node is stored. */
  static void setFixed(KeptStatement statement, RunNode node) throws SQLException {
    OptionalInt parent = node.parent();
    statement
        .set("key", node.key().text())
        .set("leading", node.leading())
        .setNumber("parent", parent.isPresent() ? Long.valueOf(parent.getAsInt()) : null);
  }

  /** Sets where it is, and what changes. */
  static void setChanging(KeptStatement statement, long run, RunNode node) throws SQLException {
    statement
        .set("run", run)
        .set("place", node.place())
        .set("generation", node.generation())
        .set("state", node.state().name())
        .set("open", node.entries().open())
        .set("taken", node.entries().taken())
        .set("barred", node.entries().barred())
        .set("undecided", node.entries().undecided())
        .set("ending", node.end().map(NodeEnd::name).orElse(null))
        .set("task", node.task().map(TaskId::text).orElse(null))
        .set("cause", TaskRow.json(node.cause()))
        .set("telling", node.telling())
        .set("made", node.made());
  }

  /** Stores a node that is not there yet. */
  static void insert(Session session, long run, RunNode node, String plan) throws SQLException {
    KeptStatement insert = session.on(Sql.RUN_NODE_INSERT);
    setFixed(insert, node);
    setChanging(insert, run, node);
    insert.update();
    session
        .on(Sql.RUN_PLAN_INSERT)
        .set("run", run)
        .set("place", node.place())
        .set("json", plan)
        .update();
  }
}
