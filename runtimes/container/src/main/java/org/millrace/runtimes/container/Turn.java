package org.millrace.runtimes.container;

import org.millrace.domain.failure.Cause;

/** Where one executor stands. */
sealed interface Turn {

  /** Its container was started, and may have ended. */
  record Started() implements Turn {}

  /** It ended, or was refused for what it asks; the result is marked. */
  record Ended(AttemptPlace.Ended result) implements Turn {}

  /** What became of it can no longer be told. */
  record Lost(Cause cause) implements Turn {}

  /** The engine or this host could not do its part. */
  record Broken(Cause cause) implements Turn {}

  /** Nobody can tell how an executor ended whose container is not there. */
  static Turn gone(int index) {
    return new Lost(
        new Cause(
            "container-gone",
            "executor " + index + ": its container is gone, and so is its result",
            "see who removes containers of this engine"));
  }

  /** It was stopped by us, in the middle or before it began. */
  record Stopped() implements Turn {}
}
