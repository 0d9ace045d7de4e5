package org.millrace.tes;

import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TimeLimits;

/**
 * How the TES face behaves.
 *
 * @param serviceInfo what it says of itself
 * @param limits how large a task may be
 * @param showAllStates whether clients see CANCELING, PAUSED and PREEMPTED; many take them for the
 *     end of a task
 * @param retry of every task that comes through it
 * @param timeLimits of every task that comes through it; the standard has no word for them
 */
public record TesConfig(
    ServiceInfo serviceInfo,
    TesLimits limits,
    boolean showAllStates,
    RetryPolicy retry,
    TimeLimits timeLimits) {

  /** The usual settings, for a server of this version. */
  public static TesConfig standard(String version) {
    return new TesConfig(
        ServiceInfo.standard(version),
        TesLimits.DEFAULT,
        false,
        RetryPolicy.DEFAULT,
        TimeLimits.NONE);
  }

  /** The same with other limits. */
  public TesConfig with(TesLimits other) {
    return new TesConfig(serviceInfo, other, showAllStates, retry, timeLimits);
  }

  /** The same with another self-description. */
  public TesConfig with(ServiceInfo other) {
    return new TesConfig(other, limits, showAllStates, retry, timeLimits);
  }

  /** The same with another policy of retries. */
  public TesConfig with(RetryPolicy other) {
    return new TesConfig(serviceInfo, limits, showAllStates, other, timeLimits);
  }

  /** The same, showing clients every state or not. */
  public TesConfig withAllStatesShown(boolean all) {
    return new TesConfig(serviceInfo, limits, all, retry, timeLimits);
  }
}
