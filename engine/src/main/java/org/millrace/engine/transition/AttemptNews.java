package org.millrace.engine.transition;

import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Transition.Changed;
import org.millrace.domain.value.Value;

/**
 * What a change says of the attempt under way, the one that it begins or ends included. An event
 * that is late, or a remark, says nothing of it.
 */
public sealed interface AttemptNews {
  AttemptNews NONE = new None();

  /** Nothing new. */
  record None() implements AttemptNews {}

  /**
   * All that its holder knows of it, in place of what was stored; also where the event changes
   * nothing else.
   */
  record Known(AttemptReport report) implements AttemptNews {}

  /** What a peer answered, added to what is stored ({@link AttemptReport#answered}). */
  record Said(Value answer) implements AttemptNews {

    /** Whether it stays: what was stopped meanwhile has no answer, whatever its peer says of it. */
    public boolean isLeftBy(Changed changed) {
      return changed
          .attemptEnded()
          .filter(outcome -> !(outcome instanceof Outcome.Cancelled))
          .isPresent();
    }
  }
}
