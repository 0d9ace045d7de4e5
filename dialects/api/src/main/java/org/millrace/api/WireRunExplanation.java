package org.millrace.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.graph.NodeKey;
import org.millrace.engine.runs.RunExplanation;

/** Why a run or a node of it is where it is. */
record WireRunExplanation(
    String run,
    Optional<String> node,
    String state,
    Instant since,
    String summary,
    List<WireCause> causes,
    List<String> chain,
    Optional<WireExplanation> task) {

  static WireRunExplanation of(RunExplanation explanation) {
    return new WireRunExplanation(
        explanation.run().text(),
        explanation.node().map(NodeKey::text),
        explanation.state(),
        explanation.since(),
        explanation.summary(),
        explanation.causes().stream().map(WireCause::of).toList(),
        explanation.chain().stream().map(NodeKey::text).toList(),
        explanation.task().map(WireExplanation::of));
  }
}
