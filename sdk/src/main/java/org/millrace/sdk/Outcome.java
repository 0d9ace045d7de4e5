package org.millrace.sdk;

import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the work on a message ended. */
sealed interface Outcome {
  /**
   * Most bytes of an answer: the server takes no larger one, and a broker that refuses one for its
   * size would refuse it on every connection again.
   */
  int LARGEST = 4 << 20;

  /** With an answer, ready to be sent. */
  record Answered(String body) implements Outcome {
    private static final Logger log = LoggerFactory.getLogger(Answered.class);

    /** This answer; 500 with the reason if it has more than {@link #LARGEST} bytes. */
    static Answered of(Answer answer) {
      String body = Json.write(answer.toJson());
      int bytes = body.getBytes(StandardCharsets.UTF_8).length;
      return bytes <= LARGEST ? new Answered(body) : tooLarge(bytes);
    }

    private static Answered tooLarge(int bytes) {
      log.warn("An answer of {} bytes is larger than a server takes; 500 goes instead", bytes);
      return of(
          Answer.error(
              "Unhandled worker error: the answer has "
                  + bytes
                  + " bytes, and may have "
                  + LARGEST
                  + ": save results instead of answering them"));
    }
  }

  /** It goes back to the queue. */
  record Refused(String reason) implements Outcome {}
}
