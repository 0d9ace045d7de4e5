package org.millrace.http;

import java.io.IOException;

/**
 * The peer closed the connection, or neither sent nor took a byte for the idle time. Nobody is
 * there to be answered.
 */
public final class ClientGone extends IOException {
  private static final long serialVersionUID = 1L;

  ClientGone(Throwable cause) {
    super("the client has gone", cause);
  }
}
