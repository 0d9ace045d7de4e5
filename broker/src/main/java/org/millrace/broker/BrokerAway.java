package org.millrace.broker;

import org.millrace.domain.failure.Cause;

/** A broker that cannot be used now, and why. */
final class BrokerAway extends Exception {
  private final transient Cause reason;

  BrokerAway(Cause reason, Throwable because) {
    super(reason.toString(), because);
    this.reason = reason;
  }

  Cause reason() {
    return reason;
  }
}
