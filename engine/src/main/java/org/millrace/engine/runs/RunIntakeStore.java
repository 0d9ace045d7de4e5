package org.millrace.engine.runs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.task.ExternalId;

/**
 * Takes new runs, a piece at a time. When a method returns, what it reports is on disk; each but
 * {@link #drop} is one transaction. Thread-safe; interruption is left pending.
 */
public interface RunIntakeStore {
  /** The run that has arrived under an external id, if one has and is still there. */
  Optional<RunId> arrived(ExternalId externalId);

  /**
   * Stores a run without its nodes.
   *
   * @param run ARRIVING
   * @param externalId resolved first: one that names a run that has arrived stores nothing. If it
   *     names an ARRIVING one, which its caller may have given up, this run takes the name over and
   *     the other one can arrive no more, so that no two ever arrive under one name
   * @return the run that has arrived under the external id, if one has
   * @throws RuntimeException if a run of that id is stored already, which no source of ids lets
   *     happen
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, when nothing can be stored now
   */
  Optional<RunId> begin(Run run, RunSpec spec, Optional<ExternalId> externalId);

  /**
   * Stores nodes and edges of an ARRIVING run, all or none. Nodes that an edge names may come
   * later.
   *
   * @throws RuntimeException if a node or an edge is there already
   * @throws org.millrace.domain.failure.Refusal {@code Conflict}, when the run does not arrive any
   *     more: it has, it was dropped, or another one has taken its name over
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, when nothing can be stored now
   */
  void add(RunId run, List<NewNode> nodes, List<NewEdge> edges);

  /**
   * Removes an ARRIVING run and all that is stored of it; does nothing to any other. It cannot
   * arrive from the beginning on; its rows may go in several transactions, and if they do not all
   * go, {@link #arrivingSince} tells of it.
   */
  void drop(RunId run);

  /**
   * ARRIVING runs begun before that time, and those that can arrive no more and are still to be
   * dropped; in the order in which they were begun.
   */
  List<RunId> arrivingSince(Instant before, int most);

  /** A node to store. */
  record NewNode(RunNode node, NodePlan plan) {}

  /**
   * An edge to store, by places.
   *
   * @param leads whether it tells if the node that it enters is come to at all
   */
  record NewEdge(int from, int to, Optional<Condition> condition, boolean leads) {}
}
