package org.millrace.http;

import java.nio.channels.UnresolvedAddressException;

/** A listener could not be opened, so the server did not start. */
public final class CannotListen extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CannotListen(Listener listener, Exception cause) {
    super(
        ("%s: cannot listen on %s:%d (%s); choose another port or address, or stop the program that"
                + " holds it")
            .formatted(listener.key(), listener.host(), listener.port(), reason(cause)),
        cause);
  }

  private static String reason(Exception cause) {
    if (cause instanceof UnresolvedAddressException) {
      return "this host has no address";
    }
    Throwable deepest = cause;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }
}
