package org.millrace.http;

import java.io.IOException;

/** A listener could not be opened, so the server did not start. */
public final class CannotListen extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CannotListen(Listener listener, IOException cause) {
    super(
        "%s: cannot listen on %s:%d (%s); choose another port, or stop the program that holds it"
            .formatted(listener.key(), listener.host(), listener.port(), reason(cause)),
        cause);
  }

  private static String reason(IOException cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }
}
