package org.millrace.runtimes.steps;

import org.millrace.domain.value.Value;

/**
 * Does the steps of one kind, beside requests to services. Thread-safe.
 *
 * <h2>Contract</h2>
 *
 * <ul>
 *   <li>What it does is harmless when repeated; or, where {@link StepContext#mayHaveBegun}, it
 *       finds out first whether that was done, by whatever the peer knows of {@link
 *       StepContext#key}; or it fails then and says that it may have been done.
 *   <li>It ends within a limit of its own, and at once when interrupted.
 *   <li>It talks only to those whom the policy of destinations allows.
 *   <li>Its reply is at most 256 KiB as JSON, nested at most 200 deep, and its failures hold no
 *       secrets.
 * </ul>
 */
public interface StepHandler {

  /** By which steps name it; neither {@code call} nor {@code poll}. */
  String kind();

  /**
   * Does one step.
   *
   * @return its reply, to which later steps may refer
   */
  Value perform(StepContext context) throws StepFailed, InterruptedException;
}
