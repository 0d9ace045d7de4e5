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
 * Takes new runs, a piece at a time. When a method returns, what it reports is on disk; each is one
 * transaction. Thread-safe; interruption is left pending.
 */
public interface RunIntakeStore {
  /**
   * Stores a run without its nodes.
   *
   * @param run ARRIVING
   * @param externalId resolved first: a known one stores nothing. One that names an ARRIVING run is
   *     taken over by this one
   * @return the run that the external id names already, if it does
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, when nothing can be stored now
   */
  Optional<RunId> begin(Run run, RunSpec spec, Optional<ExternalId> externalId);

  /**
   * Stores nodes and edges of an ARRIVING run. Nodes that an edge names may come later.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, when nothing can be stored now
   */
  void add(RunId run, List<NewNode> nodes, List<NewEdge> edges);

  /** Removes an ARRIVING run and all that is stored of it; does nothing to any other. */
  void drop(RunId run);

  /** ARRIVING runs begun before that time, oldest first. */
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
