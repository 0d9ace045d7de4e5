package org.millrace.tes;

import java.time.Duration;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TimeLimits;

/**
 * How the TES face behaves.
 *
 * @param serviceInfo what it says of itself
 * @param limits how large a task may be
 * @param showAllStates whether clients see CANCELING, PAUSED and PREEMPTED; many take them for the
 *     end of a task
 * @param holdRunning how long after its start a task is shown as RUNNING even if it ended sooner;
 *     zero for no longer than it is ({@link ShownStates})
 * @param errors the form of refusals and failures
 * @param retry of every task that comes through it
 * @param timeLimits of every task that comes through it; the standard has no word for them
 */
public record TesConfig(
    ServiceInfo serviceInfo,
    TesLimits limits,
    boolean showAllStates,
    Duration holdRunning,
    ErrorBodies errors,
    RetryPolicy retry,
    TimeLimits timeLimits) {

  /** The form of errors. */
  public enum ErrorBodies {
    /** One for all: time stamp, status and message. */
    UNIFORM,
    /** As TESP has them: several, and 422 for what cannot be read. */
    TESP
  }

  public TesConfig {
    if (holdRunning.isNegative() || holdRunning.compareTo(MOST_HELD) > 0) {
      throw new IllegalArgumentException("tes.hold-running: 0s to 60s, not " + holdRunning);
    }
  }

  /** Longer, and what clients see has little to do with what is. */
  private static final Duration MOST_HELD = Duration.ofMinutes(1);

  /** The usual settings, for a server of this version. */
  public static TesConfig standard(String version) {
    return new TesConfig(
        ServiceInfo.standard(version),
        TesLimits.DEFAULT,
        false,
        Duration.ZERO,
        ErrorBodies.UNIFORM,
        RetryPolicy.DEFAULT,
        TimeLimits.NONE);
  }

  /** The same with other limits. */
  public TesConfig with(TesLimits other) {
    return new TesConfig(serviceInfo, other, showAllStates, holdRunning, errors, retry, timeLimits);
  }

  /** The same with another self-description. */
  public TesConfig with(ServiceInfo other) {
    return new TesConfig(other, limits, showAllStates, holdRunning, errors, retry, timeLimits);
  }

  /** The same with another policy of retries. */
  public TesConfig with(RetryPolicy other) {
    return new TesConfig(
        serviceInfo, limits, showAllStates, holdRunning, errors, other, timeLimits);
  }

  /** The same, showing clients every state or not. */
  public TesConfig withAllStatesShown(boolean all) {
    return new TesConfig(serviceInfo, limits, all, holdRunning, errors, retry, timeLimits);
  }

  /** The same, showing tasks as RUNNING for so long at least. */
  public TesConfig withRunningHeld(Duration other) {
    return new TesConfig(serviceInfo, limits, showAllStates, other, errors, retry, timeLimits);
  }

  /** The same with errors of another form. */
  public TesConfig with(ErrorBodies other) {
    return new TesConfig(serviceInfo, limits, showAllStates, holdRunning, other, retry, timeLimits);
  }
}
