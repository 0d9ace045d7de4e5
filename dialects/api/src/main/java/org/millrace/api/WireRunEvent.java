package org.millrace.api;

import java.time.Instant;
import java.util.Optional;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.RunId;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.runs.RunViewStore.RunEventLine;

/**
 * One line of the history of a run.
 *
 * @param node empty if it tells of the run as a whole
 * @param state of the node or run afterwards; of a node that ended, how
 */
record WireRunEvent(
    long sequence,
    String run,
    Instant at,
    Optional<String> node,
    Optional<Integer> place,
    String state,
    Optional<String> task,
    Optional<String> detail) {

  static WireRunEvent of(RunId run, RunEventLine line) {
    return new WireRunEvent(
        line.sequence(),
        run.text(),
        line.at(),
        line.node().map(NodeKey::text),
        line.place().isPresent() ? Optional.of(line.place().getAsInt()) : Optional.empty(),
        line.state(),
        line.task().map(TaskId::text),
        line.detail());
  }

  /** What it tells of: {@code run} or {@code node}. */
  String about() {
    return node.isPresent() ? "node" : "run";
  }
}
