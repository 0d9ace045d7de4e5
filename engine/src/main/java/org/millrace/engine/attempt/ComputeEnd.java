package org.millrace.engine.attempt;

import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.value.Value;

/** How the compute of an attempt ended, before outputs are looked at. */
public sealed interface ComputeEnd {

  /** It ran to an end; exit codes and the like are there to be collected. */
  record Ran() implements ComputeEnd {}

  /**
   * A peer told how it ended. Nothing else of it is there to be collected or cleaned.
   *
   * @param outcome what that means for the task
   * @param said the answer itself, for its face and for those after it
   */
  record Answered(Outcome outcome, Value said) implements ComputeEnd {}

  /**
   * We stopped it, in the middle or before it began; {@code storeOutputs}: bring out what is there
   * all the same.
   */
  record Stopped(boolean storeOutputs) implements ComputeEnd {}

  /** The runtime itself broke in the middle. */
  record Broken(Cause cause) implements ComputeEnd {}

  /** The runtime was asked and knows nothing of it. */
  record Lost(Cause cause, boolean mayHaveStarted) implements ComputeEnd {}
}
