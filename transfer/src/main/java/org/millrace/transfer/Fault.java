package org.millrace.transfer;

import java.time.Duration;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.staging.Transfer.TransferFailed;

/** Why bytes did not move, and what use another try would be. */
final class Fault extends Exception {
  private static final long serialVersionUID = 1L;

  /** What helps where nothing is. */
  static final String LOOK = "check the URL, and what is behind it";

  private final transient Cause cause;
  private final Again again;
  private final transient Optional<Duration> retryAfter;

  /** When another try makes sense. */
  enum Again {
    NEVER,
    /** At once: the adapter tries by itself. */
    SOON,
    /** Not at once, but another attempt may succeed: our own disk. */
    LATER
  }

  private Fault(Cause cause, Again again, Optional<Duration> retryAfter) {
    super(cause.message(), null, false, false);
    this.cause = cause;
    this.again = again;
    this.retryAfter = retryAfter;
  }

  /** It lies in what the task names. */
  static Fault forGood(String code, String message, String help) {
    return forGood(Cause.ofCaller(code, message, help));
  }

  static Fault forGood(Cause cause) {
    return new Fault(cause, Again.NEVER, Optional.empty());
  }

  static Fault passing(String code, String message) {
    return passing(code, message, Optional.empty());
  }

  static Fault passing(Cause cause) {
    return new Fault(cause, Again.SOON, Optional.empty());
  }

  static Fault passing(String code, String message, Optional<Duration> retryAfter) {
    return new Fault(new Cause(code, message, ""), Again.SOON, retryAfter);
  }

  static Fault later(String code, String message) {
    return new Fault(new Cause(code, message, ""), Again.LATER, Optional.empty());
  }

  /** The same, telling how often it was tried. */
  Fault afterTries(int tries) {
    if (tries == 1) {
      return this;
    }
    String message = cause.message() + ", after " + tries + " tries";
    return new Fault(cause.saying(message), again, retryAfter);
  }

  Cause why() {
    return cause;
  }

  Again again() {
    return again;
  }

  /** How long the peer asks us to wait. */
  Optional<Duration> retryAfter() {
    return retryAfter;
  }

  TransferFailed toTransferFailed() {
    return new TransferFailed(cause, again != Again.NEVER);
  }
}
