package org.millrace.dane;

import java.util.Locale;
import java.util.Optional;
import org.millrace.domain.document.FaceState;
import org.millrace.engine.documents.AskAgain;

/** By what words a task is asked for again, and when it may be ({@code contracts/dane.md 4.4}). */
public enum Asking {
  /** Whatever failed or was put off; not what is done or in the queue. */
  RETRY("retry", false),
  /** Whatever it shows. */
  FORCE_RETRY("forceretry", true),
  /** Whatever it shows. */
  RESET_ONE("reset", true);

  static final String RESET = "reset";
  static final String MASS_RESET = "mass-reset";

  private final String word;
  private final boolean always;

  Asking(String word, boolean always) {
    this.word = word;
    this.always = always;
  }

  /** The action of this word, in any case. */
  static Optional<Asking> of(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    for (Asking each : values()) {
      if (each.word.equals(lower)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** Asks in somebody's name. */
  AskAgain.Request by(String who) {
    return new AskAgain.Request(who, word, always, face -> always || mayBeRetried(face));
  }

  /** Asks in somebody's name, for later: a task of a job waits until it is asked for. */
  static AskAgain.Request laterBy(String who) {
    return new AskAgain.Request(who, RESET, true, true, _ -> true);
  }

  /** Asks for many in somebody's name. */
  public static AskAgain.Request allBy(String who) {
    return new AskAgain.Request(who, MASS_RESET, true, _ -> true);
  }

  private static boolean mayBeRetried(FaceState face) {
    return face.number() != DaneStates.QUEUED.number() && face.number() != DaneAnswer.SUCCESS;
  }
}
