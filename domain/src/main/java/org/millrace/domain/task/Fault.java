package org.millrace.domain.task;

import java.util.Set;
import org.millrace.domain.failure.Cause;

/** Whose fault it was that an attempt did not end well: who can change something. */
public enum Fault {
  NOBODYS,
  /** What the task does, names or asks for. */
  CALLERS,
  /** This server, its runtimes, or a peer of it. */
  SERVERS;

  /** Codes of causes that lie in what the task names; all others of its kind lie elsewhere. */
  private static final Set<String> NAMED_BY_CALLERS =
      Set.of(
          "input-not-found",
          "input-denied",
          "input-not-a-file",
          "input-bad-name",
          "input-too-many-files",
          "input-too-large",
          "input-refused",
          "output-missing",
          "output-no-file",
          "output-no-folder",
          "output-not-found",
          "output-denied",
          "output-too-large",
          "output-refused",
          "not-a-folder",
          "folder-too-large",
          "url-malformed",
          "host-unknown",
          "scheme-unsupported",
          "destination-denied",
          "image-bad-name",
          "image-not-found",
          "image-wrong-platform",
          "command-unrunnable",
          "path-taken",
          "redirect-refused",
          "output-redirected",
          "runtime-off",
          "runtime-unfit",
          "runtime-unknown",
          "too-many-cores",
          "too-much-memory",
          "volume-is-root");

  static Fault of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _, Outcome.Cancelled _ -> NOBODYS;
      case Outcome.ExecutorFailed _ -> CALLERS;
      case Outcome.TimedOut timedOut -> timedOut.mayHaveStarted() ? CALLERS : SERVERS;
      case Outcome.InputFailed(Cause cause, boolean _) -> ofWhatIsNamed(cause);
      case Outcome.OutputFailed(Cause cause) -> ofWhatIsNamed(cause);
      case Outcome.RuntimeFailed(Cause cause, boolean _) -> ofWhatIsNamed(cause);
      case Outcome.Unplaceable(Cause cause) -> ofWhatIsNamed(cause);
      case Outcome.Lost _ -> SERVERS;
    };
  }

  private static Fault ofWhatIsNamed(Cause cause) {
    return NAMED_BY_CALLERS.contains(cause.code()) ? CALLERS : SERVERS;
  }
}
