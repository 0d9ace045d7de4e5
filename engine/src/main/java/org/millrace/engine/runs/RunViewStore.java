package org.millrace.engine.runs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.runs.RunStore.StoredEdge;

/**
 * Reads of runs. Sees everything that was acknowledged before. A run that is ARRIVING, or being
 * removed, is not there, and neither is anything of it. Thread-safe; interruption is left pending.
 */
public interface RunViewStore {
  /** A run. */
  Optional<RunHead> find(RunId run);

  /** A page of runs in the order in which they were begun. */
  List<RunHead> list(RunQuery query);

  /**
   * Which runs to read.
   *
   * @param after those begun after this one; none, if it is not there any more
   * @param most at least 1
   */
  record RunQuery(
      Optional<Owner> owner, Optional<RunState> state, Optional<RunId> after, int most) {}

  Optional<RunNode> node(RunId run, NodeKey key);

  Optional<RunNode> node(RunId run, int place);

  /** What a node was told to do. */
  Optional<NodePlan> plan(RunId run, int place);

  /** Nodes from a place on, in the order of their places. */
  List<RunNode> nodes(RunId run, int from, int most);

  /** Items of a spread node, from a place on, in the order of their places. */
  List<RunNode> items(RunId run, int parent, int from, int most);

  /** Edges that enter a node, those without a mark first, then by where they begin. */
  default List<StoredEdge> entering(RunId run, int place, int most) {
    return entering(run, place, place, most);
  }

  /**
   * Edges that enter the nodes from the first place to the last, by the place they enter; of each,
   * those without a mark first, then by where they begin.
   */
  List<StoredEdge> entering(RunId run, int first, int last, int most);

  /**
   * Where a task belongs: the node that became it last. Of several that adopted it, the last one of
   * the run that was begun last.
   */
  Optional<NodeOf> nodeOf(TaskId task);

  /** A node of a run. */
  record NodeOf(RunId run, RunNode node) {}

  /** Lines of history after a cursor, in order. */
  List<RunEventLine> history(RunId run, long after, int most);

  /** The newest line that tells of a node; empty if none does. */
  Optional<RunEventLine> lastLine(RunId run, int place);

  /** Cursor of the newest line of all runs; 0 before the first. */
  long newestLine();

  /**
   * A line of the history of a run.
   *
   * @param sequence the cursor of those who follow
   * @param place of the node; empty if it tells of the run as a whole
   * @param state of the node or run afterwards; of a node that ended, its end
   * @param task that the node is, if it is one
   * @param detail why, if there is something to say
   */
  record RunEventLine(
      long sequence,
      Instant at,
      OptionalInt place,
      Optional<NodeKey> node,
      String state,
      Optional<TaskId> task,
      Optional<String> detail) {}
}
