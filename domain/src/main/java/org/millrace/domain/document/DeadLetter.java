package org.millrace.domain.document;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.millrace.domain.failure.Cause;

/**
 * An answer of a worker that could not be read or belongs to nothing. Kept so that somebody can
 * look; nothing ever comes of it.
 *
 * @param body its first bytes; handed out and taken in as a copy
 * @param length how many bytes it had
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content, below
public record DeadLetter(
    Instant at, Optional<String> correlationId, byte[] body, int length, Cause why) {

  /** Most bytes of a body that are kept. */
  public static final int MOST_KEPT = 64 * 1024;

  /** Most characters of a correlation id that are kept. */
  public static final int MOST_OF_ID = 255;

  public DeadLetter {
    if (body.length > MOST_KEPT || length < body.length) {
      throw new IllegalArgumentException(
          "dead letter: at most " + MOST_KEPT + " bytes of its body, and how many it had");
    }
    body = body.clone();
  }

  /** One that came as this; what is too long of it is cut. */
  public static DeadLetter of(Instant at, Optional<String> correlationId, byte[] whole, Cause why) {
    return new DeadLetter(
        at,
        correlationId.map(id -> id.substring(0, Math.min(id.length(), MOST_OF_ID))),
        Arrays.copyOf(whole, Math.min(whole.length, MOST_KEPT)),
        whole.length,
        why);
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  /** Whether the end of its body was not kept. */
  public boolean isCut() {
    return length > body.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeadLetter letter
        && at.equals(letter.at)
        && correlationId.equals(letter.correlationId)
        && Arrays.equals(body, letter.body)
        && length == letter.length
        && why.equals(letter.why);
  }

  @Override
  public int hashCode() {
    return Objects.hash(at, correlationId, Arrays.hashCode(body), length, why);
  }

  /** Without the body, which may be anything. */
  @Override
  public String toString() {
    return "dead letter of " + at + ", " + length + " bytes: " + why;
  }
}
