package org.millrace.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.Explanation;

/** Why a task is where it is. */
record WireExplanation(
    String id,
    TaskState state,
    Instant since,
    String summary,
    List<WireCause> causes,
    Optional<Instant> next,
    List<String> earlier) {
  static WireExplanation of(Explanation explanation) {
    return new WireExplanation(
        explanation.task().text(),
        explanation.state(),
        explanation.since(),
        explanation.summary(),
        explanation.causes().stream().map(WireCause::of).toList(),
        explanation.next(),
        explanation.earlier());
  }
}
