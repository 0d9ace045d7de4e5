package org.millrace.engine.views;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;

/**
 * Why a task is where it is.
 *
 * @param since when it came to be so
 * @param summary one sentence
 * @param causes what holds it or ended it, the nearest first; each says what would help
 * @param next when something will happen by itself, if that is known
 * @param earlier how earlier attempts ended, the first first
 */
public record Explanation(
    TaskId task,
    TaskState state,
    Instant since,
    String summary,
    List<Cause> causes,
    Optional<Instant> next,
    List<String> earlier) {
  public Explanation {
    causes = List.copyOf(causes);
    earlier = List.copyOf(earlier);
  }
}
