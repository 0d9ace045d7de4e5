package org.millrace.domain.failure;

import java.time.Duration;
import java.util.Optional;

/**
 * Why a request is refused. One switch in {@code http} turns it into an answer; a dialect may dress
 * it.
 */
public sealed interface Failure {

  /** A sentence for the sender, free of secrets. */
  String message();

  /** The request itself is wrong. {@code field} names the place, {@code reason} says why. */
  record Invalid(String field, String reason) implements Failure {
    @Override
    public String message() {
      return field + ": " + reason;
    }
  }

  /** The caller is not known. */
  record Unauthenticated(String message) implements Failure {}

  /**
   * The caller is known and may not. {@code field} names the place in the request, if it is one
   * that is refused; {@code reason} says why.
   */
  record Denied(Optional<String> field, String reason) implements Failure {
    public Denied(String field, String reason) {
      this(Optional.of(field), reason);
    }

    public Denied(String reason) {
      this(Optional.empty(), reason);
    }

    @Override
    public String message() {
      return field.map(place -> place + ": ").orElse("") + reason;
    }
  }

  /** Nothing of that name that this caller may see. */
  record NotFound(String what) implements Failure {
    @Override
    public String message() {
      return what + " not found";
    }
  }

  /** It contradicts what is stored. */
  record Conflict(String message) implements Failure {}

  /** A body or value above its limit. */
  record TooLarge(String message) implements Failure {}

  /** A limit in force now; later it may pass. */
  record TooMany(String message, Duration retryAfter) implements Failure {}

  /** We cannot at the moment; nothing was changed. */
  record Unavailable(String message, Duration retryAfter) implements Failure {}
}
