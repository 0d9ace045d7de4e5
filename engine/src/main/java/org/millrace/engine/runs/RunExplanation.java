package org.millrace.engine.runs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.RunId;
import org.millrace.engine.views.Explanation;

/**
 * Why a run, or a node of it, is where it is.
 *
 * @param node empty for the run as a whole
 * @param state of the node or run; of a node that ended, its end
 * @param since when it is so
 * @param summary a sentence
 * @param causes what stands in the way, or why it failed
 * @param chain from the node itself to the one that all of them wait for, in the order of waiting;
 *     of a run, the nodes that keep it from going on or that failed
 * @param task what the last of the chain is told of as a task, if it is one
 */
public record RunExplanation(
    RunId run,
    Optional<NodeKey> node,
    String state,
    Instant since,
    String summary,
    List<Cause> causes,
    List<NodeKey> chain,
    Optional<Explanation> task) {
  public RunExplanation {
    causes = List.copyOf(causes);
    chain = List.copyOf(chain);
  }
}
