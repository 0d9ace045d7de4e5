package org.millrace.tes;

import java.time.InstantSource;
import org.millrace.http.Answer;
import org.millrace.http.ErrorForm;
import org.millrace.http.Problem;

/**
 * Refusals and failures in the form that TESP gives them.
 *
 * <p>Contract ({@code contracts/tes.md 2.1}): {@code timestamp} in whole Unix seconds, the {@code
 * error} that goes with the {@code status}, and a {@code message} that names what is wrong. Bodies
 * and parameters that are wrong get 400; a body of a foreign content type 415 (TESP: 422), because
 * only then does a web page of another origin have to ask first before it can post tasks here.
 */
final class TesErrors implements ErrorForm {
  private final TesJson json;
  private final InstantSource clock;

  TesErrors(TesJson json, InstantSource clock) {
    this.json = json;
    this.clock = clock;
  }

  /** The error on the wire. */
  record TesError(long timestamp, String error, int status, String message) {}

  @Override
  public Answer answer(Problem problem, String path) {
    var error =
        new TesError(
            clock.instant().getEpochSecond(),
            problem.title(),
            problem.status(),
            Unicode.valid(problem.detail()));
    return neverKept(Answer.json(problem.status(), json.write(error)));
  }

  /** What every answer about tasks says to caches ({@code contracts/tes.md 2}). */
  static Answer neverKept(Answer answer) {
    return answer
        .with("Cache-Control", "no-cache, no-store, must-revalidate")
        .with("Pragma", "no-cache")
        .with("Expires", "0");
  }
}
