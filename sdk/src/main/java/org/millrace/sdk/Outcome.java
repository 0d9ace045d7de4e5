package org.millrace.sdk;

/** How the work on a message ended. */
sealed interface Outcome {
  /** With an answer, ready to be sent. */
  record Answered(String body) implements Outcome {
    static Answered of(Answer answer) {
      return new Answered(Json.write(answer.toJson()));
    }
  }

  /** It goes back to the queue. */
  record Refused(String reason) implements Outcome {}
}
